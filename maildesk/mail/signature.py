"""What stands at the end of a mail and is not what it says: signature, "Sent from my iPhone", legal footer.

Nothing is thrown away: ``new_text`` and ``signature`` together are the whole unquoted text. When in doubt a line
belongs to the text: a signature shown is a blemish, an answer hidden is a customer not heard. Rules, from the surest:

1. the delimiter ``-- `` (RFC 3676, 4.3) and what follows it;
2. what the client's mark-up calls a signature (``marks.SIGNATURE``);
3. a mobile client's line, a list's footer, a legal footer: the phrases are data (``words/``);
4. a closing ("Mit freundlichen Grüßen") with the few short lines below it;
5. the sender's whole name in a line of its own, with titles and contact lines below;
6. a name alone at the end: the sender's own, where we know it, else one that looks like nothing but a name. Below a
   text of a word or two only the sender's own counts ("STOP", and the name that their program puts below).
"""

from __future__ import annotations

import re

from maildesk.mail.marks import SIGNATURE
from maildesk.mail.words import folded, starting

_DELIMITER = re.compile(r"\s{0,3}(?:--|—|–)[ \t\u00a0]*$|\s{0,3}(?:-- |—— )$")
_RULE = re.compile(r"\s*[-_=*~]{2,}\s*$")
_LINE = re.compile(r"\s*_{5,}\s*$")
_LIST_FOOTER = re.compile(r"\S+ mailing list$|https?://\S+/(?:mailman/)?listinfo/|to unsubscribe", re.IGNORECASE)
_CONTACT = re.compile(
    r"[^\s@]{1,64}@[^\s@]{2,}|https?://|\bwww\.|(?:\+|\(|\b)\d[\d\s()./-]{5,}\d|\b(?:tel|phone|fax|"
    r"mobil|mob|cell|office|direct|ext|mail|e-mail|email|web|skype|t|m|f)\b\.?\s*:|\b[xX][\s.-]?\d",
    re.IGNORECASE,
)
_NAME = re.compile(r"[-~/]{0,2}\s?(?:[A-ZÀ-ÞĀ-ŽА-ЯЁЄІЇΑ-Ω][\w.'’-]{0,20}\s*){1,4}[,.]?\s*$")
_SENTENCE_END = re.compile(r"[.!?。！？…:)\]\"”]\s*$")
_LETTERS = re.compile(r"\w+")
_NAME_AFTER_CLOSING = 4
_LONGEST_BLOCK = 12
_LONGEST_LINE = 72


def cut_signature(lines: list[str], sender_name: str = "") -> tuple[list[str], list[str]]:
    """(text, signature). The text is never empty where there was any."""
    if not lines:
        return [], []
    end = _end_of_text(lines)
    cuts = (_marked(lines), _delimited(lines), _footer(lines), _sent_from(lines))
    end = min([end, *(cut for cut in cuts if cut is not None)])
    end = _back_over_blanks(lines, end)
    for rule in (_closing, _own_block, _name_alone):
        found = rule(lines[:end], sender_name)
        doubtful = rule is _name_alone and not _is_own_name(lines[found or 0], sender_name)
        if found is not None and _is_enough(lines[:found], doubtful):
            end = _back_over_blanks(lines, found)
            break
    if not any(any(map(str.isalnum, line)) or len(line.strip()) > 1 for line in lines[:end]):
        return lines, []
    return lines[:end], lines[end:]


def _end_of_text(lines: list[str]) -> int:
    return _back_over_blanks(lines, len(lines))


def _back_over_blanks(lines: list[str], end: int) -> int:
    while end and (not lines[end - 1].strip() or _LINE.match(lines[end - 1])):
        end -= 1
    return end


def _is_enough(rest: list[str], needs_words: bool) -> bool:
    words = sum(len(_LETTERS.findall(line)) for line in rest[:60])
    return words >= (4 if needs_words else 1)


def _marked(lines: list[str]) -> int | None:
    """The first line of a signature block in HTML, if nothing but signature follows."""
    found = None
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].startswith(SIGNATURE):
            found = number
        elif lines[number].strip():
            break
    return found


def _delimited(lines: list[str]) -> int | None:
    """The last delimiter; one without its trailing space counts only near the end."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if line in ("-- ", "--\u00a0") or (_DELIMITER.match(line) and len(lines) - number <= _LONGEST_BLOCK * 2):
            return number
    return None


def _footer(lines: list[str]) -> int | None:
    """A legal or list footer: from its first line on, where it stands in the last two thirds."""
    for number in range(1, len(lines)):
        line = lines[number]
        if (line.strip() and not lines[number - 1].strip()) or _LINE.match(lines[number - 1]):
            text = folded(line[:120]).lstrip("*-_#| ")
            if starting("legal", text) and _all_below_is_footer(lines, number):
                return number
            if _LIST_FOOTER.search(line[:300]) and len(lines) - number < 10:
                return number
    return None


def _all_below_is_footer(lines: list[str], number: int) -> bool:
    """A footer goes to the end of the mail; below it no closing and no short talk may stand."""
    return len([line for line in lines[number:] if line.strip()]) <= 60 and number >= 1


def _sent_from(lines: list[str]) -> int | None:
    """``Sent from my iPhone``, among the last lines; the line must say no more than that."""
    seen = 0
    for number in range(len(lines) - 1, -1, -1):
        text = folded(lines[number][:200])
        if not text:
            continue
        if is_sent_from(text):
            return number
        seen += 1
        if seen > _NAME_AFTER_CLOSING + 2:
            return None
    return None


def is_sent_from(line: str) -> bool:
    """Whether a line is a mobile client's own and says no more: "Sent from my iPhone"."""
    text = folded(line[:200])
    text = text.replace("[", "").replace("]", "").strip("()<>- ")
    found = next(iter(starting("sent_from", text)), None)
    return found is not None and len(text) <= len(found) + 60 and "," not in text[len(found) :]


def _closing(lines: list[str], _sender_name: str) -> int | None:
    """The line of a closing phrase with at most a few short lines below."""
    below = 0
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if not line.strip():
            continue
        if is_closing(line) and number > 0:
            if below == 0 and not _has_name(line):
                return None  # "Thank you!" with nobody below it is something the sender says
            above = _back_over_blanks(lines, number) - 1  # "Thanks in advance," / "Best regards,"
            return above if above > 0 and is_closing(lines[above]) else number
        below += 1
        if below > _LONGEST_BLOCK or len(line.strip()) > _LONGEST_LINE:
            return None
        if below > _NAME_AFTER_CLOSING and not _CONTACT.search(line) and _SENTENCE_END.search(line):
            return None
    return None


def is_closing(line: str) -> bool:
    """Whether a line is a closing phrase, with or without the name behind it ("Cheers, Bob")."""
    text = folded(line[:80]).strip(" .!,;:-–—")
    if not text or len(text) > 60:
        return False
    for phrase in starting("closing", text):
        rest = text[len(phrase) :]
        if not rest or (rest[0] in " ,.!;:-/" and _is_short_name(rest, line)):
            return True
    return False


def _has_name(line: str) -> bool:
    """Whether more than the phrase stands in a line that is a closing."""
    text = folded(line).strip(" .!,;:-–—")
    return text not in starting("closing", text)


def _is_short_name(rest: str, line: str) -> bool:
    """Up to three words behind a closing, written as a name: "Thanks for your help" is a sentence."""
    words = _LETTERS.findall(rest)
    if not words:
        return True
    original = _LETTERS.findall(line)[-len(words) :]
    return len(words) <= 3 and all(word[:1].isupper() or not word[:1].islower() for word in original)


def _own_block(lines: list[str], sender_name: str) -> int | None:
    """The sender's whole name in a line of its own, with nothing but titles and contact lines below, however far apart
    they stand: a table in HTML has an empty line between any two. Above it a sentence has ended: "Please write it to"
    and the name is what somebody says."""
    below = 0
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number].removeprefix(SIGNATURE).strip()
        if not line:
            continue
        if _is_whole_name(line, sender_name):
            above = _back_over_blanks(lines, number)
            if above > 1 and _RULE.match(lines[above - 1]):
                return above - 1
            ended = (
                above and _SENTENCE_END.search(lines[above - 1]) and not lines[above - 1].rstrip().endswith((":", "："))
            )
            return number if ended else None
        below += 1
        if below > _LONGEST_BLOCK or len(line) > _LONGEST_LINE or not _is_contact_or_title(line):
            return None
    return None


def cut_name_block(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """(text, signature) where a signature is replaced anyway: the sender's whole name ends the text also below a line
    that is no sentence ("Dear Maria,"), but for one that announces it ("Please ask for:")."""
    below = 0
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number].strip()
        if not line:
            continue
        above = _back_over_blanks(lines, number)
        if _is_whole_name(line, sender_name) and above and not lines[above - 1].rstrip().endswith((":", "：")):
            above -= bool(above > 1 and _RULE.match(lines[above - 1]))
            if all(is_closing(each) for each in lines[:above] if each.strip()):
                return lines, []  # a signature without its mail
            return lines[:above], lines[above:]
        below += 1
        if below > _LONGEST_BLOCK or len(line) > _LONGEST_LINE or not _is_contact_or_title(line):
            break
    return lines, []


def _is_whole_name(line: str, sender_name: str) -> bool:
    own, words = (list(map(str.casefold, _LETTERS.findall(each))) for each in (sender_name, line))
    return len(own) > 1 and sorted(own) == sorted(words)


def _name_alone(lines: list[str], sender_name: str) -> int | None:
    """The last paragraph (or last line below a finished sentence), if it is a name and perhaps contact lines."""
    first = _last_paragraph(lines)
    block = [line.strip() for line in lines[first:] if line.strip()]
    if not block:
        return None
    short = len(block) <= _LONGEST_BLOCK and all(len(line) <= _LONGEST_LINE for line in block)
    if first and short and _is_name(block[0], sender_name) and all(map(_is_contact_or_title, block[1:])):
        return first
    if len(block) > 1 and _is_name(block[-1], sender_name) and len(block[-1].split()) <= 2:
        return len(lines) - 1 if _SENTENCE_END.search(block[-2]) else None
    return None


def _last_paragraph(lines: list[str]) -> int:
    number = len(lines)
    while number and lines[number - 1].strip():
        number -= 1
    return number


def _is_name(line: str, sender_name: str) -> bool:
    line = line.removeprefix(SIGNATURE)
    if not _NAME.match(line) or len(line) > 40:
        return False
    own = {word.casefold() for word in _LETTERS.findall(sender_name) if len(word) > 1}
    if own:
        return bool(own & {word.casefold() for word in _LETTERS.findall(line)})
    return True


def _is_own_name(line: str, sender_name: str) -> bool:
    """Whether the line is the sender's name, or part of it, and nothing else."""
    own = {word.casefold() for word in _LETTERS.findall(sender_name)}
    words = {word.casefold() for word in _LETTERS.findall(line.removeprefix(SIGNATURE))}
    return bool(words) and words <= own


def _is_contact_or_title(line: str) -> bool:
    if _CONTACT.search(line):
        return True
    return len(line.split()) <= 6 and not _SENTENCE_END.search(line)
