"""The shape of the program: who may import whom, sizes, types and style, units, and docs that are true."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.cli.main import COMMANDS
from maildesk.cli.run import ROLES
from maildesk.configuration.keys import TABLES, SiteKeys
from maildesk.configuration.kinds import Section

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "maildesk"
CODE = sorted(PACKAGE.rglob("*.py"))
EVERYTHING = sorted(
    path for folder in ("maildesk", "tests", "benchmarks", "tools") for path in (REPOSITORY / folder).rglob("*.py")
)
BOTTOM = {"config", "configuration", "log", "errors"}
PURE = {"mail", "desk"}
MIDDLE = {"intake", "outbox", "replies", "store"}
MAY_IMPORT: dict[str, set[str]] = {
    "mail": {"mail"},
    "desk": {"desk", "mail"},
    "errors": set(),
    "configuration": {"configuration", "desk", "mail"},
    "config": {"configuration", "desk", "mail"},
    "log": {"desk", "mail"},
    **{each: {each} | PURE | BOTTOM for each in MIDDLE},
    "daemon": {"daemon"} | MIDDLE | PURE | BOTTOM,
    "app": {"daemon"} | MIDDLE | PURE | BOTTOM,
    "cli": {"cli", "app", "daemon"} | MIDDLE | PURE | BOTTOM,
    "__main__": {"cli"},
    "__init__": set(),
}
"""cli → app → daemon → {intake, outbox, replies, store} → {mail, desk}; bottom modules lie under all but the pure."""


ROOMS = (
    *("service_time", "commands", "senders", "promises", "known", "judging", "answers", "mailing", "tickets"),
    *("agents_day", "customers", "orders", "arrivals", "following"),
)
"""The rooms of ``desk/``, from the ground up (docs/design.md, section 4): each may know those before it."""


def part_of(path: Path) -> str:
    """The part of the program that a file belongs to: its folder in the package, or its own name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, also inside functions, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = node.module == "maildesk"  # from maildesk import log
            yield from ((f"maildesk.{alias.name}", node.lineno) for alias in node.names if deeper)
            if not deeper:
                yield node.module, node.lineno


def test_imports_go_one_way() -> None:
    wrong = []
    for path in CODE:
        for module, line in imports_of(path):
            first, _, rest = module.partition(".")
            other = rest.partition(".")[0]
            if first == "maildesk" and other not in MAY_IMPORT[part_of(path)] | {"__version__", ""}:
                wrong.append(f"{path.relative_to(REPOSITORY)}:{line} imports {module}")
    assert not wrong


def test_the_rooms_of_the_desk_know_only_those_below_them() -> None:
    desk = PACKAGE / "desk"
    assert sorted(ROOMS) == sorted(path.parent.name for path in desk.glob("*/__init__.py"))
    wrong = []
    for path in (path for path in CODE if path.parent.parent == desk):
        for module, line in imports_of(path):
            other = module.removeprefix("maildesk.desk.").partition(".")[0]
            if module == "maildesk.desk.deciding" or other in ROOMS[ROOMS.index(path.parent.name) + 1 :]:
                wrong.append(f"{path.relative_to(REPOSITORY)}:{line} imports {module}")
    assert not wrong


@pytest.mark.parametrize("forbidden", ["sqlalchemy", "socket", "random", "secrets", "time", "sqlite3"])
def test_deciding_and_reading_do_no_io_and_roll_no_dice(forbidden: str) -> None:
    allowed = {"mail/safely.py"}  # reads a hostile mail in a process that can be killed
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in CODE
        if part_of(path) in PURE and str(path.relative_to(PACKAGE)) not in allowed
        for module, line in imports_of(path)
        if module.partition(".")[0] == forbidden
    ]
    assert not wrong


def test_no_decision_reads_a_clock() -> None:
    reads = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    wrong = [str(path) for path in CODE if part_of(path) in PURE and reads.search(path.read_text(encoding="utf-8"))]
    assert not wrong


def test_files_are_under_300_lines_and_functions_not_over_60() -> None:
    wrong = []
    for path in EVERYTHING:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(REPOSITORY)
        if "migrations" in path.parts:
            continue  # what the tables were: written once, never changed, read as data
        if (lines := text.count("\n")) > (300 if PACKAGE in path.parents else 450):
            wrong.append(f"{name} has {lines} lines")
        wrong += [f"{name}: {each} has {length} lines" for each, length in functions(text)]
    assert not wrong


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Functions that are too long, with their length."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > 60:
                yield node.name, length


def test_half_of_all_functions_have_ten_lines_or_fewer() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )
    assert lengths[len(lengths) // 2] <= 10


def test_every_module_has_its_manual_page() -> None:
    assert not [str(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]


def test_what_is_caught_whole_or_silenced_says_why_on_its_line() -> None:
    bare = re.compile(r"(except (?:Base)?Exception\b[^#]*|# type: ignore(?:\[[\w, -]+\])?|# noqa(?:: ?[\w, ]+)?)\s*$")
    wrong = []
    for path in CODE:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            passed_on = any(following.strip().startswith("raise") for following in lines[number : number + 4])
            if bare.search(line) and not passed_on:
                wrong.append(f"{path.relative_to(REPOSITORY)}:{number}")
    assert not wrong


def test_nothing_depends_on_the_machine_it_was_written_on() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    own = re.compile(r"\.\./shared|/work/(?:main|shared)|/root/|/home/\w+/")
    wrong = []
    for name in tracked.stdout.split():
        path = REPOSITORY / name
        if path.suffix in {".py", ".md", ".toml", ".sh", ".service", ""} and path.is_file() and path != Path(__file__):
            found = own.search(path.read_text(encoding="utf-8", errors="replace"))
            if found and not name.startswith("tests/corpora"):
                wrong.append(f"{name}: {found[0]}")
    assert not wrong


@pytest.mark.xdist_group("slow")
def test_types_are_right_under_mypy_strict() -> None:
    ran = subprocess.run([sys.executable, "-m", "mypy"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_style_is_what_ruff_asks_for() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "-q", "--output-format=concise", "."],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


UNITS = sorted((REPOSITORY / "systemd").iterdir())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_systemd_units_are_valid() -> None:
    ran = subprocess.run(
        ["systemd-analyze", "verify", *map(str, UNITS)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_service_is_notified_watched_and_knows_the_exit_codes() -> None:
    for name in ("maildesk.service", "maildesk@.service"):
        text = (REPOSITORY / "systemd" / name).read_text(encoding="utf-8")
        for line in (
            "Type=notify",
            "WatchdogSec=",
            "Restart=always",
            "RestartPreventExitStatus=64 78",
            "ProtectSystem=strict",
        ):
            assert line in text, (name, line)
    target = (REPOSITORY / "systemd" / "maildesk.target").read_text(encoding="utf-8")
    assert all(f"maildesk@{role}.service" in target for role in ROLES)


DOCS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md")), REPOSITORY / "CHANGELOG.md"]


def test_the_documents_are_there() -> None:
    for name in ("README.md", "CHANGELOG.md", "LICENSE", "docs/design.md", "docs/admin.md", "docs/agents.md"):
        assert (REPOSITORY / name).stat().st_size > 500, name


def test_every_command_that_is_described_exists_and_every_one_is_described() -> None:
    called = re.compile(r"`maildesk (?:--config \S+ )?([a-z]+)\b|bin/maildesk (?:--config \S+\s+)?([a-z]+)\b")
    described = {first or second for path in DOCS for first, second in called.findall(path.read_text(encoding="utf-8"))}
    assert described <= COMMANDS.keys(), described - COMMANDS.keys()
    admin = (REPOSITORY / "docs" / "admin.md").read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"`maildesk {name}" not in admin]


def test_every_make_target_that_is_described_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for path in DOCS:
        for target in re.findall(r"(?:`|^    )make ([a-z-]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            assert f"\n{target}:" in makefile, (path.name, target)


def test_every_key_of_the_config_has_a_meaning_that_admins_can_read() -> None:
    models: list[type[Section]] = [SiteKeys, *TABLES.values()]
    for model in models:
        assert not [name for name, field in model.model_fields.items() if not field.description]


def test_links_between_the_documents_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path.name, target)


def test_every_dependency_is_used() -> None:
    """What nobody imports is weight and risk for nothing. ``tzdata`` is data that zoneinfo finds by itself."""
    declared = re.findall(r'^    "([a-z0-9.-]+)[>=<,]', (REPOSITORY / "pyproject.toml").read_text(), re.MULTILINE)
    names = {
        "mail-parser": "mailparser",
        "flufl.bounce": "flufl",
        "markdown-it-py": "markdown_it",
        "python-dateutil": "dateutil",
    }
    sources = "\n".join(path.read_text() for path in CODE)
    unused = [
        each
        for each in declared
        if each != "tzdata" and not re.search(rf"^\s*(?:from|import) {names.get(each, each)}\b", sources, re.MULTILINE)
    ]
    assert declared
    assert not unused
