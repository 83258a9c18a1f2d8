"""Pictures of every tab, light and dark, on a screen and on a phone, to be looked at: make screenshots.

    python -m tests.app.screenshots [--out runs/screenshots] [--tab NAME ...] [--readme]

The world on them: the history on seed 0, in which Beijing halves its quota and stops shipments to Japan for a year from September
2010 on, at the end of 2012. With --readme the three pictures of the README are made as well (docs/images).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from reabm.app.tabs import TABS
from tests.app.browser import FLAGS, ROOT, Faults, Hands, chromium, running

SIZES = {"wide": (1400, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
CHANGES = [
    {"from": "2010-09", "path": "export_quota.scale", "value": 0.5},
    {"from": "2010-09", "until": "2011-08", "path": "embargo.japan.share", "value": 1.0},
]
SETTLES_MS = 6_000  # leverage and futures are worked out beside the page
README_HEIGHT = 1350  # pixels: what stands below is more of the same
README = {"overview": ("overview", "light"), "flows": ("flows", "light"), "play": ("play", "light")}


def pictures(folder: Path, tabs: list[str], themes: tuple[str, ...], sizes: dict[str, tuple[int, int]]) -> Iterator[Path]:
    """Take the pictures into a folder; a fault on the page ends it."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch) / "server.log") as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for theme in themes:
            for size, (width, height) in sizes.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                faults = Faults(context, server.url)
                page = context.new_page()
                for tab in tabs:
                    page.goto(server.url + "?" + urlencode({"at": "2012-12", "changes": json.dumps(CHANGES), "tab": tab}))
                    yield picture(page, tab, folder / f"{tab}-{theme}-{size}.png")
                context.close()
                if faults.found:
                    raise SystemExit("\n".join(["screenshots: the page did what it must not do:", *faults.found]))
        browser.close()


def picture(page: Any, tab: str, file: Path) -> Path:
    """One picture of a tab, once it has settled."""
    page.locator(".reabm-play").wait_for()
    page.locator(f"#reabm-tab-{tab}").wait_for()
    if tab == "play":
        hands = Hands.__new__(Hands)  # no chart is drawn before a game has begun
        hands.page = page
        hands.press("Begin the game")
        for turn in range(2):
            hands.press("Decide and play half a year")
            page.get_by_text(f"Turn {turn + 2} of").wait_for()
    else:
        page.locator(".reabm-chart canvas").first.wait_for()
    if tab == "game":
        page.locator(".reabm-payoffs").wait_for(timeout=60_000)
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=str(file), full_page=True)
    return file


def main() -> None:
    names = [tab.name for tab in TABS]
    parser = argparse.ArgumentParser(description="Pictures of every tab.")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "screenshots")
    parser.add_argument("--tab", action="append", choices=names)
    parser.add_argument("--readme", action="store_true")
    asked = parser.parse_args()
    for file in pictures(asked.out, asked.tab or names, THEMES, SIZES):
        print(file, flush=True)
    if asked.readme:
        images = ROOT / "docs" / "images"
        images.mkdir(parents=True, exist_ok=True)
        for name, (tab, theme) in README.items():
            whole = Image.open(asked.out / f"{tab}-{theme}-wide.png").convert("RGB")
            shown = whole.crop((0, 0, whole.width, min(whole.height, README_HEIGHT)))
            shown.quantize(128, dither=Image.Dither.NONE).save(images / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
