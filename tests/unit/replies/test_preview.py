"""The preview: which samples there are, that they are what a desk sends, and what the pages say and hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from maildesk.desk.service_time.hours import around_the_clock
from maildesk.desk.words import Agent, Desk, Site
from maildesk.replies.checking import review
from maildesk.replies.findings import Finding
from maildesk.replies.preview.heights import heights_of
from maildesk.replies.preview.mails import Samples, Shown
from maildesk.replies.preview.pages import Judge, Pages
from maildesk.replies.preview.samples import LONG_SUBJECT, Stage, example_site
from maildesk.replies.templates import Templates
from tests.unit.replies.samples import BUILTIN, in_one_line, write

SITE = example_site()
HEAD = "---\nsubject: Hello\n---\n"


def shown(name: str, sample: str, samples: Samples | None = None, spoken: str = "en") -> Shown:
    """One sample mail."""
    samples = samples or Samples(BUILTIN, SITE)
    way = next(each for each in samples.ways() if each.spoken == spoken)
    found = next(each for each in samples.samples(way, name) if each.name == sample)
    return samples.shown(way, name, found)


def pages_of(folder: Path, judge: Judge = lambda language, files: ((), True)) -> Pages:
    return Pages(Samples(Templates(folder), SITE), judge, languages=["en", "de"])


def html(pages: Pages, path: str, version: str = "") -> str:
    page = pages.page(path, version)
    assert page is not None
    return page.html


def test_each_side_of_a_template_has_a_sample() -> None:
    samples = Samples(BUILTIN, SITE)
    way = next(each for each in samples.ways() if each.spoken == "en")

    def names(template: str) -> set[str]:
        return {each.name for each in samples.samples(way, template)}

    assert {"known", "fewest", "stranger", "late", "long"} <= names("received")
    assert {"state-open", "state-waiting", "state-paused", "state-solved", "state-closed"} <= names("status")
    assert {"round-1", "round-2", "round-3"} <= names("still-working")
    assert "state-open" not in names("received")
    assert "stranger" not in names("reply")


def test_what_is_known_of_a_ticket_decides_what_its_sample_says() -> None:
    assert "Maria" in shown("received", "known").text
    assert "Maria" not in shown("received", "fewest").text
    assert shown("received", "stranger").subject == "Your message [#1042]"
    assert LONG_SUBJECT[:150] in in_one_line(shown("received", "long").subject)
    assert "Good evening" in shown("received", "late").text
    assert len({shown("still-working", f"round-{number}").text for number in (1, 2, 3)}) == 3
    states = ("open", "waiting", "paused", "solved", "closed")
    assert len({shown("status", f"state-{each}").text for each in states}) == 5


def test_promises_in_samples_are_walked_through_the_desks_own_hours() -> None:
    assert "by Tuesday, 24 November, 17:30" in in_one_line(shown("received", "known").text)
    slow = replace(SITE.desks[0], targets={"normal": timedelta(hours=20)})
    said = shown("received", "known", Samples(BUILTIN, Site((slow,), SITE.agents))).text
    assert "Thursday, 26 November" in in_one_line(said)


def test_a_desk_that_never_closes_has_samples_too() -> None:
    desk = Desk("Night Desk", "night@example.com", "Europe/Berlin", around_the_clock("Europe/Berlin"))
    stage = Stage(Site((desk,)), desk)
    assert stage.closed_at == stage.open_at
    assert "Night Desk" in shown("received-closed", "known", Samples(BUILTIN, Site((desk,)))).text


def test_people_and_desks_of_the_config_stand_in_the_samples() -> None:
    agents = (Agent("Wanda Fuchs", "w@example.com", desks=(SITE.desks[0].address,), signs="Wanda"),)
    billing = replace(SITE.desks[0], name="Billing", address="billing@example.com")
    samples = Samples(BUILTIN, Site((*SITE.desks, billing), agents))
    assert "Wanda" in shown("reply", "known", samples).text
    assert "Billing" in shown("moved", "known", samples).text
    paths = list(Pages(samples, lambda language, files: ((), True), ["moved"], ["en"]).paths())
    assert "billing@example.com/en/moved.html" in paths


def test_a_broken_edit_shows_its_fault_with_the_last_good_version(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.md", HEAD + "We are done here.\n")
    pages = pages_of(tmp_path)
    assert "We are done here." in html(pages, "en/closed.html")
    write(tmp_path, "en/closed.md", HEAD + "We are {{ dnoe }} here, and more.\n")
    page = html(pages, "en/closed.html")
    assert "This edit is not used" in page
    assert "There is no placeholder dnoe" in page
    assert "Line 4 of" in page
    assert "We are done here." in page
    assert "We are done here." in html(pages, "en/closed/known.html")
    assert "This edit is not used" not in html(pages, "en/received.html")
    write(tmp_path, "en/closed.md", HEAD + "All is done.\n")
    assert "This edit is not used" not in html(pages, "en/closed.html")


def test_a_broken_part_is_named_on_the_pages_of_its_mails(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    write(tmp_path, "en/parts/footer.md", "Bye {{ nobody }}\n")
    page = html(pages, "en/closed.html")
    assert "There is no placeholder nobody" in page
    assert "Kind regards" in page


def test_findings_stand_beside_with_their_line(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.md", HEAD + "Fine.\n\nPlease utilise < this > form.\n\n{{ footer }}\n")

    def judge(language: str, files: Sequence[Path]) -> tuple[Sequence[Finding], bool]:
        return review(Templates(tmp_path), only=files[0].resolve()), True

    page = html(pages_of(tmp_path, judge), "en/closed.html")
    findings = page.partition('id="findings"')[2].partition("</section>")[0]
    assert "closed.md, line 6" in findings
    assert "utilise" in findings
    assert "Why it matters" in findings
    assert "utilise &lt; this &gt; form" in findings


def test_what_a_template_says_never_becomes_part_of_the_page(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.md", '---\nsubject: "<script>alert(1)</script>"\n---\n</pre><script>alert(2)</script>\n')
    pages = pages_of(tmp_path)
    for path in ("en/closed.html", "en/closed/known.html"):
        assert "<script>alert" not in html(pages, path)


def test_pages_load_nothing_and_frames_run_nothing(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    page = pages.page("en/received.html")
    assert page is not None
    assert page.policy.startswith("default-src 'none'")
    assert "unsafe" not in page.policy
    assert page.html.count('sandbox=""') == page.html.count("<iframe") > 3
    mail = pages.page("en/received/known.html")
    assert mail is not None
    assert "script-src" not in mail.policy
    assert mail.policy in mail.html


def test_the_mail_in_a_frame_is_the_one_that_leaves_but_for_its_policy(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    kept = [
        line for line in html(pages, "en/received/known.html").splitlines() if "Content-Security-Policy" not in line
    ]
    assert kept == shown("received", "known").html.splitlines()


def test_every_link_and_frame_leads_to_a_page(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    there = set(pages.paths())
    for path in ("index.html", "en/received.html", "de/agent/digest.html"):
        for target in Targets(html(pages, path)).found:
            at = (Path("/") / path).parent / target
            assert str(at.resolve()).lstrip("/") in there, (path, target)
    assert all(pages.page(path) for path in there if path.startswith("de/informal/received"))


class Targets(HTMLParser):
    """Where links and frames lead, and what headings and landmarks there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.unnamed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "iframe" and not given.get("title"):
            self.unnamed.append(tag)
        target = given.get("src") if tag == "iframe" else given.get("href") if tag == "a" else None
        if target and not target.startswith("#"):
            self.found.append(target)


def test_a_screen_reader_finds_landmarks_headings_and_names(tmp_path: Path) -> None:
    page = html(pages_of(tmp_path), "de/received.html")
    tags = Targets(page)
    assert not tags.unnamed
    assert tags.tags.count("h1") == tags.tags.count("main") == tags.tags.count("nav") == 1
    assert 'href="#main"' in page
    assert '<pre tabindex="0" lang="de" dir="ltr"' in page
    assert 'role="status"' in page
    assert "aria-current=page" in page


def test_files_stay_as_they_are_and_live_pages_know_their_version(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    assert "data-version" not in html(pages, "en/received.html")
    assert 'data-version="v1"' in html(pages, "en/received.html", "v1")


@pytest.mark.parametrize(
    "path", ["../secret", "en/received", "en/received/nothing.html", "xx/received.html", "en/../x"]
)
def test_a_path_that_is_no_pages_is_none(tmp_path: Path, path: str) -> None:
    assert pages_of(tmp_path).page(path) is None


def test_longer_mails_get_taller_frames_and_phones_taller_ones_than_desktops() -> None:
    def tall(words: int) -> tuple[int, int]:
        phone, desktop = heights_of(f"<body><p>{'word ' * words}</p></body>")
        return int(phone[1:]), int(desktop[1:])

    assert tall(100) < tall(400)
    assert tall(400)[0] > tall(400)[1]
    assert tall(100_000) == (50, 50)
