"""Hypothesis here: other examples each time, and no deadline, because a busy machine is no fault of the code.

In CI hypothesis itself takes its profile "ci", which has no deadline either, and the same examples each time.
"""

from __future__ import annotations

import os

from hypothesis import settings

if not os.environ.get("CI"):
    settings.register_profile("here", deadline=None)
    settings.load_profile("here")
