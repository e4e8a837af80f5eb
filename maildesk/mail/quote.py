"""Where the new text of a mail ends and what it quotes begins."""

from __future__ import annotations

MARKER_PREFIX = "— write your reply above this line"
"""The visible line that stands on top of what we send. From it down a mail is ours. Templates may add to its end."""
