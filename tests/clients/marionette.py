"""Speaks to a Mozilla program's Marionette: JSON with its length in front, over loopback.

Scripts run with the program's own powers. Only programs that a test started are spoken to.
"""

from __future__ import annotations

import json
import socket
from typing import Any


class Marionette:
    """One session, in the program's own context. ``script`` runs JavaScript; what it resolves with is the answer."""

    def __init__(self, port: int, patience: float) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self._number = 0
        self._receive()
        milliseconds = int(patience * 1000)
        self._ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": milliseconds}}}})
        self._ask("Marionette:SetContext", {"value": "chrome"})

    def script(self, body: str, *arguments: object) -> Any:
        """Runs the body of an async function. RuntimeError where it raises."""
        wrapped = (
            "const done = arguments[arguments.length - 1];"
            f"(async (...args) => {{ {body} }})(...arguments).then("
            "value => done({value}), error => done({error: `${error} ${error && error.stack}`}));"
        )
        answer = self._ask(
            "WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": list(arguments), "newSandbox": True}
        )
        if error := answer["value"].get("error"):
            raise RuntimeError(f"a script failed: {error}")
        return answer["value"].get("value")

    def close(self) -> None:
        """Hangs up."""
        self._line.close()

    def _ask(self, command: str, arguments: dict[str, object]) -> Any:
        self._number += 1
        asked = json.dumps([0, self._number, command, arguments]).encode()
        self._line.sendall(str(len(asked)).encode() + b":" + asked)
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error}")
        return result

    def _receive(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._some(1)
        wanted, got = int(size[:-1]), b""
        while len(got) < wanted:
            got += self._some(wanted - len(got))
        return json.loads(got)

    def _some(self, most: int) -> bytes:
        piece = self._line.recv(most)
        if not piece:
            raise RuntimeError("the program hung up")
        return piece
