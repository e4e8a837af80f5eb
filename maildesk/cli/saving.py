"""``maildesk arrivals save N``: the files of a mail, written to a folder under names that are safe.

For what was too large to go to the agents with their notification, and for whatever is wanted back later: the mail is
kept as it came. Nothing is overwritten: a file that is there already gets a number behind its name. Nothing is opened
or run, and no name leads out of the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from maildesk.errors import Refusal
from maildesk.mail.limits import DEFAULT_LIMITS
from maildesk.mail.parsing import parse
from maildesk.replies.mime import file_name
from maildesk.store import listing
from maildesk.store.database import Database


def save(database: Database, numbers: Iterable[int], folder: Path) -> Iterator[str]:
    """Writes the files of these arrivals; yields a line for each. Raises ``Refusal`` where an arrival has none."""
    for number in numbers:
        found = listing.show_arrival(database, number)
        if found is None:
            raise Refusal(f"There is no arrival {number}.")
        files = parse(found["raw"], DEFAULT_LIMITS).attachments
        if not files:
            raise Refusal(f"Arrival {number} has no files.")
        for each in files:
            yield f"{_write(folder, file_name(each), each.content)}  {each.size} octets  {each.content_type}"


def _write(folder: Path, name: str, content: bytes) -> Path:
    """The file's path. Opened so that it is made here and now, or not at all: no link is followed."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for attempt in range(1, 1_000):
        path = folder / (name if attempt == 1 else f"{stem}-{attempt}{suffix}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            raise Refusal(f"{path} cannot be written: {error.strerror}.") from error
        return path
    raise Refusal(f"{folder} holds too many files called {name}.")
