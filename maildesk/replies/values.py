"""Values as templates see them: Markdown of our own, what is missing and yet prints, numbers that know their plural."""

from __future__ import annotations

from collections.abc import Callable

from jinja2.exceptions import TemplateRuntimeError


class Markdown(str):
    """Text that is Markdown already and is printed as it is: rendered parts, never anything from outside."""

    __slots__ = ()


class Isolated(str):
    """Words from outside in a language that is read from right to left: printed between two signs (U+2068, U+2069)
    that keep a name's own direction from turning what stands around it."""

    __slots__ = ()


class Missing(str):
    """The fallback of a placeholder whose fact is missing: prints as text, counts as false."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


class MissingNumber(int):
    """The same for a number: compares as 0, counts as false, prints its fallback."""

    said: str

    def __new__(cls, said: str) -> MissingNumber:
        made = super().__new__(cls, 0)
        made.said = said
        return made

    def __str__(self) -> str:
        return self.said


class Counted(int):
    """A number that knows how its language counts: ``form`` gives the place of the word that stands behind it."""

    form: Callable[[int], int]

    def __new__(cls, number: int, form: Callable[[int], int]) -> Counted:
        made = super().__new__(cls, number)
        made.form = form
        return made


def plural(number: object, *forms: str) -> str:
    """``{{ count | plural("mail", "mails") }}``: "1 mail", "2 mails"; Russian gives three forms: one, few, many."""
    if not forms:
        raise TemplateRuntimeError('plural wants the words: plural("mail", "mails")')
    if isinstance(number, MissingNumber):
        return f"{number} {forms[-1]}"
    at = number.form(int(number)) if isinstance(number, Counted) else int(number != 1)
    return f"{number} {forms[min(at, len(forms) - 1)]}"
