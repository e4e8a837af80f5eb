"""A whole desk on a virtual clock, played by a few lines: who writes what, to which mail of ours, and what left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from maildesk.daemon.stage import VirtualClock
from maildesk.desk.words import Promise, Ticket
from maildesk.store.arrivals import NewArrival
from tests.worlds.checks import mail_faults
from tests.worlds.house import House
from tests.worlds.post import Out, envelope, fill

CONFIG = Path(__file__).parents[2] / "worlds" / "maildesk.toml"
MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
MARIA, OTTO = "maria@customer.example", "otto@elsewhere.example"
ANNA, BEN = "anna@example.com", "ben@example.com"


class Play:
    """One desk. Every mail that leaves is looked at for what no mail may have, every guarantee after each step."""

    def __init__(self, home: Path, config: str = "", fails_on: bytes = b"") -> None:
        path = home / "played.toml"
        path.write_text(config or CONFIG.read_text())
        self.clock = VirtualClock(MONDAY)
        self.house = House(path, home, self.clock, fails_on)
        self._count = 0
        self.wrong: list[str] = []

    def writes(self, who: str, body: str, *, to: str = "support@example.com", **more: str) -> str:
        """A new mail of ``who``, proven unless ``proof`` says otherwise; headers by name. Returns its fate."""
        return self._take(who, to, body, more)

    def answers(self, who: str, body: str, *, newest: str = "", **more: str) -> str:
        """A reply of ``who`` to the newest mail they got, of the template ``newest`` where one is named."""
        which = f"{who}/{newest}" if newest else who
        more = {"Subject": f"Re: {{subject:{which}}}", "In-Reply-To": f"{{message_id:{which}}}", **more}
        return self._take(who, f"{{reply_to:{which}}}", body, more)

    def takes(self, raw: bytes, *, sender: str | None = None, spam: bool = False, history: bool = False) -> int:
        """These bytes come in, with their placeholders filled. Returns the arrival's id."""
        filled = fill(raw, self.house.sent, self.clock.now)
        author, recipients = envelope(filled)
        number = self.house.take(
            NewArrival(
                "smtp", author if sender is None else sender, recipients, filled, self.clock.now, spam=spam,
                history=history, authserv_id="mx.example.com",
            )
        )  # fmt: skip
        self._look()
        return number

    def later(self, **span: float) -> None:
        """Time passes."""
        for _ in self.house.stage.run_until(self.clock.now + timedelta(**span)):
            self._look()

    def sent(self, to: str, template: str = "") -> list[Out]:
        """What reached this address, of one template where it is named."""
        return [each for each in self.house.sent if each.recipient == to and template in ("", each.template)]

    @property
    def ticket(self) -> Ticket:
        """The first ticket as it stands."""
        return self.house.tickets()[0]

    @property
    def promise(self) -> Promise:
        """Its standing promise."""
        standing = self.ticket.promise
        assert standing is not None
        return standing

    def _take(self, who: str, to: str, body: str, more: dict[str, str]) -> str:
        self._count += 1
        proof = more.pop("proof", f"Authentication-Results: mx.example.com; dmarc=pass header.from={who.split('@')[1]}")
        head = {
            "From": who, "To": to, "Subject": "My order", "Date": "{date}",
            "Message-ID": f"<{self._count}@mail.example>", "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8", **more,
        }  # fmt: skip
        lines = [proof] * bool(proof) + [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
        return self.house.fate(self.takes("\n".join([*lines, "", body, ""]).encode()))

    def _look(self) -> None:
        for out in self.house.newly_sent():
            self.wrong += mail_faults(out, self.house.site)
        self.wrong += self.house.offences()


@contextmanager
def played(home: Path, config: str = "", fails_on: bytes = b"") -> Iterator[Play]:
    """A desk for the length of a test, which fails where a guarantee was broken on the way."""
    play = Play(home, config, fails_on)
    try:
        yield play
        assert play.wrong == []
    finally:
        play.house.close()
