"""A line between a client and a server that can be cut: at an octet, at a word, or by the test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable


class Proxy:
    """Passes octets on. ``cut`` sees all that the server said on this connection so far; True hangs up on both."""

    def __init__(self, server: int, cut: Callable[[bytes], bool] = lambda said: False) -> None:
        self.cut = cut
        self.connections = 0
        self._server = server
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def hang_up(self) -> None:
        """Cuts every line that is open now."""
        doomed, self._open = self._open, []  # not those that are opened meanwhile
        for sock in doomed:
            _shut(sock)

    def close(self) -> None:
        _shut(self._listener)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._server))
            self._open += [client, server]
            self._threads.append(threading.Thread(target=self._serve, args=(client, server), daemon=True))
            self._threads[-1].start()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        with client, server:
            there = threading.Thread(target=_pass, args=(client, server, lambda said: False), daemon=True)
            there.start()
            _pass(server, client, lambda said: self.cut(said))
            there.join()


def _pass(source: socket.socket, target: socket.socket, cut: Callable[[bytes], bool]) -> None:
    said = b""
    try:
        while octets := source.recv(4096):
            said += octets
            if cut(said):
                break
            target.sendall(octets)
    except OSError:
        pass  # the other direction hung up
    _shut(source)
    _shut(target)


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
