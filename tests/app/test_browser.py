"""The harness itself: each thing that a page must not do is noted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.browser import Faults, Server, chromium, wait_for

FAULTS = {
    "console.error('broken')": "console: broken",
    "setTimeout(() => { throw new Error('thrown') })": "page error: thrown",
    "fetch('/nowhere')": "status 404",
    "new Image().src = 'http://example.invalid/x.png'": "request to another host: http://example.invalid/x.png",
    "new WebSocket('ws://127.0.0.1:9/')": "console",
    "setTimeout(() => alert('hello'))": "dialog: hello",
}


@pytest.mark.parametrize("script", FAULTS)
def test_a_fault_of_the_page_is_noted(browser: Any, server: Server, script: str) -> None:
    context = browser.new_context()
    faults = Faults(context, server.url)
    page = context.new_page()
    page.goto(f"{server.url}reabm/files/reabm.svg")
    assert faults.found == []
    page.evaluate(f"() => {{ {script} }}")

    def noted() -> bool:
        page.wait_for_timeout(20)
        return any(FAULTS[script] in fault for fault in faults.found)

    wait_for(noted)
    context.close()


def test_a_fault_that_a_test_provokes_can_be_allowed(browser: Any, server: Server) -> None:
    context = browser.new_context()
    faults = Faults(context, server.url, allow=("meant",))
    page = context.new_page()
    page.goto(f"{server.url}reabm/files/reabm.svg")
    page.evaluate("() => { console.error('meant'); console.error('not so') }")
    page.wait_for_timeout(50)
    assert [fault.split(" (")[0] for fault in faults.found] == ["console: not so"]
    context.close()


def test_a_missing_browser_is_a_failure_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(AssertionError, match="apt-get install chromium"):
        chromium()
