"""Numbers and dates as people read them."""

from __future__ import annotations

from math import isfinite, log10

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NOTHING = "–"


def rounded(value: float, digits: int = 3) -> str:
    """A number with so many leading digits, thousands apart: 1,234 · 12.3 · 0.0123."""
    if not isfinite(value):
        return NOTHING
    if value == 0.0 or abs(value) < 1e-9:
        return "0"
    places = digits - 1 - int(log10(abs(value)) // 1)
    if places <= 0:
        return f"{value:,.0f}"
    text = f"{value:,.{min(places, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share in per cent: 97 %, 0.4 %."""
    return NOTHING if not isfinite(share) else f"{rounded(100 * share, 2 if abs(share) < 0.995 else 3)} %"


def month_words(month: int) -> str:
    """A calendar month (year x 12 + month - 1): September 2010."""
    return f"{MONTHS[month % 12]} {month // 12}"


def change_words(value: float, before: float) -> str:
    """How a figure changed: +12 %, or a dash where there is nothing to compare with."""
    if not (isfinite(value) and isfinite(before)) or before == 0.0:
        return NOTHING
    return f"{100 * (value / before - 1):+,.0f} %"


def points_words(points: float) -> str:
    """How a share changed: +12 points, or that it did not."""
    return f"{points:+.0f} points" if abs(points) >= 0.5 else "no change"


def name_words(name: str) -> str:
    """A name of a scenario file as words: `other_countries` -> other countries, `NdPr` stays."""
    return NAMES.get(name, name.replace("_", " "))


NAMES = {
    "china": "China", "outside": "outside China", "japan": "Japan", "usa": "United States", "eu": "European Union",
    "other_countries": "other countries", "india": "India", "china_state": "Chinese state", "hitachi_metals": "Hitachi Metals",
    "showa_denko": "Showa Denko", "shin_etsu": "Shin-Etsu", "tdk": "TDK", "jl_mag": "JL Mag",
    "ningbo_yunsheng": "Ningbo Yunsheng",
    "zhong_ke_san_huan": "Zhong Ke San Huan", "neo_magnequench": "Neo Magnequench", "vacuumschmelze": "Vacuumschmelze",
    "japan_fringe": "other makers in Japan", "western_fringe": "other Western makers", "china_fringe": "other Chinese makers",
    "china_high_grade_fringe": "other Chinese makers, high grade", "sojitz": "Sojitz", "mitsui": "Mitsui",
    "toyota_tsusho": "Toyota Tsusho", "other_japanese_houses": "other Japanese houses",
    "eu_trading_house": "European trading house",
    "eu_industrial_buyer": "European industrial buyer", "us_importer": "US importer", "china_traders": "Chinese traders",
    "mount_weld_1": "Mount Weld 1 (Lynas)", "mount_weld_2": "Mount Weld 2 (Lynas)", "mountain_pass": "Mountain Pass",
    "bayan_obo": "Bayan Obo", "irel_orissa": "Orissa (IREL)", "recycled": "recycled", "illegal_clays": "illegal clays",
    "brazil_monazite": "Brazilian monazite", "browns_range": "Browns Range", "dong_pao": "Dong Pao",
    "greenfield_africa_light": "new light mine, Africa", "greenfield_australia_light": "new light mine, Australia",
    "greenfield_canada_heavy": "new heavy mine, Canada", "greenfield_nordic_heavy": "new heavy mine, Nordic countries",
    "greenfield_north_america_light": "new light mine, North America", "illegal_light": "illegal light mines",
    "laos_clays": "Laos clays", "lynas_expansion": "Lynas expansion", "madagascar_monazite": "Madagascar monazite",
    "myanmar_clays_1": "Myanmar clays 1", "myanmar_clays_2": "Myanmar clays 2", "myanmar_clays_3": "Myanmar clays 3",
    "nigeria_monazite": "Nigerian monazite", "russia_lovozero": "Lovozero", "serra_verde": "Serra Verde", "sichuan": "Sichuan",
    "steenkampskraal": "Steenkampskraal", "thailand_monazite": "Thai monazite",
}  # fmt: skip
