"""How tall a frame must be for the mail in it, guessed from its text: a sandboxed frame tells nobody its height.

A guess that is too small shows a scroll bar, and a reader can pull the frame longer.
"""

from __future__ import annotations

import re
from html import unescape
from math import ceil

STEP, STEPS = 48, 50  # pixels; no frame is taller than 2,400
_LINE, _GAP, _FRAME = 24, 16, 48
_WIDTHS = (34, 50)  # letters in a line of 296 and of 440 pixels, a little fewer than fit
_BLOCK = re.compile(r"</p>|<br>|</li>|</h\d>|</div>|<hr>")
_TAG = re.compile(r"<[^>]*>")


def heights_of(html: str) -> tuple[str, str]:
    """The classes for a phone's width and for a desktop's."""
    body = html.partition("<body")[2].partition(">")[2]
    phone, desktop = (_steps(body, letters) for letters in _WIDTHS)
    return f"p{phone}", f"d{desktop}"


def _steps(body: str, letters: int) -> int:
    lines = [unescape(_TAG.sub("", each)).strip() for each in _BLOCK.split(body)]
    pixels = sum(ceil(len(each) / letters) * _LINE for each in lines) + body.count("</p>") * _GAP + _FRAME
    return min(STEPS, max(3, ceil(pixels / STEP)))


def height_rules() -> str:
    """The style rules of all classes."""
    return "".join(
        f".{letter}{n}{{--{name}:{n * STEP}px}}"
        for letter, name in (("p", "phone"), ("d", "desktop"))
        for n in range(3, STEPS + 1)
    )
