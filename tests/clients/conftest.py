"""The private Postfix and Dovecot, as the tests of servers have them."""

from __future__ import annotations

from tests.servers.conftest import dovecot, postfix

__all__ = ["dovecot", "postfix"]
