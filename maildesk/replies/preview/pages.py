"""The pages of the preview: one for each template and way of speaking, and one with each sample mail's HTML.

The same pages are served live and written as files: links are relative, style and script stand inside, nothing is
remote. A page may load nothing but the mails it shows (Content-Security-Policy by hash); mails stand in sandboxed
frames, may run nothing and load nothing, and are the HTML that leaves, with that policy added.

Guarantees: every text is escaped; a path that is no page's is None. Headings, landmarks, labels and languages are those
that a screen reader needs; everything can be reached with the keyboard.
"""

from __future__ import annotations

import hashlib
import posixpath
from base64 import b64encode
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources
from pathlib import Path

from maildesk.replies.findings import Finding
from maildesk.replies.preview.heights import height_rules, heights_of
from maildesk.replies.preview.mails import Samples, Shown, Way
from maildesk.replies.reloading import Problem
from maildesk.replies.templates import DEFAULT_LANGUAGE

MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
Judge = Callable[[str, Sequence[Path]], tuple[Sequence[Finding], bool]]
"""What is wrong with these files of a language, and whether that is all of it already."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at a path. ``policy`` is its Content-Security-Policy."""

    html: str
    policy: str


@dataclass(frozen=True, slots=True)
class _Place:
    way: Way
    name: str
    sample: str = ""


class Pages:
    """All pages of one site. ``version`` "" makes pages that stay as they are."""

    def __init__(
        self, samples: Samples, judge: Judge, names: Sequence[str] = (), languages: Sequence[str] = ()
    ) -> None:
        """``names`` and ``languages`` choose what is shown; empty: everything."""
        self.samples = samples
        self._judge = judge
        self._names = names
        self._languages = languages

    def chosen(self) -> Iterator[tuple[Way, str]]:
        """Every way and template that is shown."""
        for way in self.samples.ways():
            if not self._languages or way.language in self._languages or way.spoken in self._languages:
                yield from ((way, name) for name in self.samples.names(way) if not self._names or name in self._names)

    def paths(self) -> Iterator[str]:
        """The path of every page, the first page's first."""
        yield "index.html"
        for way, name in self.chosen():
            yield self._path(way, name)
            yield from (self._path(way, name, each.name) for each in self.samples.samples(way, name))

    def page(self, path: str, version: str = "") -> Page | None:
        """The page at a path; None where there is none."""
        places = {self._path(way, name): _Place(way, name) for way, name in self.chosen()}
        if path == "index.html" and places:
            first = [each for each in places if f"{DEFAULT_LANGUAGE}/" in each]
            return self._framed(first[0] if first else next(iter(places)), places, path, version)
        if path in places:
            return self._framed(path, places, path, version)
        folder, _, sample = path.removesuffix(".html").rpartition("/")
        place = places.get(f"{folder}.html")
        return self._mail(place, sample) if place else None

    def _path(self, way: Way, name: str, sample: str = "") -> str:
        desk = f"{way.desk.address}/" if len(self.samples.site.desks) > 1 else ""
        return f"{desk}{way.spoken}/{name}{'/' if sample else ''}{sample}.html"

    def _mail(self, place: _Place, sample: str) -> Page | None:
        for each in self.samples.samples(place.way, place.name):
            if each.name == sample:
                shown = self.samples.shown(place.way, place.name, each)
                return Page(_guarded(shown.html or f"<!DOCTYPE html><p>{escape(shown.trouble)}</p>"), MAIL_POLICY)
        return None

    def _framed(self, path: str, places: dict[str, _Place], own: str, version: str) -> Page:
        place = places[path]
        title = f"{place.name}, {place.way.spoken}: maildesk preview"
        nav = "".join(self._nav(path, places, own))
        main = "".join(self._main(place, own))
        return _whole(title, nav, main, version)

    # What stands beside

    def _nav(self, path: str, places: dict[str, _Place], own: str) -> Iterator[str]:
        place = places[path]
        here = [(at, each) for at, each in places.items() if each.name == place.name]
        for desk in dict.fromkeys(each.way.desk.address for _, each in here):
            yield f"<h2>Languages{f' of {escape(desk)}' if len(self.samples.site.desks) > 1 else ''}</h2>"
            items = [(each.way.spoken, at) for at, each in here if each.way.desk.address == desk]
            yield _links("languages", items, path, own)
        siblings = [(each.name, at) for at, each in places.items() if each.way == place.way]
        for title, folder in (("To customers", ""), ("To agents", "agent"), ("To admins", "admin")):
            items = [(name, at) for name, at in siblings if name.rpartition("/")[0] == folder]
            yield f"<h2>{title}</h2>{_links('mails', items, path, own)}" if items else ""

    def _main(self, place: _Place, own: str) -> Iterator[str]:
        way, name = place.way, place.name
        files = self.samples.files(way, name)
        shown = [self.samples.shown(way, name, each) for each in self.samples.samples(way, name)]
        language, direction = _speech(self.samples, way)
        yield f'<div class="top"><h1>{escape(name)} <span class="count">({escape(way.spoken)})</span></h1>'
        yield f'<p class="file">{escape(str(files[-1])) if files else "This language has no such file."}</p>'
        problems = self.samples.problems(way, name)
        yield "".join(map(_fault, problems))
        yield "</div>"
        broken = {each.file for each in problems}  # what is found in these is found in their last good version
        yield "".join(self._findings(way, (*files, *self.samples.parts(way, name)), broken))
        yield '<div class="samples">'
        for each in shown:
            at = posixpath.relpath(self._path(way, name, each.sample.name), posixpath.dirname(own) or ".")
            yield _card(each, at, language, direction)
        if not shown:
            sentence = "Customers get this mail in English or in the desk's own language until the language is whole."
            yield f'<section class="card fault"><h2>Nothing to show</h2><p>{sentence}</p></section>'
        yield "</div>"

    def _findings(self, way: Way, files: Sequence[Path], broken: Container[Path]) -> Iterator[str]:
        found, whole = self._judge(way.language, files)
        found = [each for each in found if each.file not in broken]
        yield '<section class="card findings" aria-labelledby="findings"><h2 id="findings">Findings</h2>'
        if found:
            yield f"<ol>{''.join(map(_finding, found))}</ol>"
        elif whole:
            yield f"<p>All {'else ' if broken else ''}is well.</p>"
        yield "" if whole else '<p class="count">Parts and words are being checked …</p>'
        yield "</section>"


def _fault(problem: Problem) -> str:
    return (
        '<section class="card fault" role="alert"><h2 class="error">This edit is not used</h2>'
        f"<p>{escape(problem.sentence)}</p><p>Line {problem.line} of {escape(str(problem.file))}:</p>"
        f"<pre>{escape(_line(problem.file, problem.line))}</pre>"
        "<p>Customers get the version below: the last good one, or the built-in one.</p></section>"
    )


def _links(kind: str, items: Iterable[tuple[str, str]], current: str, own: str) -> str:
    folder = posixpath.dirname(own) or "."
    made = (
        f'<li><a href="{escape(posixpath.relpath(at, folder))}"{" aria-current=page" if at == current else ""}>'
        f"{escape(said.rpartition('/')[2] if kind == 'mails' else said)}</a></li>"
        for said, at in items
    )
    return f'<ul class="{kind}">{"".join(made)}</ul>'


def _speech(samples: Samples, way: Way) -> tuple[str, str]:
    try:
        words = samples.templates.words(way.spoken, way.desk.address)
    except (LookupError, ValueError):
        return way.language, "ltr"
    return words.language, words.direction


def _card(shown: Shown, at: str, language: str, direction: str) -> str:
    sample, key = shown.sample, f"s-{shown.sample.name}"
    if shown.trouble:
        said = f'<p class="error">{escape(shown.trouble)}</p>'
        return f'<section class="card fault" aria-labelledby="{key}"><h2 id="{key}">{sample.title}</h2>{said}</section>'
    spoken = f'lang="{escape(language)}" dir="{direction}"'
    phone, desktop = heights_of(shown.html)
    digest = hashlib.sha256(shown.html.encode()).hexdigest()[:12]
    return (
        f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">{sample.title}</h2>'
        f"<dl><dt>From</dt><dd>{escape(shown.sender)}</dd>"
        f'<dt>Subject</dt><dd><bdi lang="{escape(language)}">{escape(shown.subject)}</bdi></dd></dl>'
        '<div class="bodies">'
        f'<div><h3>Text</h3><pre tabindex="0" {spoken} aria-label="Text of the mail">{escape(shown.text)}</pre></div>'
        f'<div><h3>HTML</h3><iframe class="{phone} {desktop}" sandbox="" loading="lazy" data-digest="{digest}" '
        f'title="HTML of the mail: {escape(sample.title)}" src="{escape(at)}"></iframe></div></div></section>'
    )


def _finding(found: Finding) -> str:
    line = _line(found.file, found.line).strip()
    quoted = f"<p><code>{escape(line)}</code></p>" if line else ""
    why = f"<p>Why it matters: {escape(found.why)}</p>" if found.why else ""
    better = f"<p>Better: {escape(found.better)}</p>" if found.better else ""
    return (
        f'<li><p><span class="{found.level}">{str(found.level).capitalize()}</span> in {escape(found.file.name)}, '
        f"line {found.line}</p><p>{escape(found.sentence)}</p>{quoted}{why}{better}</li>"
    )


def _line(file: Path, number: int) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""


_MAIL_META = f'<meta http-equiv="Content-Security-Policy" content="{MAIL_POLICY}">'


def _guarded(html: str) -> str:
    """The mail's HTML as it leaves, forbidden to load anything also where a file is opened by itself."""
    return html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{_MAIL_META}', 1)


@lru_cache(maxsize=1)
def _aids() -> tuple[str, str, str]:
    """Style, script, and the policy that allows just these two and the frames."""
    folder = resources.files("maildesk.replies.preview")
    style = (folder / "page.css").read_text(encoding="utf-8") + height_rules()
    script = (folder / "page.js").read_text(encoding="utf-8")
    allowed = " ".join(
        f"{kind}-src 'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}';"
        for kind, text in (("style", style), ("script", script))
    )
    return style, script, f"default-src 'none'; {allowed} frame-src 'self' file:; connect-src 'self'; base-uri 'none'"


_CONTROLS = """\
<fieldset><legend>Width</legend><label><input type="radio" name="width" id="phone" checked>Phone</label>\
<label><input type="radio" name="width" id="desktop">Desktop</label></fieldset>
<fieldset><legend>Colours</legend><label><input type="radio" name="colours" id="light" checked>Light</label>\
<label><input type="radio" name="colours" id="dark">Dark</label></fieldset>"""


def _whole(title: str, nav: str, main: str, version: str) -> Page:
    style, script, policy = _aids()
    live = f' data-version="{escape(version)}"' if version else ""
    html = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n<style>{style}</style>\n</head>\n'
        f'<body{live}>\n<a class="skip" href="#main">To the mails</a>\n'
        f"<header><strong>maildesk preview</strong>\n{_CONTROLS}\n"
        '<span id="status" role="status"></span></header>\n'
        f'<div class="columns">\n<nav aria-label="Mails and languages">{nav}</nav>\n'
        f'<main id="main">{main}</main>\n</div>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )
    return Page(html, policy)
