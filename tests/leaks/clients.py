"""The mail programs, by name. ``MARKS`` are those that mark every line or block of their quote."""

from __future__ import annotations

from collections.abc import Callable

from tests.leaks.page_programs import (
    apple,
    gmail,
    gmx,
    iphone,
    outlook,
    outlook_original,
    owa,
    proton,
    roundcube,
    samsung,
    thunderbird,
    unmarked_page,
    yahoo,
    zimbra,
)  # fmt: skip
from tests.leaks.text_programs import alpine, bare, k9, mutt, notes, outlook_text, phone_text, wrapped
from tests.leaks.writing import Reply

Program = Callable[[Reply], bytes]

PROGRAMS: dict[str, Program] = {
    each.__name__: each
    for each in (
        mutt, alpine, k9, wrapped, outlook_text, phone_text, bare, notes, gmail, apple, iphone, thunderbird, outlook,
        outlook_original, owa, yahoo, proton, zimbra, samsung, roundcube, gmx, unmarked_page,
    )
}  # fmt: skip
MARKS = frozenset({"mutt", "alpine", "k9", "gmail", "apple", "iphone", "thunderbird", "proton", "roundcube"})
