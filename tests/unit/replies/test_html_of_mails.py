"""The HTML of every mail that we send: valid, small, nothing remote, the same words in order as the text."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from maildesk.replies.preview.mails import Samples, Shown
from maildesk.replies.preview.samples import example_site
from maildesk.replies.templates import Templates
from tests.servers.private import program

TEMPLATES = Templates(Path("tests/right_to_left"))  # our languages, and one that is read from right to left
SAMPLES = Samples(TEMPLATES, example_site())
WAYS = {way.spoken: way for way in SAMPLES.ways()}
LARGEST = 20_000  # octets

pytestmark = [
    pytest.mark.xdist_group("html of mails"),  # one process makes the mails, once for all tests
    pytest.mark.parametrize("spoken", WAYS),
]


@cache
def mails(spoken: str) -> tuple[tuple[str, Shown], ...]:
    """Every template with every sample, as a desk would send it."""
    way = WAYS[spoken]
    return tuple(
        (f"{name}.{sample.name}".replace("/", "-"), SAMPLES.shown(way, name, sample))
        for name in SAMPLES.names(way)
        for sample in SAMPLES.samples(way, name)
    )


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_every_sample_of_every_template_can_be_made(spoken: str) -> None:
    assert len(mails(spoken)) > 100 or spoken.endswith("informal")
    assert not [(name, shown.trouble) for name, shown in mails(spoken) if shown.trouble]


def test_a_mail_is_small_and_says_its_language_and_direction(spoken: str) -> None:
    direction = TEMPLATES.words(spoken).direction
    for name, shown in mails(spoken):
        assert len(shown.html.encode()) <= LARGEST, name
        assert f'<html lang="{WAYS[spoken].language}" dir="{direction}">' in shown.html, name


def test_a_mail_loads_nothing_and_leaves_all_colours_to_the_reader(spoken: str) -> None:
    """No colour is named, so contrast is the reader's own, light or dark; Chromium's is measured in tests/browser."""
    for name, shown in mails(spoken):
        for tag, attributes in Tags(shown.html).found:
            assert tag not in {"img", "link", "script", "iframe", "object", "form", "font", "video"}, name
            assert not {"src", "background", "bgcolor", "color", "srcset"} & attributes.keys(), name
            style = attributes.get("style") or ""
            assert not re.search(r"color|background|opacity|url\(|#[0-9a-f]{3}|rgb|width:\s*\d+px", style), (
                name,
                style,
            )
        assert re.findall(r"<style>(.*?)</style>", shown.html) == [
            ":root{color-scheme:light dark}img{max-width:100%;height:auto}pre{white-space:pre-wrap}"
        ]


def test_a_mail_is_valid_html(spoken: str, tmp_path: Path) -> None:
    for name, shown in mails(spoken):
        (tmp_path / f"{name}.html").write_text(shown.html, encoding="utf-8")
    files = [path.name for path in sorted(tmp_path.iterdir())]
    ran = subprocess.run(
        [program("tidy", "tidy"), "-quiet", "-errors", "-utf8", "--gnu-emacs", "yes", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_text_browser_reads_a_mail_in_the_order_of_its_text(spoken: str, tmp_path: Path) -> None:
    """All mails of a language in one document, each under its name: starting w3m costs more than reading."""
    bodies, texts = [], []
    for name, shown in mails(spoken):
        inner = re.search(r"<body[^>]*>(.*)</body>", shown.html, re.DOTALL)
        assert inner, name
        bodies.append(f"<p>mail {name}</p>{inner[1]}")
        texts.append(f"mail {name} {shown.text}")
    page = tmp_path / "all.html"
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><title>x</title>{"".join(bodies)}', encoding="utf-8")
    read = subprocess.run(
        [program("w3m", "w3m"), "-dump", "-T", "text/html", "-cols", "200", "-I", "utf-8", "-O", "utf-8", page],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert words(read.stdout) == words("\n".join(texts))


def words(text: str) -> list[str]:
    """Without the signs of lists and quotes, which the two write each in its own way."""
    return re.findall(r"\w+", text)
