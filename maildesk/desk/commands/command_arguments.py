"""What stands behind a command's name, read into typed values. Raises ``ValueError`` with a sentence, never else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from maildesk.desk.commands import command_words as words
from maildesk.desk.commands.command_words import SPECS, Takes
from maildesk.desk.commands.person_words import read_verb
from maildesk.desk.commands.when import read_time_of_day, read_when
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.words import Priority
from maildesk.mail.letter import fold_address

_ADDRESS = re.compile(r"[^\s@<>\"',;()\[\]:\\]{1,64}@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"#?\s*(\d{1,9})")
MOST_TIMES = 6
LONGEST_TAG = 40
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Command:
    """One command by its English name; the fields that it takes are set, the others empty.

    ``addresses`` are folded. ``everyone``: "all" stood in their place. ``when`` is UTC; ``times`` are on the
    agent's clock, None for "off".
    """

    name: str
    words: str = ""
    verb: str = ""  # what stands behind #person: join, ask, split, name, language, vip, note
    tags: tuple[str, ...] = ()
    number: int | None = None
    addresses: tuple[str, ...] = ()
    everyone: bool = False
    priority: Priority | None = None
    language: str = ""
    when: datetime | None = None
    times: tuple[time, ...] = ()


def read_arguments(name: str, rest: str, now: datetime, service: ServiceTime) -> Command:
    """The command with its values; ``rest`` is what stands behind the name."""
    takes = SPECS[name].takes
    if takes in _TIMED:
        return _timed(name, takes, rest, now, service)
    return _READERS[takes](name, rest)


def _timed(name: str, takes: Takes, rest: str, now: datetime, service: ServiceTime) -> Command:
    if takes is Takes.PAUSE:
        until, reason = _until_because(rest)
        return Command(name, words=reason, when=read_when(until, now, service))
    if (not rest and takes is Takes.MAYBE_WHEN) or (name == "remind" and rest.casefold().rstrip(".!") in words.OFF):
        return Command(name)
    if not rest:
        raise ValueError(f'"#{name}" needs a time.')
    return Command(
        name, when=read_when(rest.rstrip("!;"), now, service, limit=takes is Takes.LIMIT, moves=name == "away")
    )


def _until_because(rest: str) -> tuple[str, str]:
    """ "until Friday because …" in two; the customer is told the reason, so there must be one."""
    for word in words.BECAUSE:
        found = re.search(rf"(?:^|[\s,])({re.escape(word)})\s", rest + " ", re.IGNORECASE)
        if found:
            kept = found.start(1) if word in ("weil", "wegen") else found.end()  # the verb of its clause stands last
            reason = rest[kept:].strip()
            if rest[: found.start()].strip() and reason:
                return rest[: found.start()].strip(), reason
    raise ValueError('"#pause" needs a time and a reason, which the customer is told.')


def _nothing(name: str, rest: str) -> Command:
    if rest.strip(".,:;! "):
        raise ValueError(f'"#{name}" takes nothing behind it, but "{rest}" stands there.')
    return Command(name)


def _text(name: str, rest: str) -> Command:
    return Command(name, words=rest)


def _words(name: str, rest: str) -> Command:
    if not rest:
        raise ValueError(f'"#{name}" needs a word behind it.')
    return Command(name, words=rest.strip("\"'"))


def _tags(name: str, rest: str) -> Command:
    parts = (" ".join(tag.strip(" \"'#").casefold().split()) for tag in re.split(r"[,;]+|\s+#", rest))
    found = tuple(dict.fromkeys(tag for tag in parts if tag))
    if not found:
        raise ValueError(f'"#{name}" needs a tag behind it.')
    long = next((tag for tag in found if len(tag) > LONGEST_TAG), None)
    if long is not None:
        raise ValueError(f'"{long}" is too long for a tag: {LONGEST_TAG} characters are the most.')
    return Command(name, tags=found)


def _number(name: str, rest: str) -> Command:
    found = _NUMBER.fullmatch(rest.rstrip(".!"))
    if found is None:
        raise ValueError(f'"#{name}" needs the number of a ticket.')
    return Command(name, number=int(found[1]))


def _maybe_number(name: str, rest: str) -> Command:
    return _number(name, rest) if rest else Command(name)


def _address(name: str, rest: str) -> Command:
    addresses = _found_addresses(rest)
    if len(addresses) != 1:
        raise ValueError(f'"#{name}" needs one e-mail address.')
    return Command(name, addresses=addresses)


_FOR = re.compile(r"(?:for|für|para|pour|для)\b\s*", re.IGNORECASE)
_NAMED = re.compile(r"[\"']?([^<>@\"]{2,80}?)[\"']?\s*<[^<>]+>[\s.!]*")


def _new(name: str, rest: str) -> Command:
    """ "for Max Muster <max@example.com>": the name is kept where one stands before an address in brackets."""
    named = _NAMED.fullmatch(_FOR.sub("", rest, count=1))
    return replace(_address(name, rest), words=" ".join(named[1].split()) if named else "")


def _addresses(name: str, rest: str) -> Command:
    if rest.casefold().rstrip(".!") in words.EVERYBODY:
        return Command(name, everyone=True)
    addresses = _found_addresses(rest)
    if not addresses:
        raise ValueError(f'"#{name}" needs e-mail addresses, or "all".')
    return Command(name, addresses=addresses)


def _found_addresses(text: str) -> tuple[str, ...]:
    """Addresses bare, in angle brackets behind a name, or with the mailto: of a client's link."""
    plain = re.sub(r"<?mailto:[^\s>]*>?", lambda link: f" {link[0].strip('<>')[7:]} ", text, flags=re.IGNORECASE)
    parts = (part for part in re.split(r"[,;\s<>]+", plain) if part)
    found = tuple(dict.fromkeys(fold_address(part) for part in parts if "@" in part))
    wrong = next((address for address in found if not _ADDRESS.fullmatch(address)), None)
    if wrong is not None:
        raise ValueError(f'"{wrong}" is not an e-mail address.')
    return found


def _priority(name: str, rest: str) -> Command:
    priority = words.PRIORITIES.get(rest.casefold().rstrip(".!"))
    if priority is None:
        raise ValueError(f'"{rest}" is not a priority; there are low, normal, high and urgent.')
    return Command(name, priority=Priority(priority))


def _language(name: str, rest: str) -> Command:
    plain = rest.casefold().rstrip(".!")
    language = words.LANGUAGES.get(plain, plain)
    if not _CODE.fullmatch(language):
        raise ValueError(f'"{rest}" is not a language; write its code, such as de.')
    return Command(name, language=language.replace("_", "-"))


def _time(name: str, rest: str) -> Command:
    if (said := rest.casefold().rstrip(".!")) in words.OFF | words.ON:
        return Command(name, verb="on" if said in words.ON else "")
    parts = re.split(r"\s*(?:[,;/&]|\b(?:and|und)\b)\s*", rest.rstrip(".!")) if rest else [""]
    found = {at for part in parts for at in _times_in(part)}
    if len(found) > MOST_TIMES:
        raise ValueError(f'"#{name}" takes at most {MOST_TIMES} times of day.')
    return Command(name, times=tuple(sorted(found)))


def _times_in(text: str) -> tuple[time, ...]:
    """ "9:00 14:00" as two times, "9 Uhr" and "2 pm" as one."""
    try:
        return (read_time_of_day(text),)
    except ValueError:
        if len(text.split()) < 2:
            raise
        return tuple(read_time_of_day(each) for each in text.split())


def _person(name: str, rest: str) -> Command:
    """A word and what it takes; without one it is a question, answered like #history."""
    verb, said = read_verb(rest)
    if verb == "":
        return replace(_maybe_number("history", said), verb=name)
    off = said.casefold().rstrip(".!") in words.OFF
    if verb == "vip":
        if said.strip(".!") and not off:
            raise ValueError(f'"#{name} vip" takes nothing behind it, but "{said}" stands there.')
        return Command(name, verb="not vip" if off else verb)
    if verb in ("join", "ask", "split"):
        found = _found_addresses(said)
        if not found and (verb != "split" or said):
            raise ValueError(f'"#{name} {verb}" needs another e-mail address of this person.')
        if verb == "ask" and len(found) > 1:
            raise ValueError('"#person ask" takes one address.')
        return Command(name, verb=verb, addresses=found)
    if verb == "language" and not off:
        return replace(_language(name, said), verb=verb)
    if verb in ("note", "name") and not said:
        what = "what to remember of this person" if verb == "note" else "the name of this person"
        raise ValueError(f'"#{name} {verb}" needs {what}.')
    return Command(name, words=said, verb=verb)


_TIMED = frozenset({Takes.WHEN, Takes.MAYBE_WHEN, Takes.LIMIT, Takes.PAUSE})
_READERS: Mapping[Takes, Callable[[str, str], Command]] = {
    Takes.NOTHING: _nothing,
    Takes.TEXT: _text,
    Takes.WORDS: _words,
    Takes.MAYBE_WORDS: _text,
    Takes.TAGS: _tags,
    Takes.NUMBER: _number,
    Takes.MAYBE_NUMBER: _maybe_number,
    Takes.ADDRESS: _address,
    Takes.ADDRESSES: _addresses,
    Takes.PRIORITY: _priority,
    Takes.LANGUAGE: _language,
    Takes.TIME: _time,
    Takes.NEW: _new,
    Takes.PERSON: _person,
}
