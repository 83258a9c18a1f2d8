"""Requests byte for byte: no library on the way that would make them polite."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 if nothing did."""

    status: int
    head: str
    body: bytes


def exchange(port: int, request: bytes, timeout_s: float = 10.0) -> Answer:
    """Send bytes, read until the server closes (or resets, having answered before it read them all)."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as line, suppress(ConnectionResetError):
        line.sendall(request)
        while piece := line.recv(1 << 16):
            got += piece
    return parsed(got)


def parsed(got: bytes) -> Answer:
    """Status, head and body of an answer."""
    head, _, body = got.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/") else 0
    return Answer(status, head.decode("latin-1"), body)


def get(port: int, path: str | bytes, *headers: str, host: str | None = "", method: str = "GET") -> Answer:
    """One request; `host` None sends no Host, empty sends the right one."""
    target = path.encode("latin-1") if isinstance(path, str) else path
    lines = [f"Host: 127.0.0.1:{port}"] if host == "" else [] if host is None else [f"Host: {host}"]
    head = "\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode("latin-1")
    return exchange(port, method.encode() + b" " + target + b" HTTP/1.1\r\n" + head)


def handshake(port: int, *headers: str, host: str = "", kernel: str = "") -> tuple[Answer, socket.socket]:
    """Ask for the websocket of a page; the open connection comes with the answer."""
    kernel = kernel or str(uuid4())
    lines = [
        f"GET /jupyter/api/kernels/{kernel}/channels?session_id={uuid4()} HTTP/1.1",
        f"Host: {host or f'127.0.0.1:{port}'}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *headers,
    ]
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    got = b""
    while b"\r\n\r\n" not in got and (piece := line.recv(1 << 16)):
        got += piece
    return parsed(got), line
