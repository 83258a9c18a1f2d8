"""The page's shell: numbers in words, the hint for a newcomer, and what a fault in a tab costs."""

from __future__ import annotations

import math

import ipyvuetify
import pytest
import reacton
import solara

from reabm.app.controls import hint
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.tabs import TABS, Guarded, Tab
from reabm.app.words import change_words, month_words, percent, points_words, rounded


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"), (1234.5, "1,234"), (115.37, "115"), (12.34, "12.3"), (0.01234, "0.0123"), (-4.0, "-4"), (1e-12, "0"),
        (math.nan, "–"), (math.inf, "–"), (99.96, "100"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_as_people_read_them(value, words):
    assert rounded(value) == words


@pytest.mark.parametrize(("share", "words"), [(0.975, "98 %"), (0.004, "0.4 %"), (1.0, "100 %"), (0.0, "0 %"), (math.nan, "–")])
def test_shares_are_said_in_per_cent(share, words):
    assert percent(share) == words


def test_changes_are_said_with_their_sign_or_not_at_all():
    assert change_words(115.0, 100.0) == "+15 %"
    assert change_words(1.0, 0.0) == "–"
    assert points_words(-12.3) == "-12 points"
    assert points_words(-0.2) == "no change"
    assert month_words(2010 * 12 + 8) == "September 2010"


def test_a_newcomer_is_told_from_when_on_a_lever_acts():
    live = Live("history", load_shipped("history"))
    assert "January 2005" in hint(live.snapshot())
    live.go_to(68)
    assert hint(live.snapshot()).startswith("It is August 2010.")
    assert "September 2010" in hint(live.snapshot())


def test_tabs_have_names_of_their_own():
    assert len({tab.name for tab in TABS}) == len({tab.title for tab in TABS}) == len(TABS)


@solara.component
def Broken(visit):
    if visit["is_broken"]:
        raise ZeroDivisionError("a fault")
    solara.Text("drawn")


def test_a_fault_in_drawing_a_tab_costs_that_tab_and_is_told_to_the_operator(capsys):
    visit = {"is_broken": True}
    box, context = reacton.render(Guarded(visit, Tab("broken", "Broken", Broken)), handle_error=False)
    assert any("could not be drawn: ZeroDivisionError" in text for text in texts(box))
    assert "ZeroDivisionError: a fault" in capsys.readouterr().err
    visit["is_broken"] = False
    context.find(ipyvuetify.Btn).widget.click()
    assert "drawn" in texts(box)
    context.close()


def texts(widget):
    """All texts below a widget."""
    if isinstance(widget, str):
        return [widget]
    return [text for child in getattr(widget, "children", []) for text in texts(child)]
