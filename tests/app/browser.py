"""A visitor's browser that keeps a list of everything that went wrong, and a server to visit."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",  # containers and continuous integration run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What a Chromium says of a page in any case, and of which nothing is wrong.
HARMLESS: tuple[str, ...] = ()


def chromium() -> str:
    """Path of the browser; a test that needs one fails where there is none, since a skipped check checks nothing."""
    for name in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise AssertionError(
        "no Chromium: install it (Debian, Ubuntu: apt-get install chromium) or set CHROMIUM to its path; the page is tested in it"
    )


class Server:
    """A `reabm app` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    @property
    def port(self) -> int:
        return int(urlsplit(self.url).port or 80)

    def said(self) -> str:
        """What the server wrote on its error output."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(log: Path, *options: str, env: dict[str, str] | None = None, command: tuple[str, ...] = ()) -> Iterator[Server]:
    """A server on a free port, in its own process group, which alone is ended afterwards.

    Parameters
    ----------
    log : Path
        File for its error output.
    options : str
        Options of `reabm app`; `--port 0` unless one of them is a port.
    command : tuple of str
        What starts the process, in place of `python -m reabm`.
    """
    arguments = ["app", *(() if "--port" in options else ("--port", "0")), *options]
    start = command or (sys.executable, "-m", "reabm")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*start, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "src", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()  # ends, at the latest, when the process does
        found = [word for word in line.split() if word.startswith("http://")]
        assert found, f"the server did not start: {line!r} {log.read_text(encoding='utf-8')[-2000:]}"
        yield Server(process, found[0], log)
    finally:
        end(process)


def end(process: subprocess.Popen[str], timeout_s: float = 10.0) -> int:
    """End a process and its group, which holds what it started and nothing else; its exit code."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                continue
        break
    if process.stdout is not None:
        process.stdout.close()
    return int(process.wait())


class Faults:
    """Everything that a page must not do, as it happens in any page of a browser's context.

    Parameters
    ----------
    context : playwright's BrowserContext
    url : str
        The server; a request to any other host is a fault.
    allow : tuple of str
        Parts of messages that a test provokes.
    """

    def __init__(self, context: Any, url: str, allow: tuple[str, ...] = ()) -> None:
        self.host = urlsplit(url).netloc
        self.allow = allow
        self.found: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._note(f"page error: {error.error}"))
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_failure)
        context.on("dialog", self._on_dialog)

    def _note(self, text: str) -> None:
        if not any(part in text for part in (*self.allow, *HARMLESS)):
            self.found.append(text)

    def _on_console(self, message: Any) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self._note(f"request to another host: {request.url}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}: {response.url}")

    def _on_failure(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a page that is left had under way
            self._note(f"request failed: {request.failure} {request.url}")

    def _on_dialog(self, dialog: Any) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()


def wait_for(condition: Any, timeout_s: float = 5.0, every_s: float = 0.05) -> Any:
    """The condition's value as soon as it is true; an AssertionError when the time is up."""
    until = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < until, f"not so within {timeout_s} s"
        time.sleep(every_s)
    return value


def interactive(page: Any) -> None:
    """Wait until the world is open and its charts are drawn."""
    page.locator(".reabm-play").wait_for()
    page.locator(".reabm-chart canvas").first.wait_for()


class Hands:
    """What a visitor does on the page, by the names that they read or hear."""

    def __init__(self, page: Any) -> None:
        self.page = page
        interactive(page)

    @property
    def date(self) -> str:
        """Month on the screen, as 2010-09."""
        return str(self.page.locator(".reabm-date").get_attribute("data-date"))

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees_date(self, date: str) -> None:
        """Wait for a month."""
        self.page.locator(f'.reabm-date[data-date="{date}"]').wait_for()

    def go_to(self, date: str) -> None:
        """Go to a month by its field."""
        self.page.get_by_label("Go to month").fill(date)
        self.page.get_by_label("Go to month").dispatch_event("change")
        self.sees_date(date)

    def tab(self, name: str) -> None:
        """Choose a tab."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.page.locator(f'[role="tabpanel"][aria-label="{name}"]').wait_for()

    def afresh(self, date: str = "2010-08") -> None:
        """The scenario as it ships on the overview, without changes, in a month."""
        self.tab("Overview")
        self.press("Reset")
        self.sees_date("")
        self.page.get_by_label("Speed").select_option("6")
        self.go_to(date)

    def group(self, name: str, section: str = "") -> None:
        """Open a group of levers, and a section of it that folds."""
        place = self.page.locator("details.reabm-group", has=self.page.locator(f'> summary:text-matches("^\\s*{name}")'))
        for part in (place, *([place.locator(f'details.reabm-section:has(> summary:text-is("{section}"))')] if section else [])):
            if part.get_attribute("open") is None:
                part.locator("> summary").click()

    def lever(self, path: str) -> Any:
        """The box of a lever in a group that is open."""
        return self.page.locator(f'.reabm-lever[data-path="{path}"]')

    def turn(self, path: str, value: float | str | bool) -> None:
        """Turn a lever as its control asks for: type a number, choose a name, tick a box."""
        box = self.lever(path)
        if isinstance(value, bool):
            box.locator('input[type="checkbox"]').set_checked(value)
        elif isinstance(value, str):
            box.locator("select").select_option(value)
        else:
            box.locator('input[type="number"]').fill(f"{value:g}")
            box.locator('input[type="number"]').press("Enter")

    @property
    def made(self) -> list[str]:
        """The visitor's changes as the panel lists them."""
        return [str(one) for one in self.page.locator(".reabm-made li > span").all_inner_texts()]

    @property
    def marked(self) -> list[int]:
        """Months of the run that the timeline marks as changed, as many as it draws."""
        found = self.page.evaluate("() => document.querySelector('.reabm-timeline').__vue__.changes")
        assert self.page.locator(".reabm-timeline rect.reabm-change").count() == len(found)
        return list(found)

    def download(self, name: str, folder: Path) -> Path:
        """Press a button that downloads a file, and put the file into a folder."""
        with self.page.expect_download() as download:
            self.press(name)
        file = folder / str(download.value.suggested_filename)
        download.value.save_as(file)
        return file

    def option(self, label: str) -> dict[str, Any]:
        """What the chart of a label draws, as ECharts holds it."""
        found = self.page.locator(f'figure.reabm-chart[aria-label="{label}"] canvas').first
        found.wait_for()
        return dict(
            self.page.evaluate(
                """(label) => {
                    const box = document.querySelector(`figure.reabm-chart[aria-label="${label}"]`);
                    return JSON.parse(JSON.stringify(box.__vue__.option));
                }""",
                label,
            )
        )

    def values(self, label: str, series: str) -> list[list[float]]:
        """Points of a line of a chart; none where it has no such line (yet)."""
        found = (list(one["data"]) for one in self.option(label)["series"] if one["name"] == series)
        return next(found, [])
