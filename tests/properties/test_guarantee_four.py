"""Nobody is left hanging (guarantee 4), whatever customers and agents do, and however long they are silent.

CI plays a fixed number of fixed weeks. ``MAILDESK_EXAMPLES=2000 pytest tests/properties/test_guarantee_four.py`` plays
other ones each time, as many as that.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from maildesk.daemon.stage import VirtualClock
from tests.properties.weeks import AGENT_SAYS, AGENTS, CUSTOMER_SAYS, CUSTOMERS, Happening, Weeks
from tests.worlds.engine import HERE
from tests.worlds.house import House

EXAMPLES = int(os.environ.get("MAILDESK_EXAMPLES", "0"))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_later = st.sampled_from((2, 2, 7, 16, 45, 200, 700, 1500, 4400))
_back = st.sampled_from((0, 0, 0, 1, 3))
_customers = st.builds(Happening, _later, st.sampled_from(CUSTOMERS), st.integers(-1, len(CUSTOMER_SAYS) - 1), _back)
_agents = st.builds(Happening, _later, st.sampled_from(AGENTS), st.integers(0, len(AGENT_SAYS) - 1), _back)
_first = st.builds(Happening, st.just(2), st.sampled_from(CUSTOMERS), st.just(-1))
_weeks = st.tuples(_first, st.lists(st.one_of(_customers, _agents), min_size=5, max_size=12)).map(
    lambda parts: [parts[0], *parts[1]]
)


@settings(
    max_examples=EXAMPLES or 15,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink) if EXAMPLES else (Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(_weeks, st.sampled_from((1, 3, 11)))
def test_nobody_is_left_hanging_whatever_happens(happenings: Sequence[Happening], days: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        house = House(HERE / "maildesk.toml", Path(home), VirtualClock(MONDAY))
        try:
            weeks = Weeks(house)
            weeks.play(happenings, timedelta(days=days))
            assert [*weeks.wrong, *weeks.at_the_end()] == []
        finally:
            house.close()
