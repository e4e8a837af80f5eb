"""Real mail programs write every case over a private Postfix and Dovecot, and what comes of it is what was expected.

``make test`` drives s-nail and neomutt; ``make test-clients`` all that are known (``MAILDESK_CLIENTS=all``, or their
names). With ``CAPTURE=1`` the mails are kept in ``captured/``, and nothing is compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.capturing import on_the_way, path_of
from tests.clients.cases import CASES, cases_of
from tests.clients.expecting import expected_of, wrong_with
from tests.clients.living import CLIENTS, written
from tests.clients.scene import answer
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

_ALWAYS = ("s-nail", "neomutt")
_ASKED = os.environ.get("MAILDESK_CLIENTS", "").split()
_DRIVEN = CLIENTS if _ASKED == ["all"] else _ASKED or _ALWAYS
_KEEP = os.environ.get("CAPTURE") == "1"


@pytest.mark.parametrize("client", _DRIVEN)
def test_a_real_program_is_understood(
    client: str,
    dovecot: Dovecot,
    postfix: Callable[..., Postfix],
    tmp_path: Path,
) -> None:
    relay = postfix()
    for case in cases_of(client):
        home = tmp_path / case.name
        home.mkdir()
        mail = written(client, CASES[case.name], home, dovecot, relay)
        if _KEEP:
            path = path_of(client, case.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(mail)
            continue
        outcome = answer(on_the_way(mail))
        assert not wrong_with(outcome), case.name
        assert outcome.told == expected_of(client, case.name).read_text(), case.name
