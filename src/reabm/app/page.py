"""What a visitor sees."""

from __future__ import annotations

import solara


@solara.component
def Page() -> None:
    """A heading and a button that counts."""
    count, set_count = solara.use_state(0)
    solara.v.Html(tag="h1", children=["reabm"])
    solara.Button(f"clicked {count}", on_click=lambda: set_count(count + 1))
