"""Agents on the page: figures are the record's, and the reasons that are shown are those by which the model decided."""

import json

import numpy as np
import pytest

from reabm.app.charts.agents import histories, twelve_months
from reabm.app.charts.bars import bar_chart
from reabm.app.in_force import params_of
from reabm.app.live import Live
from reabm.app.measures import measures, plain, policy_of
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.reasons import why
from reabm.app.reasons.importers import risk_cover
from reabm.app.reasons.makers import move_terms, wanted_share, work_shares
from reabm.app.reasons.mines import hurdle_of, partner_of, running_cost
from reabm.app.reasons.states import chinese_state, government
from reabm.app.roster import IMPORTER, MAKER, MINE, Agent, agent_of, agents, heads, id_of, roster, title_of
from reabm.app.words import percent
from reabm.engine.run import open_world_of, play_until
from reabm.rules.makers import plan_step
from reabm.rules.mines import REAL_OPTION, hurdle_multiple
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import with_settings
from reabm.world.history import COLUMN
from reabm.world.layout import views
from reabm.world.state import Policy, State

LENGTH = 252
OCTOBER_2010 = 70  # months played


@pytest.fixture(scope="module")
def live():
    found = Live("history", load_shipped("history"))
    found.go_to(LENGTH)
    return found


def shown_at(live, shown):
    live.go_to(shown)
    return live.snapshot()


def state_after(track, months):
    world = play_until(track.prepared, open_world_of(track.prepared, track.seed), months)
    return views(State, track.prepared.sizes, world.block)


def foreign(track):
    return [j for j in range(len(track.names.makers)) if params_of(track, 0).makers.home[j] > 0.5]


def test_shown_terms_sum_to_the_recorded_benefit_in_every_month(live):
    track = live.snapshot().track
    counted = 0
    for row in range(LENGTH):
        for j in foreign(track):
            for _, terms, benefit in move_terms(track, row, j):
                assert abs(sum(terms) - benefit) <= 1e-12
                counted += 1
    assert counted > 3000


def test_the_share_wanted_is_the_one_towards_which_the_plan_went(live):
    track = live.snapshot().track
    for j in foreign(track):
        for line, _, _ in move_terms(track, 0, j):
            for row in range(1, LENGTH):
                before, now = track.history.makers[row - 1 : row + 1, j, MAKER["premium_plan_share"] + line]
                wanted = wanted_share(track, row, j, line)
                if not np.isfinite(wanted):
                    assert before == now  # it stays
                    continue
                knobs = params_of(track, row).knobs.makers
                late, usual = work_shares(track, row, j)
                if now == 0.0 and late < knobs.idle_share * usual:
                    continue  # an idle maker gave its plants there up
                assert plain(plan_step)(before, wanted, knobs.move_rate, knobs.return_rate) == pytest.approx(now, abs=1e-12)


@pytest.mark.parametrize("shown", [90, LENGTH])
def test_what_was_at_work_is_what_the_rule_remembers_and_is_said_where_it_holds_makers_back(live, shown):
    snapshot = shown_at(live, shown)
    track, j = snapshot.track, snapshot.track.names.makers.index("showa_denko")
    home = int(params_of(track, 0).makers.home[j])
    market = state_after(track, shown).market
    late, usual = market.at_work[home], market.usual_work[home]
    assert work_shares(track, shown - 1, j) == pytest.approx((late, usual), rel=1e-3)  # capacity has grown within the month
    said = " ".join(why(snapshot, Agent("makers", j)).sentences)
    assert ("at work of late" in said) == (late < params_of(track, 0).knobs.makers.idle_share * usual)


def test_parts_of_a_hurdle_are_those_of_the_rule(live):
    track = live.snapshot().track
    financed = 0
    for row in range(LENGTH):
        known = params_of(track, row)
        knobs = known.knobs.mines
        for m in np.flatnonzero(known.mines.kind == 2.0):
            parts, kept = hurdle_of(track, row, m), track.history.mines[row, m]
            multiple = 1.0
            if known.mines.strategy[m] == REAL_OPTION:
                multiple = plain(hurdle_multiple)(knobs.discount_rate, knobs.payout_rate, float(kept[MINE["volatility"]]))
            assert parts.running + multiple * parts.capital == pytest.approx(float(kept[MINE["hurdle_usd_kg"]]), abs=1e-12)
            assert sum(parts) == pytest.approx(float(kept[MINE["hurdle_usd_kg"]]), abs=1e-12)
            financed += float(kept[MINE["contract_share"]]) > 0.0
    assert financed > 10


def test_partner_and_running_cost_are_those_of_the_world(live):
    track = live.snapshot().track
    for months in (OCTOBER_2010, LENGTH):
        mines = state_after(track, months).mines
        known = params_of(track, months - 1).mines
        for m in np.flatnonzero(known.kind == 2.0):
            partner = int(mines.partner[m])
            expected = title_of(track, Agent("importers", partner)) if partner >= 0 else ""
            assert partner_of(track, months - 1, m) == expected
            cost = known.restart_opex_usd_kg[m] if mines.bankrupt[m] > 0.0 else known.opex_usd_kg[m]
            assert running_cost(track, months - 1, m) == cost
    assert mines.bankrupt.sum() > 0.0


def test_base_cover_and_cover_against_an_interruption_are_what_the_importer_wants(live):
    track = live.snapshot().track
    for row in range(LENGTH):
        for i in range(len(track.names.importers)):
            wanted = params_of(track, row).importers.base_cover_months[i] + risk_cover(track, row, i)
            assert wanted == pytest.approx(float(track.history.importers[row, i, IMPORTER["cover_months"]]), abs=1e-12)


@pytest.mark.parametrize("months", [1, OCTOBER_2010, 130, LENGTH])
def test_measures_are_those_of_the_world(live, months):
    track = live.snapshot().track
    played, shown = state_after(track, months).policy, policy_of(track, months - 1)
    for name in Policy._fields:
        if name != "quota_t":
            assert np.array_equal(getattr(played, name), getattr(shown, name)), name


def test_the_embargo_of_autumn_2010_is_named_and_said_to_be_new(live):
    snapshot = shown_at(live, OCTOBER_2010)
    listed = dict(measures(snapshot.track, snapshot.row))
    assert "Japan" in listed["Embargo"]
    said = " ".join(why(snapshot, agents(snapshot.track)[0]).sentences)
    assert "Changed since the month before" in said
    assert "embargo Japan" in said


def test_the_pay_off_is_the_sum_of_the_terms_shown(live):
    snapshot = shown_at(live, OCTOBER_2010)
    reasons = why(snapshot, agents(snapshot.track)[0])
    values = reasons.bars.bars[0].values
    year = snapshot.track.history.months[OCTOBER_2010 - 12 : OCTOBER_2010, COLUMN.china_gain_kusd].sum() / 1000.0
    assert sum(values[:-1]) == pytest.approx(values[-1], rel=1e-12)
    assert values[-1] == pytest.approx(year, rel=1e-9)


def test_the_sentence_of_a_maker_has_the_records_figures(live):
    snapshot = shown_at(live, 68)
    track = snapshot.track
    j = track.names.makers.index("hitachi_metals")
    said = why(snapshot, Agent("makers", j)).sentences[1]
    terms = track.history.move_terms[67, j, 1]
    assert said.startswith("In August 2010, of the unit cost of the commodity line of Hitachi Metals,")
    assert f"{100 * terms[0]:.0f} % is gained by the price gap" in said
    assert f"{-100 * terms[7]:.0f} % is lost to its own reluctance" in said
    assert f"By the logit: {percent(wanted_share(track, 67, j, 1))} wanted in China" in said


def test_a_directed_maker_and_one_that_stays_are_said_to_be_so():
    live = Live("history", load_shipped("history"))
    live.go_to(60)
    live.change(
        {"strategies.hitachi_metals": "directed", "makers.hitachi_metals.commodity_in_china": 0.5, "strategies.tdk": "stay"}
    )
    live.go_to(62)
    snapshot = live.snapshot()
    names = snapshot.track.names.makers
    premium, commodity = why(snapshot, Agent("makers", names.index("hitachi_metals"))).sentences[:2]
    assert "told nothing about this line" in premium
    assert "told to have 50 % of the line there" in commodity
    assert "kept where they are" in why(snapshot, Agent("makers", names.index("tdk"))).sentences[0]
    rows = {row["name"]: row["cells"][0]["text"] for row in roster(snapshot)}
    assert rows["Hitachi Metals"] == "directed"
    assert rows["Showa Denko"] == "logit"


def test_the_pay_off_of_the_state_is_said_to_be_of_the_months_that_it_sums():
    live = Live("history", load_shipped("history"))
    for shown, words in ((1, "1 month"), (5, "5 months"), (12, "twelve months"), (30, "twelve months")):
        live.go_to(shown)
        snapshot = live.snapshot()
        assert heads(snapshot)["state"][1] == f"Pay-off of {words}"
        gains = snapshot.track.history.months[max(shown - 12, 0) : shown, COLUMN.china_gain_kusd].sum() / 1000
        cell = next(row["cells"][1] for row in roster(snapshot) if row["kind"] == "state")
        assert cell["key"] / 1000 == pytest.approx(gains)
    assert {len(some) for some in heads(snapshot).values()} == {5}


@pytest.mark.parametrize("name", shipped_names())
def test_every_agent_has_a_row_reasons_and_a_history_that_the_browser_can_read(name):
    live = Live(name, load_shipped(name))
    for shown in (1, 2, 13, 90):
        live.go_to(shown)
        snapshot = live.snapshot()
        rows = roster(snapshot)
        json.dumps(rows, allow_nan=False)
        assert [row["id"] for row in rows] == [id_of(snapshot.track, agent) for agent in agents(snapshot.track)]
        for agent in agents(snapshot.track):
            reasons = why(snapshot, agent)
            assert reasons.sentences
            assert all(len(row) == len(reasons.heads) for row in reasons.rows)
            if reasons.bars is not None:
                json.dumps(bar_chart(reasons.bars), allow_nan=False)
            panels = histories(snapshot, agent)
            assert 2 <= len(panels) <= 4
            json.dumps([panel.option for panel in panels], allow_nan=False)


def test_figures_of_the_table_are_the_records_and_change_over_a_year(live):
    snapshot = shown_at(live, 84)
    kept = snapshot.track.history.importers[:, snapshot.track.names.importers.index("sojitz")]
    row = next(row for row in roster(snapshot) if row["id"] == "importers-sojitz")
    belief, stock = row["cells"][1], row["cells"][2]
    assert belief["key"] == kept[83, IMPORTER["reliability"]]
    points = 100 * (kept[83, 0] - kept[71, 0])
    assert belief["change"] == (f"{points:+.0f} points" if abs(points) >= 0.5 else "")
    assert stock["key"] == kept[83, IMPORTER["stock_t"]]


def test_a_history_has_the_records_numbers(live):
    snapshot = shown_at(live, LENGTH)
    m = snapshot.track.names.mines.index("mount_weld_1")
    basket = histories(snapshot, Agent("mines", m))[0].option["series"]
    hurdle = next(one for one in basket if one["name"].startswith("hurdle"))["data"]
    assert len(hurdle) == LENGTH
    assert [y for _, y in hurdle] == pytest.approx(
        snapshot.track.history.mines[:LENGTH, m, MINE["hurdle_usd_kg"]].tolist(), rel=1e-4
    )


def test_sums_over_twelve_months_begin_with_the_twelfth():
    values = np.arange(15.0)
    sums = twelve_months(values)
    assert np.isnan(sums[:11]).all()
    assert sums[11:].tolist() == [values[k : k + 12].sum() for k in range(4)]


def test_an_agent_is_found_by_its_name_and_by_no_other(live):
    track = live.snapshot().track
    for agent in agents(track):
        assert agent_of(track, id_of(track, agent)) == agent
    for unknown in ("", "makers", "makers-", "makers-nobody", "users-0", "elements-NdPr", "__class__-x"):
        assert agent_of(track, unknown) is None


def test_a_crowd_whose_details_are_not_kept_is_not_listed():
    live = Live("history", with_settings(load_shipped("history"), {"population.copies": 60}))
    live.go_to(1)
    snapshot = live.snapshot()
    assert snapshot.track.history.makers.shape[0] == 0
    kinds = {row["kind"] for row in roster(snapshot)}
    assert kinds == {"state", "government", "mine"}
    for agent in agents(snapshot.track):
        assert why(snapshot, agent).sentences


def test_before_the_first_month_the_table_is_empty():
    assert roster(Live("history", load_shipped("history")).snapshot()) == []


# --- every strategy of the catalogue ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in STRATEGIES["state"] if name not in ("limit_pricing", "receding_horizon")])
def test_measures_of_every_plan_of_the_state_are_those_of_the_world(name):
    live = Live("history", with_settings(load_shipped("history"), {"strategies.china_state": name}))
    live.go_to(85)
    track = live.snapshot().track
    for months in (70, 85):
        played, shown = state_after(track, months).policy, policy_of(track, months - 1)
        for field in Policy._fields:
            if field != "quota_t":
                assert np.array_equal(getattr(played, field), getattr(shown, field)), field
    assert (
        f"plays “{name.replace('_', ' ')}”"
        in why(live.snapshot(), Agent("governments", track.names.governments.index("china_state"))).sentences[0]
    )


SAYS = {
    ("japan", "subsidise_and_stockpile"): "does the same whatever happens: it pays makers",
    ("japan", "complain"): "threshold of 35 %",
    ("japan", "price_floor"): "guarantees mines that its importers may buy from 1.4 times",
    ("mount_weld_1", "herd"): "Mount Weld",
    ("tdk", "move"): "all lines go to plants of its own in China",
    ("tdk", "split"): "the premium line stays at home",
    ("tdk", "joint_venture"): "a local partner who bears its share of the cost",
    ("tdk", "third_country"): "goes to a third country",
    ("tdk", "global_game"): "at which it expects half of them to move",
    ("mitsui", "stockpile"): "6 more are held, whatever happens",
    ("mitsui", "diversify"): "as if China were never trusted",
    ("mitsui", "learning"): "come of mixing no stock, one by belief and a fixed one",
}  # fmt: skip


@pytest.mark.parametrize(("name", "play"), SAYS)
def test_every_plan_is_explained_on_the_page(name, play):
    live = Live("history", with_settings(load_shipped("history"), {f"strategies.{name}": play}))
    for months in (1, 70):
        live.go_to(months)
        snapshot = live.snapshot()
        found = why(
            snapshot, next(agent for agent in agents(snapshot.track) if id_of(snapshot.track, agent).endswith(f"-{name}"))
        )
        assert found.rows
        assert found.bars is not None
    assert SAYS[name, play] in " ".join(found.sentences)
    assert "nan" not in json.dumps([found.sentences, found.rows]).lower()


def test_a_herd_that_follows_is_said_to_ask_running_costs_only():
    chosen = {f"strategies.{name}": "herd" for name, mine in load_shipped("history").mines.items() if mine.kind == "outside"}
    live = Live("history", with_settings(load_shipped("history"), {**chosen, "mines.herd_share": 0.05}))
    live.go_to(90)
    snapshot = live.snapshot()
    said = [" ".join(why(snapshot, agent).sentences) for agent in agents(snapshot.track) if agent.group == "mines"]
    assert any("its running cost only, as so many others build" in one for one in said)


# --- those who plan ahead ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planned():
    settings = {
        "strategies.china_state": "receding_horizon", "strategies.japan": "receding_horizon", "plan.horizon_months": 6,
        "plan.draws": 1,
    }  # fmt: skip
    found = Live("history", with_settings(load_shipped("history"), settings))
    found.go_to(30)
    return found.snapshot().track


WHY = {"china_state": chinese_state, "japan": government}


@pytest.mark.parametrize("name", WHY)
def test_one_that_plans_says_what_it_weighed_and_what_each_candidate_promised(planned, name):
    g = planned.names.governments.index(name)
    told = WHY[name](planned, 29, g)
    [bar] = told.bars.bars
    kept = planned.history.plans[29, g, 3 : 3 + len(bar.values)]
    assert bar.values == pytest.approx((kept / 1000.0).tolist())
    best = told.bars.labels[int(np.argmax(bar.values))]
    said = " ".join(told.sentences)
    assert "In January 2007 it tried" in said
    assert f"It chose {best}" in said


def test_the_measures_of_one_that_plans_are_those_that_were_in_force(planned):
    for row in (0, 11, 12, 29):
        true, shown = state_after(planned, row + 1).policy, policy_of(planned, row)
        for field in ("tax", "vat", "alloy_open", "embargo", "licence_scope", "approval", "production_quota_t"):
            assert np.array_equal(getattr(true, field), getattr(shown, field)), (row, field)
