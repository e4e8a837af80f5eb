"""The preview and the mails in it, in Chromium: what a reader sees at each width and in each scheme.

Pictures of what is tested are kept where ``MAILDESK_SCREENSHOTS`` names a folder; look at them after a change of style.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.cli.preview_server import Server
from maildesk.replies.preview.mails import Samples
from maildesk.replies.preview.pages import Pages
from maildesk.replies.preview.samples import example_site
from maildesk.replies.preview.watching import Watch
from maildesk.replies.templates import Templates
from tests.browser.chromium import Tab, started
from tests.unit.replies.samples import write

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all
RIGHT_TO_LEFT = Path("tests/right_to_left").resolve()
HEAD = "---\nsubject: Hello\n---\n"
FAINT = (Path(__file__).parent / "faint.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with started() as browser:
        yield browser.tab()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An admin's templates folder: Hebrew, which does not come with maildesk."""
    (tmp_path / "he").symlink_to(RIGHT_TO_LEFT / "he")
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    templates = Templates(folder)
    watch = Watch(templates)
    found = Server(Pages(Samples(templates, example_site()), watch.judge), watch)
    thread = threading.Thread(target=found.serve_forever, args=(0.01,))
    thread.start()
    watch.start()
    try:
        yield found
    finally:
        watch.stop()
        found.shutdown()
        thread.join()
        found.server_close()


def kept(tab: Tab, name: str) -> None:
    """A picture for people."""
    if folder := os.environ.get("MAILDESK_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        tab.shot(Path(folder) / f"{name}.png")


def fits(tab: Tab) -> bool:
    """Whether nothing stands beyond the right or left edge."""
    return bool(tab.run("document.documentElement.scrollWidth <= innerWidth"))


def test_the_page_fits_and_is_readable_at_each_width_in_each_scheme(tab: Tab, server: Server, folder: Path) -> None:
    write(folder, "en/received.md", HEAD + "Please utilise the form.\n\n{{ footer }}\n")
    for width in (320, 768, 1280, 1800):
        for scheme in ("light", "dark"):
            tab.size(width)
            tab.scheme(scheme)
            tab.open(f"{server.address}en/received.html")
            tab.until("document.querySelector('.findings .warning')")
            kept(tab, f"page-{width}-{scheme}")
            assert fits(tab), width
            assert tab.run(FAINT) == [], (width, scheme)


def test_mails_fit_and_are_readable_on_a_phone_in_each_scheme(tab: Tab, server: Server) -> None:
    tab.size(320)
    mails = (
        "en/received/long",
        "de/reply/known",
        "ru/agent/new-ticket/known",
        "fr/agent/digest/known",
        "he/status/known",
    )
    for scheme in ("light", "dark"):
        tab.scheme(scheme)
        for path in mails:
            tab.open(f"{server.address}{path}.html")
            kept(tab, f"mail-{path.replace('/', '-')}-{scheme}")
            assert fits(tab), path
            assert tab.run(FAINT) == [], (path, scheme)


def test_a_mail_follows_the_readers_scheme(tab: Tab, server: Server) -> None:
    inks = set()
    for scheme in ("light", "dark"):
        tab.scheme(scheme)
        tab.open(f"{server.address}en/received/known.html")
        inks.add(tab.run("getComputedStyle(document.querySelector('p')).color"))
    assert inks == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


def test_a_mail_that_is_read_from_right_to_left_begins_at_the_right(tab: Tab, server: Server) -> None:
    tab.size(1280)
    tab.scheme("light")
    tab.open(f"{server.address}he/reminder.html")
    kept(tab, "page-right-to-left")
    assert tab.run("getComputedStyle(document.querySelector('pre')).direction") == "rtl"
    assert tab.run("getComputedStyle(document.querySelector('h1')).direction") == "ltr"
    tab.open(f"{server.address}he/reminder/known.html")
    kept(tab, "mail-right-to-left")
    at = "(() => { const lines = document.createRange(); lines.selectNodeContents(document.querySelector('%s'));" \
        " const box = lines.getBoundingClientRect(); return [box.left, innerWidth - box.right]; })()"  # fmt: skip
    for what in ("p", "li"):
        left, right = tab.run(at % what)
        assert right < left, what


def test_width_and_colours_of_the_mails_can_be_chosen_with_the_keyboard_and_stay(tab: Tab, server: Server) -> None:
    frame = "document.querySelector('iframe')"
    tab.size(1280)
    tab.scheme("light")
    tab.open(f"{server.address}en/received.html")
    for choice in ("phone", "light"):
        tab.run(f"document.querySelector('#{choice}').click()")
    assert tab.run(f"{frame}.clientWidth") == 320
    assert tab.run(f"getComputedStyle({frame}).backgroundColor") == "rgb(255, 255, 255)"
    for choice in ("phone", "light"):
        tab.run(f"document.querySelector('#{choice}').focus()")
        tab.press("ArrowRight", 39)
    tab.open(f"{server.address}en/closed.html")
    tab.until("document.querySelector('#desktop').checked && document.querySelector('#dark').checked")
    kept(tab, "page-desktop-and-dark")
    assert tab.run(f"{frame}.clientWidth") > 400
    text, html = (
        tab.run(f"document.querySelector('{each}').getBoundingClientRect().top") for each in ("pre", "iframe")
    )
    assert text == html  # side by side
    paper = tab.run(f"getComputedStyle({frame}).backgroundColor")
    assert paper not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_an_edit_shows_at_once_and_the_reader_keeps_their_place(tab: Tab, server: Server, folder: Path) -> None:
    write(folder, "en/closed.md", HEAD + "First words.\n\n{{ footer }}\n")
    tab.size(1280)
    tab.open(f"{server.address}en/closed.html")
    tab.until("document.querySelector('.bodies pre').textContent.includes('First words')")
    tab.run("document.querySelector('a[href=\"received.html\"]').focus()")
    write(folder, "nl/closed.md", HEAD + "Een nieuwe taal.\n")  # the links change too
    write(folder, "en/closed.md", HEAD + "Second words, please utilise them.\n\n{{ footer }}\n")
    tab.until("document.querySelector('.bodies pre').textContent.includes('Second words')")
    tab.until(
        "document.querySelector('.findings .warning') && document.querySelector('nav').textContent.includes('nl')"
    )
    assert tab.run("document.activeElement.getAttribute('href')") == "received.html"
    write(folder, "en/closed.md", HEAD + "Third {{ nonsense }}.\n\n{{ footer }}\n")
    tab.until("document.querySelector('.fault')?.textContent.includes('no placeholder nonsense')")
    kept(tab, "page-broken-edit")
    assert "Second words" in tab.run("document.querySelector('.bodies pre').textContent")
    write(folder, "en/closed.md", HEAD + "Fourth words.\n\n{{ footer }}\n")
    tab.until("!document.querySelector('.fault')")


def test_pages_work_as_files_too(tab: Tab, tmp_path: Path) -> None:
    pages = Pages(Samples(Templates(), example_site()), lambda language, files: ((), True), ["received"], ["en"])
    for path in pages.paths():
        page = pages.page(path)
        assert page is not None
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(page.html, encoding="utf-8")
    tab.size(1280)
    tab.open((tmp_path / "index.html").as_uri())
    tab.run("document.querySelector('#desktop').click()")
    assert tab.run("document.querySelector('iframe').clientWidth") > 400
    assert tab.run("getComputedStyle(document.querySelector('nav')).borderTopStyle") == "solid"
    tab.open((tmp_path / "en" / "received" / "known.html").as_uri())
    assert "Thank you for your message" in tab.run("document.body.textContent")
