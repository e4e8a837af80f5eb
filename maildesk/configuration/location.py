"""Where the config is, and the desks that it names, without the rest: for what has no second to spend on it.

Judging a config takes a second, most of it for libraries; who only asks which desks there are need not wait for it.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from maildesk.mail.letter import fold_address

DEFAULT_PATH = "config/maildesk.toml"


def config_path(named: str | os.PathLike[str] | None = None) -> Path:
    """The config file to use: the one named, else $MAILDESK_CONFIG, else ``config/maildesk.toml`` below the caller."""
    return Path(named or os.environ.get("MAILDESK_CONFIG") or DEFAULT_PATH)


def desk_addresses(path: Path) -> tuple[str, ...] | None:
    """The desks' addresses, folded, as the file has them; None where it cannot be read: ``config.load`` says why."""
    try:
        desks = tomllib.loads(path.read_text(encoding="utf-8")).get("desk", [])
        return tuple(fold_address(str(desk["address"])) for desk in desks)
    except (OSError, ValueError, LookupError, TypeError):
        return None
