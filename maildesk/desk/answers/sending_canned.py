"""``#canned NAME`` in an agent's mail: the answer that they mean, and what keeps it from leaving.

A name is the file's, or the title, or a part that only one has, as for articles. Several may stand in one mail. What
stands above the agent's words goes above them, what stands below goes below. ``#canned`` alone lists what there is.

Nothing is sent with a hole in it: an answer that says a time needs ``#promise`` beside it, one that says until when the
ticket rests needs ``#pause``, and one whose customer's name nobody knows comes back.
"""

from __future__ import annotations

from collections.abc import Iterator

from maildesk.desk.answers.sending_articles import named, resembling
from maildesk.desk.commands.commands import Commands, Mistake
from maildesk.desk.known.canned_facts import CannedAnswer
from maildesk.desk.known.facts import Help

LONGEST_LINE = 240  # characters of names in one line of a receipt, which cuts at 300
NAME_IT = "Name another, or write the answer yourself this time."
NEEDS = {
    "promise": ("{} says by when we answer.", "Add a line such as #promise tomorrow 10:00."),
    "until": ("{} says until when it rests.", "Add a line such as #pause until Friday because the part is on order."),
    "reason": ("{} says why it rests.", "Add a line such as #pause until Friday because the part is on order."),
    "customer_name": ("{} says the customer's name, which nobody knows.", NAME_IT),
}


def chosen(found: Commands, known: Help) -> tuple[CannedAnswer, ...] | Mistake:
    """The canned answers that a mail names, in its order; what is wrong with one of them, as a ``Mistake``."""
    asked = [each for each in found.items if each.name == "canned"]
    if asked and found.find("note") is not None:
        return Mistake("#canned", "A canned answer goes to the customer, and a note does not.", "Send two mails.")
    answers: list[CannedAnswer] = []
    for command in asked:
        if not command.words:
            if found.text_without.strip() or len(found.items) > 1:
                return Mistake("#canned", '"#canned" needs the name of an answer.', "#canned alone lists them.")
            continue
        meant = _meant(command.words, known)
        if isinstance(meant, Mistake):
            return meant
        answers.append(meant)
    return tuple(dict.fromkeys(answers))


def _meant(words: str, known: Help) -> CannedAnswer | Mistake:
    fitting, line = named(words, known.canned), f"#canned {words}"
    if len(fitting) != 1:
        near = ", ".join(each.name for each in fitting[:5]) or ", ".join(resembling(words, known.canned))
        what = "More than one canned answer is called" if fitting else "There is no canned answer called"
        remedy = f"These are near: {near}." if near else "#canned alone lists them."
        return Mistake(line, f'{what} "{words}".', remedy)
    for value in fitting[0].lacking:
        what, remedy = NEEDS.get(value, ("{} says what is not known here: " + value + ".", NAME_IT))
        return Mistake(line, what.format(f'The canned answer "{fitting[0].name}"'), remedy)
    return fitting[0]


def put_together(found: Commands, answers: tuple[CannedAnswer, ...], known: Help) -> str:
    """The agent's own words with the answers above or below them, as their commands stood."""
    above = {each.words for each in found.items[: found.above] if each.name == "canned"}
    on_top = {named(words, known.canned)[0] for words in above if words}
    parts = [each.text for each in answers if each in on_top]
    parts += [found.text_without.strip(), *(each.text for each in answers if each not in on_top)]
    return "\n\n".join(filter(None, parts))


def listed(known: Help) -> Iterator[str]:
    """All there are, as lines of a receipt: names, each with its title where that says more."""
    line = ""
    for each in known.canned:
        shown = each.name if _plain(each.title) == _plain(each.name) else f"{each.name} ({each.title})"
        if line and len(line) + len(shown) + 2 > LONGEST_LINE:
            yield line
            line = ""
        line = f"{line}; {shown}" if line else shown
    if line:
        yield line


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
