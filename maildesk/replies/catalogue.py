"""docs/templates.md, made of the lists in ``placeholders.py``; a test compares the two.

``python -m maildesk.replies.catalogue > docs/templates.md`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from maildesk.replies.optional_values import OPTIONAL_VALUES
from maildesk.replies.placeholders import PLACEHOLDERS, REQUIRED_VALUES, Kind, Placeholder
from maildesk.replies.templates import DEFAULT_LANGUAGE, Templates
from maildesk.replies.wording import Reader, value, zone_named

_INTRODUCTION = """\
# Templates

Every mail that maildesk writes by itself is a Markdown file: `templates/<language>/<name>.md`. The built-in set travels
with maildesk. Put a file of the same name into your own templates folder and it takes the built-in one's place. A desk
may have its own: `desks/<address>/<language>/<name>.md` in your folder. Edits work with the next mail, without a
restart. A file with a mistake is never used: the last good version stays, and the admins (else the leads) get a
mail with the file and the line.

```
---
subject: "{{ original_subject }} [#{{ number }}]"
---
{{ greeting }}

Thank you for your message. {{ promise_line }}

{{ footer }}
```

The lines between `---` are the subject. Below stands Markdown: paragraphs, lists, `**bold**`, `[links](https://…)`, and
a `\\` at the end of a line for a line break. From this one text maildesk makes the plain text and the HTML of the mail.

- `{{ name }}` prints a placeholder of the list below. Where a fact is missing, its fallback stands in; the fallbacks of
  a language are in its `words.toml`.
- `{% if name %} … {% elif other %} … {% else %} … {% endif %}` asks whether a fact is there; a fallback is not.
- `{% for each in problems %} … {% endfor %}` goes over a list. In a list of rows, `{{ each.number }}` names a field.
- `upper`, `lower`, `capitalize`, `length`, `first`, `last`, `join` and `default` may follow a `|`.
- `{{ count | plural("mail", "mails") }}` says the number with the right word: the forms of the language from one to
  many, two in English, three in Russian.

Nothing else is allowed. What a customer wrote is printed as it is and is never markup, a link or a header. In automatic
mail to a sender who is not authenticated, everything that the sender chose counts as missing.

`words.toml` holds the words of a language: how times are said, the names of states and priorities, the fallbacks, and
words that are no person's name. You may give only the keys that you want to change. A new language is a folder with
`words.toml`, `parts/` and all templates; `maildesk check` names what is missing. Where a language has two ways to
address a person (Sie and du), its own files are the formal ones, and `<language>/informal/` has those for desks with
`formal = false`.

Help articles lie beside the languages, in `articles/<language>/`, and have no placeholders; [admin.md](admin.md) says
how they are written. Where some fit, the part `articles` shows them in the first reply.

Two tables of `words.toml` are for languages that need them:

- `[weekdays]`: where "by Tuesday" or "on Tuesday" bends the day. `by` and `on` list seven days each, Monday first, as
  they stand in that phrase. A pattern of its own (`by_moment`, `on_moment`) may put the words in another order.
- `[contractions]`: what changes where words of a time meet, as in `" 1 " = " 1er "` (French) or
  `"a las 1:" = "a la 1:"` (Spanish).

`[sentences]` are what the program says to agents in English, and how the language says it; `{}` is what changes. A
sentence that is not listed stays English. Customers are never told one of them.
"""

_NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def page() -> str:
    """The whole page."""
    return "\n".join((_INTRODUCTION, *_placeholders(), *_needs()))


def _placeholders() -> Iterator[str]:
    yield "## Placeholders\n"
    yield "| name | meaning | example | where it is missing |"
    yield "| --- | --- | --- | --- |"
    words = Templates().words(DEFAULT_LANGUAGE)
    reader = Reader(words, _NOW, zone_named("Europe/Berlin"))
    for each in PLACEHOLDERS.values():
        fallback = words.fallbacks.get(each.name, "")
        yield f"| `{each.name}` | {each.meaning}{_mark(each)} | {_example(each, reader)} | {fallback} |"
    yield "\n¹ chosen by the sender. Flags are for `{% if … %}`; blocks stand alone on their line.\n"


def _mark(placeholder: Placeholder) -> str:
    return " ¹" if placeholder.sender_text else ""


def _example(placeholder: Placeholder, reader: Reader) -> str:
    if placeholder.kind in (Kind.FLAG, Kind.BLOCK, Kind.PART, Kind.ROWS, Kind.ARTICLES):
        special = {Kind.ROWS: "rows", Kind.ARTICLES: "articles", Kind.PART: "a part", Kind.BLOCK: "a block"}
        return special.get(placeholder.kind, "flag")
    said = value(placeholder.name, placeholder.example, reader)
    said = "; ".join(map(str, said)) if isinstance(said, tuple) else str(said)
    return said.replace("\ue000", " ").replace("|", "\\|")


def _needs() -> Iterator[str]:
    yield "## What each template is given\n"
    yield "Besides these, every template knows `desk_name`, `desk_address`, `formal` and the parts. Mails of a ticket"
    yield "are also given its facts: number, state, priority, customer, subject, since when, what was promised.\n"
    yield "| template | always | where it applies |"
    yield "| --- | --- | --- |"
    for name, needs in REQUIRED_VALUES.items():
        yield f"| `{name}` | {_names(needs)} | {_names(OPTIONAL_VALUES.get(name, ()))} |"
    yield ""


def _names(names: Iterable[str]) -> str:
    order = list(PLACEHOLDERS)
    return " ".join(f"`{each}`" for each in sorted(names, key=order.index))


if __name__ == "__main__":
    print(page(), end="")
