"""Light, dark, or as the device is set: chosen on the page, remembered by the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
import solara.lab

CHOICES: dict[str, bool | None] = {"auto": None, "light": False, "dark": True}
# Whether the page is dark now; the page says it, charts follow. A chart must not ask Solara itself: whoever asks stands in a list
# that outlives the visit until they leave the page, and one that was drawn but dropped for a newer drawing before it stood there
# never leaves it. It would be kept for good, with the visitor's whole world.
IS_DARK = solara.create_context(False)


@solara.component_vue("theme.vue")
def _Theme(choices: list[str], event_choose: Callable[[Any], None]) -> None:
    """The browser's part."""


@solara.component
def ThemeChoice() -> None:
    """The select in the page's head."""
    _Theme(choices=list(CHOICES), event_choose=choose)


def choose(name: Any) -> None:
    """Let the widgets and charts of this visitor follow a choice; an unknown one is left aside."""
    if name in CHOICES:
        solara.lab.theme.dark = CHOICES[name]
