"""The live preview's server: loopback alone, GET alone, and no path but the pages'.

http.server of the standard library: one reader on this machine, a page at a time, no state. A framework would be larger
than what is served.

Guarantees: it listens on 127.0.0.1 and nowhere else; a request whose Host is not that address or ``localhost``, with
the port, is refused, so that no web site can read the page through a name of its own that leads here (DNS rebinding);
no other site may frame it. Nothing is written, and nothing of a request is used but its path.

Ctrl-C stops it; no thread of it keeps the process. An open page asks once a second for the version (``watching``), one
in a hidden tab does not ask: a preview that nobody looks at costs nothing.
"""

from __future__ import annotations

import sys
import threading
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from maildesk.replies.preview.pages import MAIL_POLICY, Page, Pages
from maildesk.replies.preview.watching import Watch

ADDRESS = "127.0.0.1"
PATIENCE = 30  # seconds that a line may be silent


class Server(ThreadingHTTPServer):
    """Serves ``pages`` until it is shut down. ``port`` 0: any free one. Raises ``OSError`` where it is taken."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, pages: Pages, watch: Watch, port: int = 0) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.pages = pages
        self.watch = watch
        self.turn = threading.Lock()  # pages are made one at a time: templates are shared
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in (ADDRESS, "localhost"))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went on to another page before it had all of this one is nobody's news; a bug is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{ADDRESS}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "maildesk"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        hosts = [each.lower() for each in self.headers.get_all("Host", [])]
        if len(hosts) != 1 or hosts[0] not in self.server.hosts:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This page is only served to this machine.")
            return
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if path == "version":
            self._say(HTTPStatus.OK, self.server.watch.version)
            return
        version = self.server.watch.version
        try:
            with self.server.turn:
                page = self.server.pages.page(path or "index.html", version)
        except Exception:  # a bug: the reader is told, and the next page works
            traceback.print_exc()
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, "This is a bug in maildesk. The terminal shows what to report.")
            return
        if page is None:
            self._say(HTTPStatus.NOT_FOUND, "There is no such page.")
        else:
            self._show(page)

    def _show(self, page: Page) -> None:
        mail = page.policy == MAIL_POLICY
        policy = f"{page.policy}; sandbox; frame-ancestors 'self'" if mail else f"{page.policy}; frame-ancestors 'none'"
        self._answer(HTTPStatus.OK, page.html, "text/html", policy)

    def _say(self, status: HTTPStatus, sentence: str) -> None:
        self._answer(status, sentence, "text/plain", "default-src 'none'")

    def _answer(self, status: HTTPStatus, text: str, kind: str, policy: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The page's own requests are nobody's news."""
