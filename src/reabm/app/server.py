"""The server: one process, one listening socket, on this machine unless another address is asked for."""

from __future__ import annotations

import asyncio
import os
import socket
import warnings
from collections.abc import Callable

from reabm.app import site
from reabm.app.gate import UPLOAD_LIMIT_BYTES, Gate
from reabm.app.memory import share_one_arena
from reabm.app.site import Limits

LOOPBACK = "127.0.0.1"
PORT = 8765


class PortError(Exception):
    """The address cannot be listened on; the message is a sentence for the person who asked for it."""


def serve(
    port: int = PORT,
    host: str = LOOPBACK,
    limits: Limits | None = None,
    when_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the page until the process is told to end (SIGINT, SIGTERM), then close every visitor's world.

    Parameters
    ----------
    port : int
        0 takes a free one.
    host : str
        Address to listen on. It is never read from the environment (uvicorn and Solara would: HOST).
    limits : Limits
    when_ready : function of an address
        Called once, when the server answers.

    Raises
    ------
    PortError
        If the address cannot be had.
    """
    limits = limits or Limits()
    listener = listen(host, port)  # first of all: who is refused waits for no import
    try:
        _serve(listener, host, limits, when_ready)
    finally:
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket that nobody can reach yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise PortError(f"there is no address {host} on this machine ({error})") from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # a port that was ours a moment ago; on Windows the option would share a used port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise PortError(
            f"port {port} of {host} cannot be had ({error.strerror}); choose another with --port, or --port 0 for a free one"
        ) from error
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket, host: str) -> str:
    """Address for a browser on this machine."""
    name = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}/"


def _serve(listener: socket.socket, host: str, limits: Limits, when_ready: Callable[[str], None]) -> None:
    share_one_arena()
    address = address_of(listener, host)
    site.set_up(limits, debug=bool(os.environ.get("REABM_APP_DEBUG")))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        import uvicorn

        pages = site.make_site(address, limits)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                await asyncio.get_running_loop().run_in_executor(None, when_ready, address)

    config = uvicorn.Config(
        Gate(pages, host, site.worlds, limits.n_visitors),
        loop="asyncio",
        ws="websockets-sansio",
        ws_max_size=UPLOAD_LIMIT_BYTES,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    Server(config).run(sockets=[listener])
