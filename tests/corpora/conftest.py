"""Where the open test mails lie, and a scorer to run on them. Without them these tests are skipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Score = Callable[..., Any]


def _corpora() -> Path | None:
    """``$MAILDESK_CORPORA``, else ``shared/mail-corpora`` beside this checkout."""
    named = os.environ.get("MAILDESK_CORPORA")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared" / "mail-corpora"
    return folder if (folder / "score").is_dir() else None


@pytest.fixture(scope="session")
def score() -> Score:
    """Runs one of the scorers on this code, in process: ``score("parse_eval.py", "read", CORE="1")`` → its JSON."""
    folder = _corpora()
    if folder is None:
        pytest.skip("no mail corpora: set MAILDESK_CORPORA, or put them into shared/mail-corpora beside the checkout")

    def run(scorer: str, function: str, *arguments: str, **environment: str) -> Any:
        here = Path(__file__).parent
        command = [
            sys.executable,
            scorer,
            "--json",
            "--callable",
            f"under_test:{function}",
            "--path",
            str(here),
            *arguments,
        ]
        path = os.pathsep.join((str(here.parent.parent), str(folder / "score")))
        env = {**os.environ, **environment, "PYTHONPATH": path}
        done = subprocess.run(command, cwd=folder / "score", env=env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run
