"""Beijing: the Chinese state, its quotas, taxes, embargoes, licences and control of mines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite

from reabm.empirical.played import Played
from reabm.scenario.record import TARGETS
from reabm.scenario.scenario import STATE, Scenario
from reabm.sides.present import Present
from reabm.sides.side import (
    ANNOUNCED,
    ESTIMATE,
    ESTIMATE_LATE,
    OWN_BOOKS,
    Decision,
    Item,
    Side,
    destination_row,
    market_items,
    share_steps,
)
from reabm.world.history import COLUMN
from reabm.world.layout import Array
from reabm.world.state import GAINS

EMBARGO, LICENCE = "embargo", "licence"
EMBARGO_MONTHS = "embargo.months"  # no lever: for how many months of the half-year the embargoes hold
SCALE = "production_quota.scale"
WORDS = {"japan": "Japan", "usa": "the United States", "eu": "the European Union", "other_countries": "other countries"}


def _agents(scenario: Scenario) -> tuple[str, ...]:
    chinese = tuple(name for name, own in scenario.governments.items() if own.destination == "china")
    return chinese or (STATE,)


def _quota(present: Present) -> float | None:
    """Tonnes a year, gross; None where the script has no quota."""
    script, month = present.params.script, present.index
    tonnes = float(script.quota_t[0, month])
    if script.pools_groups[month] < 0.5:
        tonnes += float(script.quota_t[1, month])
    gross = present.in_force.scalars["market.gross_weight_ratio"].value
    return 2.0 * tonnes * gross if isfinite(tonnes) else None


def _tax(present: Present) -> float | None:
    """The export tax where all elements bear one; None where they differ."""
    taxes = present.params.script.tax[:, present.index]
    return float(taxes[0]) if float(taxes.min()) == float(taxes.max()) else None


def _by_target(field: str, target: str) -> Callable[[Present], float | None]:
    def read(present: Present) -> float | None:
        return float(getattr(present.params.script, field)[destination_row(target), present.index])

    return read


def _by_month(field: str) -> Callable[[Present], float | None]:
    return lambda present: float(getattr(present.params.script, field)[present.index])


def _scale(present: Present) -> float | None:
    """What the lever on production quotas stands at: its factor is not in the parameters."""
    found = present.scenario.settings.get(SCALE, 1.0)
    for entry in present.scenario.interventions:
        last = present.scenario.end if entry.until is None else entry.until
        if entry.path == SCALE and entry.from_ <= present.date <= last:
            found = entry.value
    return float(found)


def _decisions(_scenario: Scenario) -> tuple[Decision, ...]:
    return (
        Decision("export_quota.t_per_year", "Export quota, gross weight", "t/yr", 0.0, 100_000.0, 1_000.0, _quota),
        share_steps("export_tax.share", "Export tax on all rare earths", _tax),
        *(share_steps(f"embargo.{target}.share", f"Stop shipments to {WORDS[target]}", _by_target("embargo", target),
                      group=EMBARGO)
          for target in TARGETS),
        Decision(EMBARGO_MONTHS, "Months of the half-year in which shipments are stopped", "months", 1.0, 6.0, 1.0,
                 lambda _present: 6.0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), EMBARGO),
        *(share_steps(f"licence.approval.{target}", f"Share of licences approved for {WORDS[target]}",
                      _by_target("approval", target), group=LICENCE)
          for target in TARGETS),
        Decision("licence.delay_months", "Months until a licence is given", "months", 0.0, 24.0, 0.5,
                 _by_month("delay_months"), group=LICENCE),
        Decision("magnets_under_licence", "Magnets need a licence too", "share", 0.0, 1.0, 1.0,
                 _by_month("magnets_in_scope"), (0.0, 1.0), LICENCE),
        Decision(SCALE, "Production quotas of legal mines, as a multiple of the plan", "ratio", 0.0, 3.0, 0.05,
                 _scale),
        share_steps("crackdown.share", "Share of illegal mining that is suppressed", _by_month("crackdown")),
    )  # fmt: skip


def _opening(scenario: Scenario) -> Mapping[str, float]:
    """An embargo is the player's alone: what the script plans is called off."""
    return {f"embargo.{target}.share": 0.0 for target in TARGETS if target in scenario.policy.embargo}


def _information(present: Present, _agents: tuple[str, ...]) -> list[Item]:
    figure, history, state = present.figure, present.history, present.state
    smuggled = present.past_year(history.months[:, COLUMN.exports_smuggled_t], ESTIMATE_LATE)
    illegal = present.past_year(history.months[:, COLUMN.illegal_output_t], ESTIMATE_LATE)
    treasury = present.past(history.china_gain_kusd[:, GAINS.index("treasury")])
    bank = float(state.market.bank_t.sum())
    return [
        *market_items(present),
        Item("mined", "Output of legal mines", figure("mine_output_china_t"), "t/month", OWN_BOOKS),
        Item("bank", "Licences not yet used, as oxide", bank if isfinite(bank) else None, "t", OWN_BOOKS),
        Item("magnets", "Magnets made in China", figure("magnets_china_t"), "t/month", OWN_BOOKS),
        Item("foreign", "Foreign magnet and alloy capacity that stands in China", figure("relocation_share"), "share", ANNOUNCED),
        Item("knowledge", "Know-how of Chinese makers, of the frontier's", figure("knowledge"), "share", OWN_BOOKS),
        Item("stock", "State reserve", float(state.goods.state_stock_t.sum()), "t", OWN_BOOKS),
        Item("treasury", "Receipts of the treasury last month", None if treasury is None else treasury / 1e3, "M USD", OWN_BOOKS),
        Item("smuggled", "Smuggled in a year", _rounded(smuggled), "t/yr", ESTIMATE),
        Item("illegal", "Mined illegally in a year", _rounded(illegal), "t/yr", ESTIMATE),
    ]


def _rounded(tonnes: float | None) -> float | None:
    """What nobody counts is known to the nearest five thousand tonnes."""
    return None if tonnes is None else 5000.0 * round(tonnes / 5000.0)


def _terms(played: Played, _agents: tuple[str, ...]) -> Mapping[str, Array]:
    months = slice(played.first, played.last + 1)
    return {term.replace("_", " "): played.history.china_gain_kusd[months, k] for k, term in enumerate(GAINS)}


BEIJING = Side(
    "beijing", "Beijing",
    "It wants rent from rare earths and magnet making at home, and pays for lost trust, retaliation and dirty mining.",
    _agents, "scripted_history", _decisions, _information, _terms, _opening,
)  # fmt: skip
