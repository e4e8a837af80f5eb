"""Promises from history are honest: a small desk of docs/promises.md, simulated anew (the whole: benchmarks)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.calibration import BEGIN, DOCS, by_week, figures, promises_of
from benchmarks.plot import plot
from benchmarks.simulated_desks import KINDS

ONE_AGENT = next(kind for kind in KINDS if kind.name == "one agent")


def test_nine_of_ten_promises_from_history_are_kept_and_they_are_not_padded() -> None:
    promises = promises_of(ONE_AGENT, seed=21, days=56)
    found = figures(ONE_AGENT.name, promises)
    assert found.promises > 200
    assert 0.85 <= found.kept <= 0.97
    assert found.by_nine_of_ten <= 2
    assert sum(each.measured for each in promises) > 0.9 * len(promises)
    assert plot([(ONE_AGENT.name, by_week(promises))]).count("<polyline") == 3


def test_the_page_has_figures_of_every_desk_that_is_simulated() -> None:
    page = Path(DOCS / "promises.md").read_text(encoding="utf-8").split(BEGIN)[1]
    drawing = Path(DOCS / "promises.svg").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| {kind.name} |" in page
        assert f">{kind.name}<" in drawing
