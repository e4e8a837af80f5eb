"""Bodies that go to several agents, composed once: a team gets the same words, each under an address of their own.

A body is shared by mails that would have come out alike: the same template as it is read now, language, moment, facts,
words and files. What is different for each agent stands in the headers. The key is a digest of all of it, so a mistake
here could only cost time, never show one customer's words in another's mail.

Kept are the newest few, and only small ones beside each other: ``MOST_OCTETS`` together, but for the newest itself.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping

from maildesk.desk.actions import Mail
from maildesk.replies.mime import Part
from maildesk.replies.templates import Found
from maildesk.replies.wording import Reader

MOST = 16
MOST_OCTETS = 20_000_000
_OF_THE_AGENT = frozenset({"agent_name", "desks"})


class SharedBodies:
    """What was composed lately: key → subject and body. Constructed once; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Found, str, Part]] = OrderedDict()

    def find(self, key: str, found: Found) -> tuple[str, Part] | None:
        """The subject and the body of that key, if they were composed lately of these very files."""
        with self._lock:
            kept = self._kept.get(key)
        return kept[1:] if kept is not None and _is_same(kept[0], found) else None

    def keep(self, key: str, found: Found, subject: str, body: Part) -> None:
        """Remembers one more, and forgets what is too much."""
        with self._lock:
            self._kept[key] = (found, subject, body)
            while len(self._kept) > MOST or (len(self._kept) > 1 and self._octets() > MOST_OCTETS):
                self._kept.popitem(last=False)

    def _octets(self) -> int:
        return sum(len(body.body) for _, _, body in self._kept.values())


def key_of(mail: Mail, found: Found, facts: Mapping[str, object], reader: Reader) -> str:
    """What decides a body, as a digest."""
    said = sorted((name, fact) for name, fact in facts.items() if name not in _OF_THE_AGENT or name in found.uses)
    files = [(each.sha256, each.filename, each.content_type, each.content_id, each.inline) for each in mail.attachments]
    around = (found.name, str(found.path), reader.now, str(reader.zone), sorted(reader.constants.items()))
    words = (mail.body, mail.body_html, mail.around, mail.subject, reader.words.language)
    return hashlib.sha256(repr((said, files, around, words)).encode("utf-8", "surrogatepass")).hexdigest()


def _is_same(kept: Found, found: Found) -> bool:
    """Whether no file that the mail is made of was read anew since."""
    same = kept.compiled is found.compiled and kept.words is found.words and kept.parts.keys() == found.parts.keys()
    return same and all(part is found.parts[name][1] for name, (_, part) in kept.parts.items())
