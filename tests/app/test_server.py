"""The server: who can reach it, what it gives out, what it calls, what it stands (reliability F1-F8)."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.app.browser import ROOT, Server, end, interactive, running, wait_for
from tests.app.raw import get, handshake

# ------------------------------------------------------------------------------------------------- F1: listeners


def beyond_loopback(process: psutil.Process) -> list[str]:
    """Addresses outside this machine's loopback on which a process or its children listen or receive."""
    found = []
    for each in (process, *process.children(recursive=True)):
        for line in each.net_connections(kind="inet"):
            is_open = line.status == psutil.CONN_LISTEN or line.type == socket.SOCK_DGRAM
            if is_open and line.laddr and line.laddr.ip not in ("127.0.0.1", "::1"):
                found.append(f"{line.laddr.ip}:{line.laddr.port}")
    return found


@pytest.mark.parametrize("name", ["HOST", "SOLARA_HOST", "UVICORN_HOST"])
def test_the_server_listens_on_loopback_alone_whatever_the_environment_says(name: str, tmp_path: Path) -> None:
    with running(tmp_path / "log", env={name: "0.0.0.0"}) as server:
        process = psutil.Process(server.process.pid)
        listening = [line.laddr for line in process.net_connections(kind="inet") if line.status == psutil.CONN_LISTEN]
        assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", server.port)]
        assert beyond_loopback(process) == []
        assert server.said() == ""


def test_a_listener_beyond_loopback_would_be_seen() -> None:
    with socket.socket() as line:
        line.bind(("0.0.0.0", 0))
        line.listen(1)
        assert beyond_loopback(psutil.Process()) == [f"0.0.0.0:{line.getsockname()[1]}"]


def test_another_address_is_warned_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from reabm import cli
    from reabm.app import server

    asked = []
    monkeypatch.setattr(server, "serve", lambda port, host, *rest: asked.append(host))
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        cli.call(["app", "--host", host])
        assert f"warning: listening on {host}" in capsys.readouterr().err
    for host in ("127.0.0.1", "::1", "localhost"):
        cli.call(["app", "--host", host])
        assert "warning" not in capsys.readouterr().err
    assert len(asked) == 7


# ------------------------------------------------------------------------------------------------- F2: traversal

CANARY = "canary-7f3a-outside"
ROUTES = (
    "/",
    "/readyz/",
    "/reabm/files/",
    "/_solara/cdn/",
    "/_solara/api/close/",
    "/static/",
    "/static/assets/",
    "/static/public/",
    "/jupyter/nbextensions/",
    "/jupyter/api/kernels/",
)
STARTS_ELSEWHERE = """
import sys
from pathlib import Path
from reabm.app import site
site.FILES = Path(sys.argv.pop(1))
from reabm.cli import main
main()
"""


@pytest.fixture(scope="module")
def baited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[bytes]]]:
    """A server whose folder of files has bait around it and links out of it, and the payloads that go for them."""
    around = tmp_path_factory.mktemp("around")
    files = around / "files"
    (files / "deep").mkdir(parents=True)
    (files / "inside.txt").write_text("inside")
    (around / "canary.txt").write_text(CANARY)
    (around / "files-secret").mkdir()
    (around / "files-secret" / "canary.txt").write_text(CANARY)
    (files / "link.txt").symlink_to(around / "canary.txt")
    (files / "link").symlink_to(around)
    command = (sys.executable, "-c", STARTS_ELSEWHERE, str(files))
    with running(around / "server.log", command=command) as server:
        yield server, payloads(str(around))
        assert "Traceback" not in server.said(), server.said()[-3000:]


def payloads(around: str) -> list[bytes]:
    """At least 60 ways to say `the file beside the folder` and `/etc/passwd`."""
    up = ["..", "%2e%2e", ".%2e", "%2e.", "%252e%252e", "..%00", "....", ".. ", "..;", "%c0%ae%c0%ae", "%uff0e%uff0e"]
    slash = ["/", "%2f", "%252f", "\\", "%5c", "//", "%c0%af", "/./"]
    found = [f"{dots}{bar}canary.txt" for dots in up for bar in slash[:5]]
    found += [(f"..{bar}" * 12 + "etc" + bar + "passwd") for bar in slash]
    found += [(f"%2e%2e{bar}" * 12 + "etc" + bar + "passwd") for bar in slash]
    found += [f"deep{bar}..{bar}..{bar}canary.txt" for bar in slash]
    found += """
        ../files-secret/canary.txt ..%2ffiles-secret%2fcanary.txt ../files-secret%2fcanary.txt %2e%2e/files-secret/canary.txt
        {around}/canary.txt /{around}/canary.txt {encoded}%2fcanary.txt //etc/passwd %2fetc%2fpasswd
        link.txt link/canary.txt link%2fcanary.txt link/files-secret/canary.txt link link/
        C:/canary.txt C:%5ccanary.txt c%3a/../canary.txt \\\\localhost\\c$\\canary.txt file:///etc/passwd
        inside.txt/../../canary.txt inside.txt%00/../../canary.txt ../canary.txt%00.svg ..%0d%0acanary.txt ~/canary.txt .
    """.format(around=around, encoded=around.replace("/", "%2f")).split()
    return [text.encode() for text in found]


def test_no_payload_reads_a_file_outside_the_folders(baited: tuple[Server, list[bytes]]) -> None:
    server, each = baited
    assert len(set(each)) >= 60
    assert get(server.port, "/reabm/files/inside.txt").body == b"inside"  # the folder is the one with the bait
    leaked = []
    for route in ROUTES:
        for payload in each:
            answer = get(server.port, route.encode() + payload)
            assert answer.status in (200, 307, 400, 404, 405), (route, payload, answer)
            is_fixed = answer.status != 200 or answer.body.startswith(
                (b'{"name":"lala"', b"\n<!doctype html>", b"<!doctype html>")
            )
            if CANARY.encode() in answer.body or b"root:" in answer.body or not is_fixed:
                leaked.append((route, payload, answer.status, answer.body[:40]))
    assert leaked == []


def test_a_full_address_in_the_request_line_reads_nothing_either(baited: tuple[Server, list[bytes]]) -> None:
    server, _ = baited
    for target in ("http://127.0.0.1/reabm/files/../canary.txt", "file:///etc/passwd", "/reabm/files?../canary.txt", "*"):
        answer = get(server.port, target)
        assert CANARY.encode() not in answer.body
        assert b"root:" not in answer.body


# ---------------------------------------------------------------------------------------------- F3: foreign names

FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:{port}",
    "localhost.evil.example:{port}",
    "127.0.0.1.evil.example:{port}",
    "127.0.0.1@evil.example",
    "0.0.0.0:{port}",
    "192.168.0.1:{port}",
    "[::2]:{port}",
    "localhost:{port}/",
    "localhost:{port}, evil.example",
    " ",
)
FOREIGN_ORIGINS = (
    "http://evil.example",
    "http://evil.example:{port}",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1:{port}.evil.example",
    "http://localhost:{port}",  # the page of a name may not use that of another: the request goes to 127.0.0.1
    "http://127.0.0.1:1",
    "http://127.0.0.1",
    "null",
    "file://",
    "chrome-extension://abcdef",
)


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused_with_400(server: Server, host: str) -> None:
    name = host.format(port=server.port)
    assert get(server.port, "/", host=name).status == 400
    answer, line = handshake(server.port, host=name)
    line.close()
    assert answer.status == 400


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused_with_403(server: Server, origin: str) -> None:
    header = "Origin: " + origin.format(port=server.port)
    assert get(server.port, "/", header).status == 403
    assert get(server.port, "/_solara/api/close/x?session_id=y", header, "Content-Length: 0", method="POST").status == 403
    answer, line = handshake(server.port, header)
    line.close()
    assert answer.status == 403


def test_no_host_and_two_hosts_are_refused(server: Server) -> None:
    assert get(server.port, "/", host=None).status == 400
    assert get(server.port, "/", "Host: evil.example").status == 400
    assert get(server.port, "/", f"Origin: http://127.0.0.1:{server.port}", "Origin: http://evil.example").status == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_the_own_names_are_answered_with_and_without_an_origin(server: Server, name: str) -> None:
    host = f"{name}:{server.port}"
    assert get(server.port, "/", host=host).status == 200
    assert get(server.port, "/", f"Origin: http://{host}", host=host).status == 200
    answer, line = handshake(server.port, f"Origin: http://{host}", host=host)
    line.close()
    assert answer.status == 101


def test_a_server_on_all_addresses_knows_numbers_and_its_own_name_but_no_other() -> None:
    from reabm.app.gate import is_allowed_name

    assert is_allowed_name("192.0.2.7", "0.0.0.0")
    assert is_allowed_name(socket.gethostname().lower(), "0.0.0.0")
    assert not is_allowed_name("evil.example", "0.0.0.0")
    assert is_allowed_name("lab.example", "lab.example")
    assert not is_allowed_name("192.0.2.7", "lab.example")


def test_headers_of_a_proxy_change_nothing_in_the_page(server: Server) -> None:
    claims = ("script-name", "x-script-name", "x-forwarded-prefix", "x-forwarded-host")
    answer = get(server.port, "/", *(f"{name}: //evil.example" for name in claims), "X-Forwarded-Proto: https")
    assert answer.status == 200
    assert b"evil" not in answer.body
    assert "secure" not in answer.head.lower().split("set-cookie")[1].split("\r\n")[0]
    assert b"evil" not in get(server.port, "/").body


def test_every_answer_tells_the_browser_what_to_refuse(server: Server) -> None:
    for path in ("/", "/readyz", "/reabm/files/reabm.svg", "/_solara/cdn/missing.js", "/nowhere"):
        head = get(server.port, path).head.lower()
        for part in (
            "frame-ancestors 'none'",
            "default-src 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ):
            assert part in head, (path, part)
        policy = next(line for line in head.split("\r\n") if line.startswith("content-security-policy"))
        assert not re.findall(r"https?://", policy)
    assert "httponly" in get(server.port, "/").head.lower()


# ------------------------------------------------------------------------------------------------------ F5: limits


def visitors(server: Server) -> int:
    return int(json.loads(get(server.port, "/reabm/visitors").body)["visitors"])


def test_a_full_server_says_so_on_a_page_and_has_room_again_when_visitors_have_left(
    tmp_path: Path, visit: Callable[..., Any]
) -> None:
    with running(tmp_path / "log", "--visitors", "3", "--idle", "1") as server:
        lines = [handshake(server.port)[1] for _ in range(3)]
        wait_for(lambda: visitors(server) == 3)
        page = visit(server.url, allow=("503",))
        assert page.get_by_role("heading").inner_text() == "No room at the moment"
        assert "keeps 3 of them" in page.locator("p").first.inner_text()
        assert get(server.port, "/").head.lower().count("retry-after: 30") == 1
        late, line = handshake(server.port)  # had its page just before: one more is let in
        assert late.status == 101
        assert [handshake(server.port)[0].status for _ in range(2)] == [503, 503]
        for each in (*lines, line):
            each.close()
        wait_for(lambda: visitors(server) == 0, timeout_s=5)
        assert get(server.port, "/").status == 200
        assert server.process.poll() is None
        assert "Traceback" not in server.said(), server.said()[-3000:]


def test_the_world_of_a_visitor_who_leaves_is_given_up_at_once_and_each_had_one(
    tmp_path: Path, visit: Callable[..., Any]
) -> None:
    with running(tmp_path / "log", "--idle", "600") as server:
        pages = [visit(server.url) for _ in range(4)]
        for page in pages:
            interactive(page)
        assert visitors(server) == 4
        for page in pages:
            page.goto("about:blank")
        wait_for(lambda: visitors(server) == 0, timeout_s=5)
        assert server.said() == ""


def test_what_is_too_large_is_refused_and_the_server_stays_up(server: Server) -> None:
    path = "/_solara/api/close/x?session_id=y"
    limit = 5 * 1024 * 1024
    assert get(server.port, path, f"Content-Length: {limit + 1}", method="POST").status == 413
    assert get(server.port, path, "Content-Length: 9999999999999", method="POST").status == 413
    assert get(server.port, "/" + "a" * 200_000).status in (0, 400)  # cut off before it was read
    answer, line = handshake(server.port)
    assert answer.status == 101
    with line:
        # a text frame that claims 6 MB, masked: refused by its length, before a byte of it comes
        line.sendall(b"\x81\xff" + (6 * 1024 * 1024).to_bytes(8, "big") + b"\0\0\0\0")
        got = b""
        while piece := line.recv(1 << 16):
            got += piece
    assert (1009).to_bytes(2, "big") in got
    assert get(server.port, "/readyz").status == 200


def test_a_request_without_its_session_is_a_mistake_of_the_asker(server: Server) -> None:
    assert get(server.port, "/_solara/api/close/x", "Content-Length: 0", method="POST").status == 400
    assert get(server.port, "/_solara/api/evict/x?session_id=y", "Content-Length: 0", method="POST").status == 404


# -------------------------------------------------------------------------------- F6, F7: calls nobody, works alone

LISTENS_TO_ITSELF = """
import sys
log = open(sys.argv.pop(1), "a", buffering=1)
CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
def hook(event, arguments):
    if event in CALLS:
        log.write(f"{event} {arguments[1:]} {arguments[0]}\\n")
sys.addaudithook(hook)
if sys.argv[1] == "--control":
    import urllib.request
    try:
        urllib.request.urlopen("http://127.0.0.1:1/", timeout=1)
    except OSError:
        pass
    raise SystemExit
from reabm.cli import main
main()
"""


def calls(log: Path) -> list[str]:
    """What a process called; looking up its own numeric address calls nobody."""
    own = re.compile(r"socket\.getaddrinfo \((?:0|None), .*\) 127\.0\.0\.1$")
    return [line for line in log.read_text().splitlines() if not own.match(line)]


def test_the_server_calls_nobody_while_it_is_visited(tmp_path: Path, visit: Callable[..., Any]) -> None:
    log = tmp_path / "calls"
    log.touch()
    with running(tmp_path / "log", command=(sys.executable, "-c", LISTENS_TO_ITSELF, str(log))) as server:
        interactive(visit(server.url))
        get(server.port, "/_solara/cdn/never-heard-of@1.0.0/dist/it.js")
        get(server.port, "/_solara/cdn/never-heard-of")
        end(server.process)
    assert calls(log) == []


def test_a_call_would_be_seen(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    subprocess.run([sys.executable, "-c", LISTENS_TO_ITSELF, str(log), "--control"], check=True)
    assert any("socket.connect" in line for line in calls(log))


def test_the_page_works_in_a_machine_without_a_network(tmp_path: Path) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        subprocess.run([*alone, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody make an empty network; the calls are counted in any case")
    done = subprocess.run(
        [*alone, sys.executable, "-m", "tests.app.offline", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"src{os.pathsep}."},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == ["no", "network,", "page", "interactive,", "0", "faults"]


@pytest.mark.parametrize(
    "path", ["/_solara/cdn/echarts@5.4.0/dist/missing.js", "/_solara/cdn/echarts@9.9.9/dist/echarts.js", "/_solara/cdn/vue"]
)
def test_a_missing_script_is_404_at_once(server: Server, path: str) -> None:
    start = time.monotonic()
    assert get(server.port, path).status == 404
    assert time.monotonic() - start < 1.0  # Solara's own route tries a CDN four times


def test_the_scripts_of_the_page_are_there_and_may_be_kept(server: Server) -> None:
    page = get(server.port, "/").body.decode()
    found = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(found) >= 5
    for path in (*found, "/_solara/cdn/echarts@5.4.0/dist/echarts.js"):
        assert get(server.port, path).status == 200, path
    assert "immutable" in get(server.port, "/_solara/cdn/echarts@5.4.0/dist/echarts.js").head
    assert "max-age=3600" in get(server.port, "/reabm/files/reabm.svg").head
    assert "https://" not in re.sub(r"<!--.*?-->", "", page, flags=re.S).split("<body")[0]


def test_the_page_speaks_of_reabm_can_be_enlarged_and_follows_the_browsers_theme(
    server: Server, visit: Callable[..., Any]
) -> None:
    page = get(server.port, "/").body.decode()
    assert '<html lang="en">' in page
    assert '"variant": "auto"' in page
    assert "user-scalable=no" not in page
    assert "favicon" not in page
    assert "<title>reabm" in page
    for scheme in ("light", "dark"):
        opened = visit(color_scheme=scheme)
        interactive(opened)
        assert f"theme--{scheme}" in str(opened.locator(".v-application").first.get_attribute("class"))


# ------------------------------------------------------------------------------------------------------- F8: floors


def test_no_package_with_a_known_weakness_is_allowed() -> None:
    import tomllib

    from packaging.requirements import Requirement

    floors = {
        "pyarrow": "14.0.0",  # CVE-2023-47248
        "pydantic": "2.3",
        "pyyaml": "5.3.1",  # CVE-2020-14343
        "solara": "1.57.1",
        "starlette": "0.49.0",  # CVE-2025-62727
        "distributed": "2025.12.0",
        "dask": "2025.12.0",
        "bokeh": "3.8.1",
        "ray": "2.51.9",
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    found = {requirement.name.lower(): requirement for requirement in map(Requirement, wanted)}
    assert {"pyarrow", "pydantic", "pyyaml", "solara", "starlette"} <= set(found)
    for name, weak in floors.items():
        if name in found:
            assert weak not in found[name].specifier, f"{found[name]} allows {weak}"


# --------------------------------------------------------------------------------------------------- start and stop


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_the_server_in_a_line_even_with_a_page_open(
    number: signal.Signals, code: int, tmp_path: Path, visit: Callable[..., Any]
) -> None:
    with running(tmp_path / "log") as server:
        page = visit(server.url, allow=("ERR_CONNECTION", "WebSocket", "Failed to fetch", "fetch"))
        interactive(page)
        server.process.send_signal(number)
        assert server.process.wait(10) == code
        assert server.said() == "interrupted\n"
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()


def test_a_port_that_is_taken_costs_a_line(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    from reabm import cli

    before = signal.getsignal(signal.SIGTERM)
    assert cli.call(["app", "--port", str(server.port)]) == 2
    signal.signal(signal.SIGTERM, before)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"reabm app: port {server.port} of 127.0.0.1 cannot be had")
    assert "--port 0" in err
    assert err.count("\n") == 1


def test_an_address_that_is_not_of_this_machine_costs_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    from reabm.app.server import PortError, listen

    with pytest.raises(PortError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
    with pytest.raises(PortError, match="no address"):
        listen("a b", 0)


def test_without_solara_the_command_says_what_to_install(tmp_path: Path) -> None:
    without = "import sys; sys.modules['solara'] = None; from reabm.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", without, "app"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stderr == "reabm app: solara not installed; install reabm[app], for example: pip install 'reabm[app]'\n"


def test_nothing_is_left_in_the_home_folder(tmp_path: Path) -> None:
    with running(tmp_path / "log", env={"HOME": str(tmp_path / "home")}):
        pass
    assert not (tmp_path / "home" / ".solara").exists()
