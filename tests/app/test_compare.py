"""Two runs: which, what they are, where they differ, and what was changed."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import solara

from reabm.app.assumptions import changes_between
from reabm.app.background import Asked, Superseded
from reabm.app.charts.compare import both_runs
from reabm.app.compare import (
    KEY_FIGURES,
    PARENT,
    SCREEN,
    SHIPPED,
    UNCHANGED,
    Comparison,
    Kept,
    Pair,
    Playing,
    Side,
    choices,
    chosen,
    difference_words,
    in_month,
    over_months,
    play,
)
from reabm.app.live import Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.tabs import compare as tab
from reabm.app.tabs.compare import Answer, Comparing, luck_words, suggestion
from reabm.engine.run import prepare, simulate
from reabm.scenario import with_settings
from reabm.world.history import COLUMN
from tests.app.visiting import Visiting

FORKED = 68  # months: the change acts from September 2010


@cache
def live() -> Live:
    found = Live("history", load_shipped("history"))
    found.go_to(FORKED)
    found.change({"export_quota.scale": 0.5})
    found.go_to(90)
    return found


@cache
def comparison() -> Comparison:
    shot = live().snapshot()
    offered = {one.key: one.side for one in choices(shot, ())}
    return Playing()(Pair(offered[PARENT], offered[SCREEN]), Asked())


def test_without_a_change_the_screen_and_all_that_ships_are_offered():
    plain = Live("history", load_shipped("history"))
    offered = choices(plain.snapshot(), ())
    assert [one.key for one in offered] == [SCREEN, *(SHIPPED + name for name in shipped_names())]
    first, second = chosen(plain.snapshot(), offered, "", "")
    assert (first.key, second.key) == (SHIPPED + "open_trade", SCREEN)


def test_after_a_change_the_run_before_it_is_compared_with_the_one_on_the_screen():
    shot = live().snapshot()
    offered = choices(shot, ())
    first, second = chosen(shot, offered, "", "")
    assert (first.key, second.key) == (PARENT, SCREEN)
    first, second = chosen(shot, offered, SHIPPED + "restraint", "kept:gone")
    assert (first.key, second.key) == (SHIPPED + "restraint", SCREEN)


def test_the_run_without_changes_is_the_one_before_the_first():
    twice = Live("history", load_shipped("history"))
    twice.go_to(60)
    twice.change({"export_quota.scale": 0.5})
    twice.go_to(66)
    twice.change({"export_tax.scale": 2.0})
    offered = {one.key: one.side for one in choices(twice.snapshot(), ())}
    assert offered[UNCHANGED].scenario == load_shipped("history")
    assert offered[PARENT].scenario != load_shipped("history")


def test_runs_that_ship_are_offered_on_the_luck_of_the_screen():
    other = Live("history", load_shipped("history"), seed=7)
    kept = (Kept("mine", load_shipped("restraint"), 3, 10),)
    offered = {one.key: one.side for one in choices(other.snapshot(), kept)}
    assert offered[SHIPPED + "hard_line"].seed == 7
    assert offered["kept:mine"] == Side("mine", load_shipped("restraint"), 3)


def test_a_run_played_for_comparison_has_the_bits_of_the_page():
    shot = live().snapshot()
    again = comparison().b.months[: shot.track.played]
    assert np.array_equal(again.view(np.uint64), shot.track.history.months[: shot.track.played].view(np.uint64))


def test_the_first_month_that_differs_is_the_first_of_the_change():
    found = comparison()
    first = found.first_difference(90)
    assert first is not None
    at = first - found.start
    assert at >= FORKED
    assert found.first_difference(at) is None
    assert np.array_equal(found.a.months[:at], found.b.months[:at], equal_nan=True)
    assert not np.array_equal(found.a.months[at], found.b.months[at], equal_nan=True) or found.a.prints[at] != found.b.prints[at]


def test_a_run_is_the_same_as_itself_to_the_last_bit_and_other_luck_is_not():
    side = Side("one", load_shipped("history"), 0)
    assert Comparison(play(side), play(side)).first_difference(252) is None
    assert Comparison(play(side), play(side._replace(seed=1))).first_difference(252) is not None


def test_a_difference_in_the_details_alone_is_a_difference():
    record = simulate(prepare(load_shipped("history")), 0)
    from reabm.app.compare import prints_of

    before = prints_of(record.history)
    record.history.magnets_t[100, 0, 0, 0] = np.nextafter(record.history.magnets_t[100, 0, 0, 0], np.inf)
    after = prints_of(record.history)
    assert [month for month, (a, b) in enumerate(zip(before, after)) if a != b] == [100]


def test_a_pair_that_is_not_wanted_any_more_is_left():
    asked = Asked()
    asked.is_stale.set()
    side = Side("one", load_shipped("history"), 0)
    with pytest.raises(Superseded):
        Playing()(Pair(side, side), asked)


def test_a_run_is_played_once(monkeypatch):
    import reabm.app.compare as module

    played = []
    monkeypatch.setattr(module, "play", lambda side: played.append(side) or play(side))
    playing = Playing()
    a, b = (Side(name, load_shipped(name), 0) for name in ("history", "restraint"))
    playing(Pair(a, b), Asked())
    found = playing(Pair(b._replace(title="other name"), a), Asked())
    assert len(played) == 2
    assert found.a.side.title == "other name"


def test_lines_and_the_difference_below_are_those_of_the_records():
    shot, found = live().snapshot(), comparison()
    for figure in KEY_FIGURES:
        option = both_runs(shot, found, figure)
        a, b, gap = ([point[1] for point in one["data"]] for one in option["series"][:3])
        assert len(a) == len(b) == len(gap) == 90
        kept = [figure.scale * own.months[:90, getattr(COLUMN, figure.column)] for own in (found.a, found.b)]
        assert np.allclose(np.array(a, dtype=float), kept[0], rtol=1e-4, atol=1e-9, equal_nan=True)
        assert np.allclose(np.array(b, dtype=float), kept[1], rtol=1e-4, atol=1e-9, equal_nan=True)
        assert np.allclose(np.array(gap, dtype=float), kept[1] - kept[0], rtol=1e-4, atol=1e-9, equal_nan=True)
        assert option["series"][0]["lineStyle"]["type"] == "solid"
        assert option["series"][1]["lineStyle"]["type"] == "dashed"
        assert gap != a or not any(a)


def test_the_tables_hold_the_month_the_sums_and_the_means():
    found = comparison()
    month = {line.title: line for line in in_month(found, found.start + 80)}
    price = found.b.months[80, COLUMN.ndpr_outside_usd_kg]
    assert float(month["NdPr outside China"].b.replace(",", "")) == pytest.approx(price, rel=0.01)
    total = {line.title: line for line in over_months(found, 81)}
    loss = found.a.months[:81, COLUMN.japan_loss_kusd].sum() / 1000
    assert float(total["Loss of Japan's users"].a.replace(",", "")) == pytest.approx(loss, rel=0.01)
    assert total["Loss of Japan's users"].unit == "million USD"
    mean = 100 * found.a.months[:81, COLUMN.relocation_share].mean()
    assert float(total["Foreign capacity moved to China"].a.removesuffix(" %")) == pytest.approx(mean, abs=0.6)
    gap = found.b.months[80, COLUMN.exports_legal_t] - found.a.months[80, COLUMN.exports_legal_t]
    assert gap < 0  # the quota was halved in B
    assert float(month["Legal exports"].difference.replace(",", "").replace("−", "-")) == pytest.approx(gap, rel=0.01)
    points = 100 * (found.b.months[80] - found.a.months[80])[COLUMN.japan_import_share_china]
    shown = month["Japan buys from China"].difference.removesuffix(" pts").replace("−", "-")
    assert float(shown) == pytest.approx(points, abs=0.06)
    assert in_month(found, found.start - 1) == []
    assert over_months(found, 0) == []


@pytest.mark.parametrize(
    ("a", "b", "is_share", "words"),
    [
        (10.0, 12.0, False, "20 % higher"),
        (10.0, 5.0, False, "50 % lower"),
        (10.0, 60.0, False, "6 times as high"),
        (0.2, 17_900.0, False, "more than 100 times as high"),
        (10.0, 10.0, False, "the same"),
        (10.0, 10.0001, False, "nearly the same"),
        (0.0, 3.0, False, "higher"),
        (-4.0, -8.0, False, "lower"),
        (0.25, 0.45, True, "20.0 points higher"),
        (0.25, 0.2501, True, "nearly the same"),
        (float("nan"), 1.0, False, "–"),
    ],
)
def test_a_difference_is_said_in_words(a, b, is_share, words):
    assert difference_words(a, b, is_share) == words


def test_what_was_changed_is_listed_and_nothing_else():
    shot = live().snapshot()
    found = changes_between(shot.parent.scenario, shot.track.scenario)
    assert [one.what for one in found] == ["Factor on the export quota, from September 2010"]
    assert (found[0].a, found[0].b) == ("as before", "× 0.5")
    assert changes_between(shot.track.scenario, shot.track.scenario) == []


def test_scenarios_that_ship_differ_in_what_their_files_say():
    found = {one.what: one for one in changes_between(load_shipped("history"), load_shipped("open_trade"))}
    strategy = found["strategy of Chinese state"]
    assert (strategy.a, strategy.b) == ("scripted history", "open trade")
    assert any("Mountain Pass" in what for what in found)
    assert not [one for one in found.values() if one.a.isdecimal() and len(one.a) == 5]  # months are said as months


def test_settings_of_a_whole_run_are_listed():
    history = load_shipped("history")
    found = changes_between(history, with_settings(history, {"market.freight_usd_kg": 2.0}))
    assert len(found) == 1
    assert found[0].b == "2"


def test_kept_runs_have_names_of_their_own_and_there_are_at_most_twelve():
    comparing, shot = Comparing(), live().snapshot()
    for _ in range(14):
        comparing.keep(shot, "mine")
    names = [one.name for one in comparing.kept.value]
    assert len(names) == len(set(names)) == 12
    comparing.drop("mine")
    assert "mine" not in [one.name for one in comparing.kept.value]
    comparing.keep(shot, "  ")
    assert comparing.kept.value[-1].name == suggestion(shot) == "history, 1 change, seed 0"
    comparing.background.close()


def drawn(comparing, snapshot):
    """What the tab shows: the classes of its paragraphs, and what was asked."""
    visit, asked = Visiting(snapshot), []
    visit.keep("compare", lambda: comparing)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(comparing.background, "ask", asked.append)
        patched.setattr(tab, "_Choose", lambda **_: solara.Text(""))
        patched.setattr(tab, "_Shown", lambda _snapshot, found, _figures: shown.append(found) or solara.Text(""))
        shown = []
        _, drawing = solara.render(tab.Compare(visit), handle_error=False)
        drawing.close()
    return shown, asked


def test_a_pair_is_never_drawn_under_the_choice_of_another():
    comparing, shot = Comparing(), live().snapshot()
    assert drawn(comparing, shot)[0] == []
    pair = Pair(comparison().a.side, comparison().b.side)
    comparing.answer.value = Answer(pair, comparison(), "")
    shown, asked = drawn(comparing, shot)
    assert shown == [comparison()]
    assert asked == [pair]
    comparing.choose({"a": SHIPPED + "restraint"})
    shown, asked = drawn(comparing, shot)
    assert shown == []
    assert asked == [Pair(Side(asked[0].a.title, load_shipped("restraint"), 0), pair.b)]
    comparing.answer.value = Answer(asked[0], None, "RunError: the months do not close")
    assert drawn(comparing, shot)[0] == []
    comparing.choose({"a": ""})
    comparing.answer.value = Answer(pair._replace(a=pair.a._replace(title="the same by another name")), comparison(), "")
    assert drawn(comparing, shot)[0] == [comparison()]
    comparing.background.close()


def test_choices_that_the_page_does_not_offer_are_not_taken():
    comparing = Comparing()
    comparing.choose({"figures": ["ndpr_china_usd_kg", "nonsense"], "colour": "red"})
    assert comparing.asked.value.figures == ("ndpr_china_usd_kg",)
    comparing.choose({"figures": [one.column for one in KEY_FIGURES]})
    assert len(comparing.asked.value.figures) == 6
    comparing.background.close()


def test_the_page_says_whether_the_luck_is_the_same():
    found = comparison()
    assert "same luck (seed 0)" in luck_words(found)
    other = found._replace(b=found.b._replace(side=found.b.side._replace(seed=4)))
    assert "seed 4" in luck_words(other)


def test_every_key_figure_is_one_of_the_record_and_stands_once():
    names = [one.column for one in KEY_FIGURES]
    assert all(hasattr(COLUMN, name) for name in names)
    assert all(a != b for a, b in pairwise(sorted(names)))
