"""How a customer signed, for the agents who may want to call them.

The signature is cut from what agents read first, and with it the telephone number. Where it holds one, the panel shows
it in one line. What it does not do: tell a telephone number from another long number of the same shape (a customer
number is welcome there, too), or learn it: the next mail is read anew.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters: a panel is no place for the company's register, its directors and the bank."""

_NUMBER = re.compile(r"(?<![\w.@/-])(?:\+|\(?\d)[\d\s()./\u2010-\u2013-]{4,30}\d(?![\w@])")
_FEWEST_DIGITS = 6


def signed(signature: str) -> str:
    """The signature in one line, cut at ``LONGEST``; empty where no telephone number stands in its beginning."""
    lines = (" ".join(line.strip("-_=*| \t").split()) for line in signature.splitlines())
    line = " · ".join(dict.fromkeys(filter(None, lines)))
    if len(line) > LONGEST:
        line = line[:LONGEST].rpartition(" ")[0].rstrip("·, ") + " …"
    return line if any(_digits(each) >= _FEWEST_DIGITS for each in _NUMBER.findall(line)) else ""


def _digits(text: str) -> int:
    return sum(each.isdigit() for each in text)
