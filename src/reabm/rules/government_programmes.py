"""Price floors: a government guarantees mines a price, which keeps them alive and gets others built, and pays what is missing."""

from __future__ import annotations

from reabm.rules.mines import OUTSIDE_CHINA
from reabm.rules.payoffs import GOVERNMENT
from reabm.rules.policy import PRICE_FLOOR
from reabm.rules.rule import inline_rule, rule


@rule
def guarantee_prices(scratch, governments, importers, mines, script, elements, knobs, on, month):
    """Which mines are promised a price for what, and by whom: by the script, or by a government on `price_floor`.

    It stands behind the mines outside China that an importer of its country may sign with, for the element that earns a mine
    most at long-run prices (NdPr for most), at a multiple of that element's long-run price. Of two governments the first pays.

    Parameters
    ----------
    scratch : Scratch, floor_usd_kg, guarantor and support_kusd *Overwritten*
    governments : GovernmentParams; importers : ImporterParams; mines : MineParams; script : Script; read only
    elements : ElementParams; knobs : FloorKnobs; on : Switches
    month : int

    Notes
    -----
    Source: mp_2025 (110 USD/kg of NdPr to MP Materials for ten years). For whom else it would be given: a project assumption.
    """
    for m in range(mines.kind.shape[0]):
        scratch.guarantor[m] = -1.0
        scratch.support_kusd[m] = 0.0
        for e in range(elements.longrun_usd_kg.shape[0]):
            scratch.floor_usd_kg[m, e] = script.mine_floor_usd_kg[month, m, e]
    for g in range(governments.destination.shape[0]):
        if governments.is_chinese[g] > 0.5 or governments.strategy[g] != PRICE_FLOOR or on.home_programmes < 0.5:
            continue
        for m in range(mines.kind.shape[0]):
            if scratch.guarantor[m] < 0.0 and buys_from(mines, importers, m, governments.destination[g]):
                e = best_earner(mines, elements, m)
                scratch.guarantor[m] = g
                scratch.floor_usd_kg[m, e] = max(scratch.floor_usd_kg[m, e], knobs.over_longrun * elements.longrun_usd_kg[e])


@inline_rule
def buys_from(mines, importers, m, destination):
    """Whether an importer of a country may sign with a mine outside China."""
    if mines.kind[m] != OUTSIDE_CHINA:
        return False
    for i in range(importers.destination.shape[0]):
        if importers.destination[i] == destination and mines.offtake_ok[m, i] > 0.5:
            return True
    return False


@inline_rule
def best_earner(mines, elements, m):
    """Element that earns a mine most at long-run prices."""
    best, most = 0, -1.0
    for e in range(elements.longrun_usd_kg.shape[0]):
        value = mines.basket[m, e] * elements.longrun_usd_kg[e]
        if value > most:
            best, most = e, value
    return best


@rule
def pay_guarantees(accounts, governments, scratch, params):
    """Governments on `price_floor` pay mines what the market does not: out of the treasury, to miners outside China.

    Parameters
    ----------
    accounts : Accounts, surplus_kusd and miners_kusd *Overwritten* (added to)
    governments : Governments, spent_kusd *Overwritten* (added to)
    scratch : Scratch, guarantor and support_kusd; params : GovernmentParams; read only
    """
    for m in range(scratch.guarantor.shape[0]):
        if scratch.support_kusd[m] > 0.0:
            g = int(scratch.guarantor[m])
            governments.spent_kusd[g] += scratch.support_kusd[m]
            accounts.surplus_kusd[int(params.destination[g]), GOVERNMENT] -= scratch.support_kusd[m]
            accounts.miners_kusd[0] += scratch.support_kusd[m]
