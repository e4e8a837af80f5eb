"""Secrets from files: the site's signing keys and passwords. They never stand in the config itself.

The secret file has lines ``<key id> <64 hex digits>``; the first signs, all verify, so that a key can be changed
without breaking the addresses that are out there. It must not be readable by others (0600), as with an SSH key. Files
that systemd hands to the service (``LoadCredential=``) are readable by the service alone and pass the same test.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from maildesk.configuration.report import ConfigFaults, Fault
from maildesk.desk.senders.addresses import Keys, load_keys, secret_line

HOW_TO_CREATE = "maildesk init and the first maildesk run of a new site write one; else put back that of your backup"


def read_keys(path: Path) -> Keys:
    """The keys of a secret file. Raises ``ConfigFaults`` with everything that is wrong with it."""
    faults: list[Fault] = []
    lines = _readable(path, faults, HOW_TO_CREATE)
    try:
        keys = load_keys("\n".join(lines)) if lines or not faults else None
    except ValueError as error:
        faults.append(Fault(str(path), 0, "", str(error)))
    if faults or keys is None:
        raise ConfigFaults(faults)
    return keys


def create_secret(path: Path) -> None:
    """Write a new key into a file that does not exist yet, readable by its owner alone. ``FileExistsError`` else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret_line(secrets.token_bytes(32)))
        file.flush()
        os.fsync(file.fileno())


def read_password(path: Path) -> str:
    """The first line of a password file. Raises ``ConfigFaults``."""
    faults: list[Fault] = []
    lines = _readable(path, faults, "write the password into it and make it 0600")
    password = lines[0] if lines else ""
    if not password and not faults:
        faults.append(Fault(str(path), 0, "", "The password file is empty; its first line is the password."))
    if faults:
        raise ConfigFaults(faults)
    return password


def _readable(path: Path, faults: list[Fault], how_to_create: str) -> list[str]:
    """The lines of a secret file without their ends; faults are noted."""
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            lines = [line.rstrip("\r\n") for line in file]
    except FileNotFoundError:
        faults.append(Fault(str(path), 0, "", f"This secret file does not exist; {how_to_create}."))
        return []
    except (OSError, UnicodeDecodeError) as trouble:
        faults.append(Fault(str(path), 0, "", f"This secret file cannot be read ({trouble}); look at path and owner."))
        return []
    if stat.S_ISREG(mode) and mode & 0o077:
        faults.append(Fault(str(path), 0, "", f"Others can read this secret file; run: chmod 600 {path}"))
    return lines
