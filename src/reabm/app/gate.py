"""The gate: who may talk to the server, how much, and what the browser is told to refuse.

A server on loopback is still reachable by every web page that this machine's browser has open: a foreign page may send
requests and open websockets, and a foreign name may be made to point here (DNS rebinding). So the gate reads the names
in `Host` and `Origin` before anything else does, for HTTP and for websockets alike.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_KERNEL = re.compile(r"/jupyter/api/kernels/([^/]+)/[^/]+")


class Gate:
    """ASGI middleware around the whole site; see the module.

    Parameters
    ----------
    site : ASGI application
    host : str
        Address that the server listens on; its name is allowed beside the loopback ones.
    worlds : function
        Names of the visitors' worlds that are kept.
    n_at_most : int
        So many worlds. A page may always connect to its own; one that was given out just before the last room was taken may
        still connect to a new one, hence a tenth on top.
    """

    def __init__(self, site: ASGIApp, host: str, worlds: Callable[[], Iterable[str]], n_at_most: int) -> None:
        self.site = site
        self.host = host
        self.worlds = worlds
        self.n_at_most = n_at_most
        self.inside: Counter[str] = Counter()  # connections by world: a world is kept only some time after it is connected to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.site(scope, receive, send)
            return
        wanted = _authority(_only(scope, b"host"))
        if wanted is None or not is_allowed_name(wanted[0], self.host):
            await _refuse(scope, send, 400, "reabm: this address is not the one that the server was started for\n")
            return
        origin = _only(scope, b"origin")
        if origin is not None and _authority_of_origin(origin) != wanted:
            await _refuse(scope, send, 403, "reabm: another site may not use this server\n")
            return
        if _wants_a_session(scope) and b"session_id=" not in scope["query_string"]:
            await _refuse(scope, send, 400, "reabm: no session given\n")  # Solara would fail on it
            return
        length = _only(scope, b"content-length") or b"0"
        if not length.isdigit() or int(length) > UPLOAD_LIMIT_BYTES:
            await _refuse(scope, send, 413, f"reabm: at most {UPLOAD_LIMIT_BYTES} bytes can be sent\n")
            return
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self.site(scope, _limited(receive), _guarded(send, _only(scope, b"host") or b""))

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a page connect to its world, if there is one or room for one."""
        found = _KERNEL.fullmatch(scope["path"])
        if found is None:
            await _refuse(scope, send, 404, "reabm: nothing here\n")
            return
        world = found[1]
        known = {*self.worlds(), *self.inside}
        if world not in known and len(known) >= self.n_at_most * 1.1:
            await _refuse(scope, send, 503, "reabm: no room\n")
            return
        self.inside[world] += 1
        try:
            await self.site(scope, receive, send)
        finally:
            self.inside[world] -= 1
            self.inside += Counter()  # forgets those at 0


def is_allowed_name(name: str, host: str) -> bool:
    """Whether a `Host` may be answered by a server that listens on `host`.

    Loopback names and the given one. A server on all addresses (0.0.0.0) is called by any of them: a number or this
    machine's own name then; no other name, since a name can be made to point anywhere.
    """
    if name in _LOOPBACK_NAMES or name == host.lower():
        return True
    return is_wildcard(host) and (_address(name) is not None or name == socket.gethostname().lower())


def is_wildcard(host: str) -> bool:
    """Whether the address means all addresses of this machine."""
    address = _address(host)
    return address is not None and address.is_unspecified


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _only(scope: Scope, wanted: bytes) -> bytes | None:
    """The one value of a header; none if it is absent, and one that nothing allows if it is sent twice."""
    values = [value for name, value in scope["headers"] if name == wanted]
    return values[0] if len(values) == 1 else b"?" if values else None


def _authority(value: bytes | None) -> tuple[str, str] | None:
    """Name and port of `name:port`, the name without brackets and in small letters."""
    found = _AUTHORITY.fullmatch(value.decode("latin-1").lower()) if value else None
    return (found["name"].strip("[]"), found["port"] or "80") if found else None


def _authority_of_origin(origin: bytes) -> tuple[str, str] | None:
    return _authority(origin.removeprefix(b"http://")) if origin.startswith(b"http://") else None


def _wants_a_session(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["path"].startswith("/_solara/api/")


async def _refuse(scope: Scope, send: Send, status: int, text: str) -> None:
    """Answer with a status and a line; a websocket is refused in the same way, before its handshake."""
    kind = "http.response" if scope["type"] == "http" else "websocket.http.response"
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": f"{kind}.start", "status": status, "headers": headers + _security_headers(b"")})
    await send({"type": f"{kind}.body", "body": body})


def _limited(receive: Receive) -> Receive:
    """Messages of a visitor; a body that was announced shorter than it is ends the request."""
    n_bytes = 0

    async def counted() -> Message:
        nonlocal n_bytes
        message = await receive()
        if message["type"] == "http.request":
            n_bytes += len(message.get("body", b""))
            if n_bytes > UPLOAD_LIMIT_BYTES:
                return {"type": "http.disconnect"}
        return message

    return counted


def _guarded(send: Send, host: bytes) -> Send:
    extra = _security_headers(host)
    names = {name for name, _ in extra}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
            message = {**message, "headers": kept + extra}
        await send(message)

    return with_headers


def _security_headers(host: bytes) -> list[tuple[bytes, bytes]]:
    """Headers of every answer.

    Vue 2 compiles its templates in the browser, hence 'unsafe-eval' and inline scripts; nothing
    may be loaded from, sent to or framed by another site, which is what keeps the page offline.
    """
    policy = (
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
        b"connect-src 'self'" + (b" ws://" + host if host else b"") + b"; "
        b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
