"""Damages mails at random and reads them: no exception, no hang, bounded memory. Seeded, so a fault can be had again.

    python benchmarks/mutations.py [--count 200000] [--seed 1] [--corpus FOLDER] [--seconds N]

Starts from the mails of ``tests/unit/mail/samples.py`` and, if given, from all files of a folder. Prints one line per
fault (the seed's number and the exception) and a summary with the slowest mail and the peak of memory. Exit 1 on
faults.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from maildesk.mail.parsing import parse

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.unit.mail.samples import SAMPLES

SLOW = 1.0
_SNIPPETS = (
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"--",
    b"=?utf-8?q?",
    b"?=",
    b"Content-Type: multipart/mixed; boundary=\n\n",
    b"=\n",
    b"\xff\xfe",
    b"Content-Transfer-Encoding: base64\n",
    b"charset=utf-16",
    b"charset=\xe4",
    b"<",
    b">",
    b"\x1b$B",
    b"+AGE-",
    b"On Mon wrote:\n> ",
    b"&#xd800;",
    b"From: ",
    b"begin 644 x\n",
    b"<blockquote>",
    b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n",
    b"\xed\xa0\x80",
    b"filename*0*=utf-8''%",
    b"@",
    b":",
    b";",
)


def _flip(mail: bytearray, dice: random.Random) -> None:
    mail[dice.randrange(len(mail))] = dice.randrange(256)


def _delete(mail: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(mail))
    del mail[start : start + dice.choice((1, 2, 20, 200))]


def _double(mail: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(mail))
    mail[start:start] = mail[start : start + dice.choice((1, 5, 50, 500))] * dice.choice((1, 1, 2, 9))


def _insert(mail: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(mail))
    mail[start:start] = dice.choice(_SNIPPETS) * dice.choice((1, 1, 1, 30))


def _cut(mail: bytearray, dice: random.Random) -> None:
    del mail[dice.randrange(len(mail)) :]


def _shuffle(mail: bytearray, dice: random.Random) -> None:
    lines = bytes(mail).split(b"\n")
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    mail[:] = b"\n".join(lines)


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _delete, _double, _insert, _cut, _shuffle)


def damaged(source: bytes, dice: random.Random) -> bytes:
    """One mail with one to six faults."""
    mail = bytearray(source)
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        if mail:
            dice.choice(_WAYS)(mail, dice)
    return bytes(mail)


def mutations(sources: list[bytes], seed: int, count: int) -> Iterator[tuple[int, bytes]]:
    """(number, damaged mail); the same for the same seed and sources."""
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")
        yield number, damaged(dice.choice(sources), dice)


def check(raw: bytes) -> None:
    """What must hold for any octets: a letter comes, and every text in it can be stored."""
    letter = parse(raw)
    for text in (
        letter.subject,
        letter.text,
        letter.new_text,
        letter.signature,
        letter.html,
        letter.text_plain,
        letter.reason,
    ):
        text.encode("utf-8")
        assert "\0" not in text, "NUL in a text"
    repr(letter).encode("utf-8", "strict")


def main() -> None:
    """Runs and reports."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--corpus", type=Path)
    arguments.add_argument("--seconds", type=float, default=1e9)
    given = arguments.parse_args()
    sources = [*SAMPLES.values()]
    if given.corpus:
        files = sorted(path for path in given.corpus.rglob("*") if path.is_file() and path.stat().st_size < 20_000)
        sources += [path.read_bytes() for path in files]
    started, faults, done, slowest = time.monotonic(), 0, 0, (0.0, -1)
    for number, raw in mutations(sources, given.seed, given.count):
        before = time.process_time()
        try:
            check(raw)
        except Exception as error:  # the very thing that is looked for, of whatever kind
            faults += 1
            print(f"{number}: {type(error).__name__}: {error}", flush=True)
        took = time.process_time() - before
        slowest = max(slowest, (took, number))
        faults += took > SLOW
        done += 1
        if time.monotonic() - started > given.seconds:
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{done} mails from {len(sources)} sources, {faults} faults, slowest {slowest[0]:.3f} s (number "
        f"{slowest[1]}), {memory} MB"
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
