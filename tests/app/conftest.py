"""A server, a browser, and visits that fail when anything went wrong on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.app.browser import FLAGS, Faults, Server, chromium, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only visit it; none of them may make it fail inside."""
    with running(tmp_path_factory.mktemp("app") / "server.log") as found:
        yield found
        assert "Traceback" not in found.said(), found.said()[-3000:]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium; each visit has a context (cookies, storage) of its own in it.

    It ends with the file of tests: while playwright runs, no test could run an event loop of its own.
    """
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def visit(browser: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """Opens the page as a new visitor: `page = visit()`.

    Options: `url` (another server, or a path of it), `allow` (parts of messages that the test provokes), and what
    playwright's `new_context` knows, such as `viewport` or `color_scheme`. At the end of the test every console error,
    page error, dialog, failed request, answer of 400 or more and request to another host makes it fail.
    """
    opened: list[tuple[Any, Faults]] = []

    def open_page(url: str = server.url, allow: tuple[str, ...] = (), **options: Any) -> Any:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        faults = Faults(context, url, allow)
        opened.append((context, faults))
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    found = [fault for _, faults in opened for fault in faults.found]
    for context, _ in opened:
        context.close()
    assert not found, "\n".join(["the page did what it must not do:", *found])


@pytest.fixture
def page(visit: Callable[..., Any]) -> Any:
    """The page as one visitor sees it."""
    return visit()


@pytest.fixture(scope="module")
def opened_once(request: pytest.FixtureRequest, browser: Any, server: Server) -> Iterator[tuple[Any, Faults]]:
    """A visit that lasts for a file of tests, at the address (what follows the ?) that the file's OPENS_AT names."""
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(15_000)
    faults = Faults(context, server.url)
    page = context.new_page()
    page.goto(server.url + getattr(request.module, "OPENS_AT", ""))
    yield page, faults
    context.close()


@pytest.fixture
def lasting_page(opened_once: tuple[Any, Faults]) -> Iterator[Any]:
    """One page for all tests of a file, each of which says itself from which month it begins; faults are the test's own."""
    page, faults = opened_once
    faults.found.clear()
    yield page
    assert not faults.found, "\n".join(["the page did what it must not do:", *faults.found])
