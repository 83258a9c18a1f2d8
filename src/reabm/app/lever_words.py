"""What the levers are called on the page, and how their values are written."""

from __future__ import annotations

from reabm.app.words import NOTHING, name_words, rounded
from reabm.scenario.lever_table import STRATEGY_UNIT, SWITCH_UNIT
from reabm.world.knobs import Lever

# By path, or by path with one name in it replaced by `*`, which then stands in the words.
LABELS = {
    "export_quota.t_per_year": "Export quota",
    "export_quota.scale": "Factor on the export quota",
    "export_tax.share": "Export tax, one rate for all",
    "export_tax.scale": "Factor on the export taxes",
    "embargo.*.share": "Shipments to * stopped",
    "embargo.withhold_quota": "Quota of an embargoed country kept back",
    "licence.approval.*": "Licences approved for *",
    "licence.delay_months": "Wait for a licence",
    "magnets_under_licence": "Magnets need a licence",
    "crackdown.share": "Crackdown on illegal mining",
    "production_quota.scale": "Factor on the mines' production quota",
    "alloy_in_quota.low_grade": "Low-grade alloys under the quota",
    "alloy_in_quota.high_grade": "High-grade alloys under the quota",
    "governments.*.subsidy": "Subsidy to makers who stay",
    "governments.*.stockpile": "State stockpile",
    "governments.*.thrift_programme": "Programme to save rare earths",
    "governments.*.mine_support": "Losses of partner mines borne",
    "strategies.*": "Strategy: *",
    "makers.*.premium_in_china": "*: premium line in China",
    "makers.*.commodity_in_china": "*: commodity line in China",
    "mines.*.build": "*: build or restart",
    "mines.*.output": "*: share of capacity to run",
}
ORDERS = ("makers.*.premium_in_china", "makers.*.commodity_in_china", "mines.*.build", "mines.*.output")  # to directed firms
SWITCHES = frozenset({"magnets_under_licence"})  # shares in the table that are a yes or no
UNITS = {"share": "%", "ratio": "×", SWITCH_UNIT: "", STRATEGY_UNIT: ""}
TAILS = ("_usd_kg", "_musd_month", "_musd", "_months", "_years")  # of names, said by the unit

# What a slider reaches; beyond it a number is typed. Without an entry: `reach`.
REACH = {
    "export_quota.t_per_year": 80_000.0, "export_quota.scale": 3.0, "export_tax.scale": 3.0, "production_quota.scale": 3.0,
    "licence.delay_months": 12.0, "governments.*.stockpile": 24.0, "governments.*.thrift_programme": 4.0,
    "governments.*.subsidy": 0.5, "export_tax.share": 0.5,
}  # fmt: skip
STEPS = {"export_quota.t_per_year": 500.0, "licence.delay_months": 0.5}


def pattern_of(path: str) -> tuple[str, str]:
    """A path as the tables above write it, and the name that the star stands for."""
    if path in LABELS:
        return path, ""
    parts = path.split(".")
    for n in range(1, len(parts)):
        pattern = ".".join([*parts[:n], "*", *parts[n + 1 :]])
        if pattern in LABELS:
            return pattern, parts[n]
    return path, ""


def label_of(path: str) -> str:
    """What a lever is called."""
    pattern, name = pattern_of(path)
    if pattern in LABELS:
        words = LABELS[pattern].replace("*", name_words(name))
        return words[:1].upper() + words[1:]
    last = path.rpartition(".")[2]
    for tail in TAILS:
        last = last.removesuffix(tail)
    words = name_words(last)
    return words[:1].upper() + words[1:]


def is_switch(lever: Lever) -> bool:
    """Whether a lever is on or off."""
    return lever.unit == SWITCH_UNIT or lever.path in SWITCHES


def unit_of(lever: Lever) -> str:
    """The unit as people read it."""
    return "" if is_switch(lever) else UNITS.get(lever.unit, lever.unit)


def value_words(lever: Lever, value: float | str | None) -> str:
    """A value of a lever as people read it: 30,258 t/yr, 85 %, limit pricing, on."""
    if value is None:
        if lever.path.startswith("export_quota"):
            return "no quota"
        return "as it decides" if pattern_of(lever.path)[0] in ORDERS else NOTHING
    if isinstance(value, str):
        return name_words(value)
    if is_switch(lever):
        return "on" if value >= 0.5 else "off"
    if lever.unit == "share":
        return f"{rounded(100 * value)} %"
    if lever.unit == "ratio":
        return f"× {rounded(value)}"
    if lever.unit == "t/yr":
        return f"{value:,.0f} t/yr"
    unit = "month" if lever.unit == "months" and value == 1 else lever.unit
    return f"{rounded(value)} {unit}"


def reach(lever: Lever, value: float | str | None) -> float:
    """Upper end of a lever's slider: all that is allowed, or a few times its value where that is far less."""
    known = REACH.get(pattern_of(lever.path)[0])
    if known is not None:
        return known
    if lever.unit == "share" or not isinstance(value, float) or value <= lever.low or lever.high <= 5 * value:
        return lever.high
    return min(nice(4 * value), lever.high)


def step_of(lever: Lever, high: float) -> float:
    """A step of a lever's slider: a hundredth of its reach, rounded."""
    if lever.path in STEPS:
        return STEPS[lever.path]
    if lever.unit in ("months", "years", "firms") and high - lever.low >= 10:
        return 1.0
    return nice((high - lever.low) / 100)


def nice(value: float) -> float:
    """The next number up of 1, 2, 5, 10, 20 ..."""
    size = 10.0 ** int(f"{value:e}".partition("e")[2])
    lead = value / size
    return next((step for step in (1.0, 2.0, 5.0) if lead <= step * (1 + 1e-12)), 10.0) * size
