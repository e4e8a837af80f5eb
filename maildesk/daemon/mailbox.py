"""One folder of a mailbox, read on from where we were: which of its mails are new, and that none is taken twice.

The cursor is UIDVALIDITY and the highest UID that is committed; it moves in the transaction that stores the mails. What
other clients do to flags changes nothing. A mail that is fetched again (after a crash, or at the first contact) has the
same ``source_key`` and is the same arrival.

*First contact*: everything that is there already is old; ``since`` reaches back by INTERNALDATE. *UIDVALIDITY changed*
(the server was restored or moved, RFC 3501, 2.3.1.1): all UIDs are new, the mails are not. Headers alone are read then;
what we have by its Message-ID is passed over, and so is what is older than the first contact, by INTERNALDATE or, since
a restored server may date all mail today, by Date. What is left is fetched; ``seen`` catches what still came before.

*A mail that the server cannot hand over*: after ``STRIKES`` failures at this one mail, each on a fresh line, what can
be had of it is filed with a sentence, and the mails behind it go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from maildesk import log
from maildesk.config import ImapSettings
from maildesk.errors import Trouble
from maildesk.intake.envelope import DELIVERED_TO, fields_of, recipients_of, sender_of
from maildesk.intake.imap import Facts, Fetched, Selected, Session
from maildesk.intake.incoming import Clock, Incoming
from maildesk.mail.dates import parse_date
from maildesk.mail.ids import message_ids
from maildesk.store.cursors import Cursor, CursorMove

STRIKES = 3

SKEW = timedelta(minutes=2)
"""How far the server's clock may be from ours, when its dates are compared with our first contact."""

NOT_HANDED_OVER = (
    "The mail server could not hand over this mail (number {uid} in folder {folder}). It is still there: look at it "
    "with a mail program."
)


class Shelf:
    """What a folder needs of the database; ``daemon.fetch`` wires it. Every call may raise Trouble."""

    def __init__(
        self,
        cursor: Callable[[str], Cursor | None],
        begin: Callable[[str, int, int], None],
        commit: Callable[[Sequence[Incoming], CursorMove | None], None],
        known: Callable[[Sequence[str]], frozenset[str]],
    ) -> None:
        self.cursor = cursor  # of a mailbox, by name
        self.begin = begin  # first contact, or a new UIDVALIDITY: name, uidvalidity, last uid
        self.commit = commit  # durable, with the cursor
        self.known = known  # of these Message-IDs


class Folder:
    """One folder of one mailbox. ``read`` does one unit of work on a session."""

    def __init__(self, settings: ImapSettings, folder: str, name: str, shelf: Shelf, clock: Clock) -> None:
        self.name = name
        self._settings = settings
        self._folder = folder
        self._shelf = shelf
        self._clock = clock
        self._failures: Counter[int] = Counter()  # by UID; of the present UIDVALIDITY

    def read(self, session: Session) -> bool:
        """Takes the next batch; True where there may be more at once. Raises Trouble; then nothing of it is taken."""
        selected = session.select(self._folder, writable=False)
        cursor = self._shelf.cursor(self.name)
        if cursor is None:
            self._first_contact(session, selected)
            return True
        if cursor.uidvalidity != selected.uidvalidity:
            self._numbered_anew(session, selected, cursor)
            return True
        uids = session.after(cursor.last_uid)
        if not uids:
            return False
        self._next_batch(session, uids, selected.uidvalidity)
        return True

    # -- the usual way -------------------------------------------------------------------------------------------

    def _next_batch(self, session: Session, uids: list[int], uidvalidity: int) -> None:
        batch = uids[: 1 if self._failures[uids[0]] else self._settings.batch]
        if self._failures[batch[0]] >= STRIKES:
            self._give_up(session, batch[0], uidvalidity)
            return
        last = 0
        for mails in self._handed_over(session, batch):
            if mails:
                self._take(session, mails, uidvalidity)
                last = mails[-1].uid
        if last != batch[-1]:  # the last ones were deleted meanwhile: move past them too
            self._shelf.commit([], CursorMove(self.name, uidvalidity, batch[-1]))
        for uid in batch:
            self._failures.pop(uid, None)

    def _handed_over(self, session: Session, batch: list[int]) -> Iterator[list[Fetched]]:
        """Counts failures of the server; those of the database are not the mail's fault."""
        try:
            yield from session.fetch(session.facts(batch))
        except Trouble:
            self._failures.update(batch)
            raise

    def _take(self, session: Session, mails: Sequence[Fetched], uidvalidity: int) -> None:
        incoming = [self._incoming(mail, uidvalidity, session) for mail in mails]
        self._shelf.commit(incoming, CursorMove(self.name, uidvalidity, mails[-1].uid))
        self._dispose(session, [mail.uid for mail in mails if not mail.left_out])

    def _give_up(self, session: Session, uid: int, uidvalidity: int) -> None:
        """Files the header, or after one more failure nothing, in place of a mail that cannot be fetched."""
        raw = b""
        if self._failures[uid] == STRIKES:
            self._failures[uid] += 1
            raw = session.header(uid)
        sentence = NOT_HANDED_OVER.format(uid=uid, folder=self._folder)
        stub = self._incoming(Fetched(uid, None, raw, sentence), uidvalidity, session)
        self._shelf.commit([stub], CursorMove(self.name, uidvalidity, uid))
        log.mailbox_trouble(self.name, sentence)

    def _incoming(self, mail: Fetched, uidvalidity: int, session: Session) -> Incoming:
        fields, now = fields_of(mail.raw), self._clock()
        return Incoming(
            intake="imap",
            sender=sender_of(fields),
            recipients=recipients_of(fields, DELIVERED_TO),
            raw=mail.raw,
            arrived_at=min(mail.arrived_at or now, now),
            source_key=f"imap:{self.name}:{uidvalidity}:{mail.uid}",
            desk=self._settings.desk or None,
            authserv_id=self._settings.authserv_id,
            trusted_results=self._settings.trusted_results,
            spam=self._is_spam_folder(session),
            left_out=mail.left_out,
        )

    def _is_spam_folder(self, session: Session) -> bool:
        last = self._folder.replace(".", "/").rpartition("/")[2].lower()
        named = {each.lower() for each in self._settings.spam_folders}
        return last in named or self._folder.lower() in named or session.is_junk(self._folder)

    def _dispose(self, session: Session, uids: list[int]) -> None:
        """Flags, moves or deletes what is committed. Only tidiness depends on it: failures are told, that is all."""
        if self._settings.after == "leave" or not uids:
            return
        try:
            session.select(self._folder, writable=True)
            session.dispose(uids, self._settings.after)
            session.select(self._folder, writable=False)
        except Trouble as trouble:
            log.mailbox_trouble(self.name, f"mail was taken, but not put away as `after` says: {trouble}")

    # -- where there is no cursor to go on from ------------------------------------------------------------------

    def _first_contact(self, session: Session, selected: Selected) -> None:
        reach = self._settings.since
        recent: list[Facts] = []
        if reach:
            start = self._clock() - reach
            recent = [each for each in session.facts(session.since(start)) if _arrived(each, start)]
        self._take_without_cursor(session, recent, selected)
        self._shelf.begin(self.name, selected.uidvalidity, selected.uidnext - 1)
        log.mailbox_contact(self.name, "first contact", len(recent))

    def _numbered_anew(self, session: Session, selected: Selected, cursor: Cursor) -> None:
        self._failures.clear()
        start = cursor.first_contact_at - self._settings.since - SKEW
        candidates = [each for each in session.facts(session.since(start), header=True) if _arrived(each, start)]
        ids = {each.uid: _message_id(each) for each in candidates}
        known = self._shelf.known([message_id for message_id in ids.values() if message_id])
        fresh = [each for each in candidates if ids[each.uid] not in known and _written(each, start)]
        self._take_without_cursor(session, fresh, selected)
        self._shelf.begin(self.name, selected.uidvalidity, selected.uidnext - 1)
        log.mailbox_contact(self.name, "the server numbered all mails anew", len(fresh))

    def _take_without_cursor(self, session: Session, wanted: Iterable[Facts], selected: Selected) -> None:
        """The cursor is set when all are taken; if that is cut short they come again, with the same source keys."""
        for mails in session.fetch(each for each in wanted if each.uid < selected.uidnext):
            incoming = [self._incoming(mail, selected.uidvalidity, session) for mail in mails]
            self._shelf.commit(incoming, None)


def _arrived(facts: Facts, start: datetime) -> bool:
    return facts.arrived_at is None or facts.arrived_at >= start


def _written(facts: Facts, start: datetime) -> bool:
    """Whether the Date header does not say that this is older than ``start``. An unreadable one says nothing."""
    date = next((value for name, value in fields_of(facts.header) if name == "date"), "")
    moment = parse_date(date)[0]
    return moment is None or moment >= start


def _message_id(facts: Facts) -> str:
    value = next((value for name, value in fields_of(facts.header) if name == "message-id"), "")
    return next(iter(message_ids(value)), "")
