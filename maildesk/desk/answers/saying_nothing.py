"""Whether an answer says nothing: a greeting or a farewell without the mail between them, which nobody means to send.

An agent pressed Send too early, or their program sent its signature alone. Conservative on purpose: a word more than
that, and it is an answer ("Hi Max, done."). To add a language, add its greetings; farewells are those of
``mail/words``.
"""

from __future__ import annotations

import re

from maildesk.mail.signature import is_closing
from maildesk.mail.words import folded

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings"
    r"|hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott|gruess gott|grüezi|liebe[rs]?"
    r"|sehr geehrte[rs]?|werte[rs]?"
    r"|hola|buen(?:os|as)? (?:d[ií]as?|tardes|noches)|buenas|estimad[oa]s?|apreciad[oa]s?|querid[oa]s?"
    r"|bonjour|bonsoir|salut|ch(?:er|ère)s?|madame|monsieur"
    r"|здравствуй(?:те)?|добр(?:ый|ое|ого) (?:день|утро|вечер|дня|времени суток)|привет(?:ствую)?"
    r"|уважаем(?:ый|ая|ые)|дорог(?:ой|ая|ие))(?!\w)"
)
_MOST_WORDS = 7  # "Sehr geehrte Frau Dr. von der Heide,"


def says_nothing(text: str) -> str:
    """What this text is instead of an answer, as a sentence; "" where it is one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    greets = bool(lines) and _is_greeting(lines[0])
    thanks = len(lines) > 1 and lines[1].endswith((".", "!"))  # "Thanks!" is a closing, and may be the answer
    if greets and (len(lines) == 1 or (_is_farewell(lines[1:]) and not thanks)):
        return "It says nothing but a greeting."
    return "It says nothing but a farewell." if len(lines) > 1 and _is_farewell(lines) else ""


def _is_farewell(lines: list[str]) -> bool:
    """A signature: "Kind regards", a name, perhaps a telephone number."""
    return is_closing(lines[0]) and not any(line.endswith((".", "!", "?", ":")) for line in lines[1:])


def _is_greeting(line: str) -> bool:
    """A greeting with a name, a title or nothing behind it.

    Behind it no word may begin with a small letter, unless a comma ends the line ("Hallo zusammen,").
    """
    found = _GREETING.match(folded(line))
    if found is None or line.endswith("?") or len(line.split()) > _MOST_WORDS or is_closing(line):
        return False
    behind = line[found.end() :].removeprefix(",")
    within = behind.rstrip(" ,!.:")
    is_named = all(not word[:1].islower() for word in within.split())
    return (is_named or behind.rstrip().endswith(",")) and not re.search(r"[,;!?]\s+\w", within)
