"""Run where there is no network but this process's own: start the server, visit it, say what happened.

`unshare --user --map-root-user --net python -m tests.app.offline FOLDER`
"""

from __future__ import annotations

import fcntl
import socket
import struct
import sys
from pathlib import Path

from tests.app.browser import FLAGS, Faults, chromium, interactive, running

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def raise_loopback() -> None:
    """Switch `lo` on; a new network starts with it off, and with nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        asked = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(line, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(line, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def main(folder: Path) -> None:
    """Visit the page and print one line."""
    from playwright.sync_api import sync_playwright

    raise_loopback()
    assert [name for _, name in socket.if_nameindex()] == ["lo"], "there is a network here"
    with running(folder / "server.log") as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context = browser.new_context()
        faults = Faults(context, server.url)
        page = context.new_page()
        page.goto(server.url)
        interactive(page)
        browser.close()
        assert not faults.found, "\n".join(faults.found)
        assert server.said() == "", server.said()
    print("no network, page interactive, 0 faults")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
