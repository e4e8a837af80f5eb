"""Which language a text is in."""

from __future__ import annotations


def detect(text: str, languages: tuple[str, ...]) -> str | None:
    """The code among ``languages``, or None where there is too little text to tell."""
    return None
