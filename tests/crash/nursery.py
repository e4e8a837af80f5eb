"""Lets a desk die at every point of a world, and starts it again each time. Run as a process of its own:

    python -m tests.crash.nursery WORLD UNTIL HOME [EVERY]

For each point k a child lives the world until it is killed there, another child starts on what is left and lives on to
the end. What came of it is compared with the life of a desk that never died. Children are forked, so that everything is
imported once. Prints a line for whatever was not the same, then how many points there were, and after how many of them
a mail that the relay had taken was sent again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import create_engine, text

from maildesk import log  # noqa: F401  # imported before forking, like everything else
from maildesk.replies.templates import Templates
from tests.crash.desk import Desk, Points, header
from tests.worlds.house import SECRET
from tests.worlds.script import Script, read_script, span

WORLDS = Path(__file__).parent.parent / "worlds"
_TICKETS = (
    "SELECT number, state, requester, assignee, turn, turn_began_at, state_since, priority, unanswered, nudged "
    "FROM tickets ORDER BY number"
)
_PROMISES = "SELECT ticket, number, at, state, told_at, reason FROM promises ORDER BY ticket, number"
_MESSAGES = "SELECT ticket, kind, from_address, at, new_text FROM messages ORDER BY id"
_TIMERS = "SELECT ticket, due_at, step FROM timers ORDER BY ticket"
_FATES = "SELECT fate, ticket, reason FROM arrivals WHERE fate IS NOT 'duplicate' ORDER BY id"
_UNSENT = "SELECT template, recipient, state, reason FROM deliveries WHERE state NOT IN ('sent') ORDER BY template"


@dataclass(frozen=True, slots=True)
class Life:
    """What came of a desk: what its database holds, and the mails that the relay has, by Message-ID."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    mails: Counter[str]
    copies: Counter[tuple[str, str]]


def prepare(home: Path, script: Script) -> None:
    """A folder with a config, a secret and an empty, migrated database."""
    home.mkdir(parents=True)
    (home / "templates").mkdir()
    (home / "secret").write_text(SECRET)
    (home / "secret").chmod(0o600)
    (home / "maildesk.toml").write_text(script.config.read_text())
    desk = Desk(home, script, Templates(), Points())
    desk.close()


def live(home: Path, script: Script, templates: Templates, points: Points) -> None:
    """The world from wherever it stands, in this process."""
    desk = Desk(home, script, templates, points)
    desk.live()
    desk.close()


def in_child(home: Path, script: Script, templates: Templates, at: int | None) -> int:
    """The world in a child of its own; returns the signal that ended it, 0 where it lived to the end."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise RuntimeError(f"a child of point {at} failed")
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = 1
    try:
        live(home, script, templates, Points(at))
        code = 0
    finally:
        os._exit(code)


def what_came_of(home: Path) -> Life:
    """Reads a folder after its desk ended."""
    engine = create_engine(f"sqlite:///{home / 'maildesk.db'}")
    with engine.connect() as connection:
        rows = tuple(
            (question, tuple(str(tuple(row)) for row in connection.execute(text(question))))
            for question in (_TICKETS, _PROMISES, _MESSAGES, _TIMERS, _FATES, _UNSENT)
        )
    engine.dispose()
    mails, copies = {}, Counter[tuple[str, str]]()
    for path in sorted((home / "relay" / "new").glob("*")):
        said = path.read_text()
        name = (header(said, "Message-ID"), header(said, "Delivered-To"))
        copies[name] += 1
        mails[name] = f"{name[1]} {header(said, 'Subject')} {header(said, 'Date')}\n{said.partition(chr(10) * 2)[2]}"
    return Life(rows, Counter(_without_boundaries(mail) for mail in mails.values()), copies)


def _without_boundaries(mail: str) -> str:
    """Boundaries are made of Message-IDs, which are random, and stand in the fields of parts, too."""
    return "\n".join(line for line in mail.split("\n") if not line.lstrip().startswith(("--", "boundary=")))


def recorded(home: Path) -> set[tuple[str, str]]:
    """The mails that the database knows as sent at this moment: never to be sent again."""
    engine = create_engine(f"sqlite:///{home / 'maildesk.db'}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT message_id, recipient FROM deliveries WHERE state = 'sent'")).all()
    engine.dispose()
    return {(f"<{row.message_id}>", row.recipient) for row in rows}


def differences(life: Life, other: Life, sent_before: set[tuple[str, str]]) -> Iterator[str]:
    """What a desk that died once did otherwise than one that never did, and must not."""
    for (question, mine), (_, theirs) in zip(life.rows, other.rows, strict=True):
        for row in sorted(set(mine) ^ set(theirs)):
            yield f"{question.partition(' FROM ')[2].split()[0]}: {row} {'is missing' if row in theirs else 'is new'}"
    for mail in other.mails - life.mails:
        yield f"a mail is lost: {mail[:120]!r}"
    for mail in life.mails - other.mails:
        yield f"a mail is new: {mail[:120]!r}"
    for name, count in life.copies.items():
        if count > 2 or (count > 1 and name in sent_before):
            yield f"{name} was sent {count} times, although it was known as sent"


def main(world: str, until: str, home: Path, every: int = 1) -> int:
    """Every ``every``-th point of the world. Exit status 1 where anything differs."""
    script = replace(read_script(WORLDS / world), until=span(until))
    script = replace(script, events=tuple(each for each in script.events if each.at <= script.until))
    templates = Templates()
    prepare(home / "start", script)
    shutil.copytree(home / "start", home / "whole")
    points = Points()
    live(home / "whole", script, templates, points)
    whole = what_came_of(home / "whole")
    wrong = doubles = 0
    for at in range(1, points.count + 1, every):
        folder = home / "dying"
        shutil.copytree(home / "start", folder)
        if in_child(folder, script, templates, at) != signal.SIGKILL:
            print(f"point {at}: nobody died there", flush=True)
            wrong += 1
        sent_before = recorded(folder)
        in_child(folder, script, templates, None)
        life = what_came_of(folder)
        doubles += life.copies.total() > len(life.copies)
        for difference in differences(life, whole, sent_before):
            print(f"point {at}: {difference}", flush=True)
            wrong += 1
        shutil.rmtree(folder)
    print(f"{points.count} points, {whole.mails.total()} mails, {doubles} doubles", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *(int(each) for each in sys.argv[4:])))
