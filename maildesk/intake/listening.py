"""Where we listen: TCP ports, unix sockets, sockets that systemd opened for us; and the certificate that we show.

Everything that can be wrong here is wrong at the start and for a person to mend, so each fault is one sentence of
``Trouble`` with the way out. A unix socket that a killed process left behind is removed; one that somebody answers on
is not.

Listening TCP sockets are shared with nobody: SO_REUSEADDR allows a restart at once, not two desks on one port.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
import stat
from contextlib import closing
from pathlib import Path

from maildesk.errors import Trouble

BACKLOG = 128
SOCKET_MODE = 0o660
"""Who may connect to the unix socket: our user and group. Put the mail server's user into our group."""

_FIRST_PASSED = 3  # SD_LISTEN_FDS_START of sd_listen_fds(3)


def open_tcp(where: str) -> socket.socket:
    """A listening socket at ``host:port`` or ``[v6]:port``; port 0 takes a free one. Raises Trouble."""
    host, _, port = where.rpartition(":")
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host.strip("[]") or None, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, ValueError) as error:
        raise Trouble(f"Cannot listen on {where}: there is no such address. Correct [smtp] listen.") from error
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(where, int(port), error) from error
    return listener


def _cannot_listen(where: str, port: int, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return Trouble(
            f"Cannot listen on {where}: another program has this port. "
            f"Find it with `ss -ltnp 'sport = :{port}'`, or choose another port under [smtp] listen."
        )
    if error.errno == errno.EACCES:
        return Trouble(
            f"Cannot listen on {where}: ports below 1024 need a privilege. Choose a port such as 2525 under [smtp] "
            "listen, or grant AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return Trouble(f"Cannot listen on {where}: this machine does not have that address. Correct [smtp] listen.")
    return Trouble(f"Cannot listen on {where}: {error.strerror}. Correct [smtp] listen.")


def open_unix(path: Path) -> socket.socket:
    """A listening unix socket at ``path``, for us and our group. Raises Trouble."""
    _clear_away(path)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o777 & ~SOCKET_MODE)  # from its first moment on; a chmod after bind would leave a gap
    try:
        listener.bind(str(path))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise Trouble(
            f"Cannot open the LMTP socket {path}: {reason}. Its folder must exist and be writable for maildesk; "
            "correct [smtp] lmtp."
        ) from error
    finally:
        os.umask(before)
    return listener


def _clear_away(path: Path) -> None:
    """Removes the socket that a dead process left at ``path``."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise Trouble(f"Cannot open the LMTP socket {path}: a file is there. Remove it, or correct [smtp] lmtp.")
        with closing(socket.socket(socket.AF_UNIX)) as probe:
            probe.connect(str(path))
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
    except OSError:
        return  # nothing there, or not ours to look at: binding will say what is wrong
    else:
        raise Trouble(
            f"Cannot open the LMTP socket {path}: another program answers on it. Find it with `fuser {path}`, "
            "or correct [smtp] lmtp."
        )


def open_lmtp(where: str) -> socket.socket:
    """The LMTP listener of the config: a path, or host:port. Raises Trouble."""
    return open_unix(Path(where)) if "/" in where else open_tcp(where)


def passed_by_systemd(environment: dict[str, str] | os._Environ[str] = os.environ) -> dict[str, list[socket.socket]]:
    """Sockets that systemd opened, by their name (``FileDescriptorName=``): smtp or lmtp. See sd_listen_fds(3).

    Our own unit passes none unless an admin enables maildesk.socket, for ports below 1024 without a privilege.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return {}
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    passed: dict[str, list[socket.socket]] = {}
    for number in range(int(environment.get("LISTEN_FDS", "0"))):
        name = names[number] if number < len(names) else ""
        ours = os.dup(_FIRST_PASSED + number)  # the one passed stays open: a changed config listens on it again
        passed.setdefault("lmtp" if "lmtp" in name else "smtp", []).append(socket.socket(fileno=ours))
    return passed


def tls_context(certificate: Path | None, private_key: Path | None) -> ssl.SSLContext | None:
    """What STARTTLS shows; None where no certificate is configured. Raises Trouble for one that cannot be used."""
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, private_key, password="")  # never a prompt on a terminal
    except FileNotFoundError as error:
        missing = next((path for path in (certificate, private_key) if path and not path.exists()), certificate)
        raise Trouble(f"The file {missing} does not exist. Correct [smtp] certificate and private_key.") from error
    except PermissionError as error:
        raise Trouble(
            f"The certificate {certificate} or its key may not be read. Give maildesk's user permission to both."
        ) from error
    except (ssl.SSLError, OSError) as error:
        raise Trouble(
            f"The certificate {certificate} cannot be used ({_reason(error)}). [smtp] certificate must be a PEM file "
            "with the chain, and private_key the key that belongs to it, without a pass phrase."
        ) from error
    return context


def _reason(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or str(error)
