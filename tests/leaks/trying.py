"""One reply tried: what leaves of it, and what is wrong with that."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.leaks.clients import MARKS, PROGRAMS
from tests.leaks.drafts import Draft, drafts
from tests.leaks.scene import Notice, notices, what_leaves
from tests.leaks.search import bodies, found_in, missing
from tests.leaks.writing import Reply


@dataclass(frozen=True, slots=True)
class Case:
    """A program, a notification and a draft. ``must_leave``: nobody has a reason to ask."""

    program: str
    reply: Reply
    must_leave: bool

    @property
    def name(self) -> str:
        """How it is called in reports."""
        notice, draft = self.reply.notice, self.reply.draft
        return f"{self.program}/{self.reply.ui} answers {notice.language} {notice.template} with {draft.name}"


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind``: leak, loss, or a false hold."""

    kind: str
    case: str
    what: str


def raw_of(case: Case) -> bytes:
    """The mail."""
    return PROGRAMS[case.program](case.reply)


def faults_of(case: Case) -> list[Fault]:
    """What is wrong with what leaves."""
    return list(_faults(case, raw_of(case)))


def _faults(case: Case, raw: bytes) -> Iterator[Fault]:
    left, draft, language = what_leaves(raw), case.reply.draft, case.reply.notice.language
    for each in (*left.answers, *left.held):
        for said in found_in(each, language):
            if each in left.answers:
                yield Fault("leak", case.name, said)
    if left.answers:
        yield from (Fault("loss", case.name, each) for each in missing(left.answers[0], draft.own))
    elif case.must_leave:
        yield Fault("hold", case.name, f"{left.decision.fate}: {_why(left.inside)}")
    if not left.answers:
        told = "\n".join("\n".join(bodies(each)) for _, each in left.inside)
        if not left.asks:
            yield Fault("loss", case.name, f"nobody is asked: {left.decision.fate} {left.decision.reason}")
        elif draft.above and "held" in dict(left.inside):
            yield from (
                Fault("loss", case.name, f"asked, without {each}")
                for each in draft.own
                if each not in told and "\n" not in each and not each.startswith(">")
            )


def _why(inside: list[tuple[str, bytes]]) -> str:
    return " ".join(" ".join(bodies(raw)[0].split())[:300] for template, raw in inside)


def may_be_told_apart(program: str, draft: Draft) -> bool:
    """Whether words stand where this program lets them be told from its quote."""
    return program in MARKS or not (draft.between or draft.below)


ANSWERED = ("new-ticket", "new-message", "reminder")


def cases(seed: int, count: int) -> Iterator[Case]:
    """That many, at random."""
    chance = random.Random(seed)
    pool = [each for each in notices() if each.template in ANSWERED and each.is_carlas]
    for _ in range(count):
        notice = chance.choice(pool)
        draft = chance.choice(
            [
                d
                for d in drafts(notice.language, notice.story.points)
                if not d.between or notice.story.points[0] in notice.text
            ]
        )
        program = chance.choice(sorted(PROGRAMS))
        ui = chance.choice(
            sorted(
                {
                    notice.language,
                    notice.language,
                    *["en", "de", "es", "fr", "ru", "it", "nl", "pl", "pt", "sv", "da", "cs", "tr", "ja"],
                }
            )
        )
        yield Case(program, Reply(notice, draft, ui), may_be_told_apart(program, draft))


def all_pairs(notice: Notice) -> Iterator[Case]:
    """Every program with every draft, in the notification's language."""
    for program in PROGRAMS:
        for draft in drafts(notice.language, notice.story.points):
            yield Case(program, Reply(notice, draft, notice.language), may_be_told_apart(program, draft))
