"""One colour for each thing, the same in every figure; told apart by colour-blind people (after Okabe and Ito 2008)."""

from __future__ import annotations

INK, GREY, PALE = "#222222", "#6b6b6b", "#d9d9d9"
BLUE, SKY, GREEN, YELLOW, ORANGE, RED, PINK, BROWN = (
    "#0072b2", "#56b4e9", "#009e73", "#e8c500", "#e69f00", "#d55e00", "#cc79a7", "#7f5539",
)  # fmt: skip

ELEMENTS = {
    "La": SKY, "Ce": YELLOW, "NdPr": BLUE, "SmGd": BROWN, "Dy": RED, "Tb": GREEN, "Y": PINK, "other": GREY,
}  # fmt: skip
ZONES = {"china": RED, "outside": BLUE}
DESTINATIONS = {"china": RED, "japan": BLUE, "usa": GREEN, "eu": YELLOW, "other_countries": GREY}
CHANNELS = {
    "legal": RED, "alloy": ORANGE, "smuggled": "#8c2d04", "re-export": PINK, "reverse": SKY, "outside": BLUE, "domestic": GREY,
}  # fmt: skip
COUNTRIES = {
    "china": RED, "Australia": BLUE, "USA": GREEN, "Myanmar": YELLOW, "India": PINK, "Russia": BROWN, "Thailand": SKY,
    "Brazil": ORANGE, "Vietnam": "#8a8a00", "Laos": "#44aa99", "recycled": "#b3d9c9", "others": PALE,
}  # fmt: skip
PLACES = {"home": BLUE, "china": RED, "elsewhere": "#8a8a8a"}
PALE_PLACES = {"home": "#8cc4e8", "china": "#f3b183", "elsewhere": "#cfcfcf"}
MARK = "#5b4b8a"  # what a state did to its trade
STAGES = {"mine": BROWN, "separation": BLUE, "heavy": RED, "magnet": GREEN}
GROUPS = {"light": BLUE, "heavy": RED}
LINES = {"premium": GREEN, "commodity": ORANGE}
CYCLE = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BROWN, YELLOW)


def colour(known: dict[str, str], name: str) -> str:
    """Colour of a name; one that no scenario of ours has gets its colour from its letters, so that it never changes."""
    return known.get(name) or CYCLE[sum(name.encode()) % len(CYCLE)]
