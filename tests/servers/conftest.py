"""Fixtures for tests against real servers.

* ``dovecot`` (one for the whole run): mailboxes for everybody, password ``secret``; use user names of your own.
* ``postfix``: a function that starts one with the routes that the test needs; mail without a route goes into
  ``dovecot``'s mailboxes::

      relay = postfix({"desk.test": f"smtp:[127.0.0.1]:{port}"})                      # to the desk by SMTP
      relay = postfix({"desk.test": f"lmtp:unix:{path}"})                             # by LMTP
      relay = postfix({"desk.test": "desk:"}, pipe=[python, "-m", "maildesk", ...])   # by pipe

  ``relay.url`` is for ``[outgoing] relay``, ``relay.send(...)`` a customer's mail program.
* ``public``: a folder that servers under other users can reach, for sockets, databases and configs they share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.private import public_folder


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def postfix(dovecot: Dovecot) -> Iterator[Callable[..., Postfix]]:
    with ExitStack() as running:

        def start(routes: dict[str, str] | None = None, **options: Any) -> Postfix:
            wired = {"mailboxes": dovecot.lmtp, "logins": dovecot.auth, **options}
            return running.enter_context(running_postfix(routes, **wired))

        yield start


@pytest.fixture
def public() -> Iterator[Path]:
    with public_folder("test") as folder:
        yield folder
