"""Each kind of mistake costs one line: file, line, field, what was found, what is allowed."""

# ruff: noqa: E501 - tables of messages, one a line

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reabm.scenario import ScenarioError, load_scenario

ONE_LINE = re.compile(r"^[^:]+:\d+: [\w.\[\]]+: got .*; allowed .*")

# file, text there, text in its place, and the message without the folder
MISTAKES = [
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg", "opex: {value: 9, unit: t/yr",
     "mines.yaml:LINE: mines.south.opex.unit: got 't/yr'; allowed USD/kg ('t/yr' is tonnes of oxide (or of magnet, where the field says so) a year)"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg", "opex: {value: 9, unit: usd/kg",
     "mines.yaml:LINE: mines.south.opex.unit: got 'usd/kg'; allowed USD/kg; did you mean USD/kg?"),
    ("world/mines.yaml", "    route: separate\n    restart_route: separate", "    rout: separate\n    restart_route: separate",
     "mines.yaml:LINE: mines.south.rout: got an unknown key 'rout'; allowed name, owner, .*; did you mean route[?]"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: textbook}", "opex: {value: 9, unit: USD/kg, range: [5, 12]}",
     "mines.yaml:LINE: mines.south.opex.source: got nothing; allowed a key of sources.yaml, or 'assumption' with a note"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: textbook}", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: texbook}",
     "mines.yaml:LINE: mines.south.opex.source: got 'texbook'; allowed a key of sources.yaml, or 'assumption' with a note; did you mean textbook?"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: textbook}", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: assumption}",
     "mines.yaml:LINE: mines.south.opex.note: got nothing; allowed a note with the reason, where the source is 'assumption'"),
    ("world/mines.yaml", "opex: {value: 9,", "opex: {value: 19,",
     "mines.yaml:LINE: mines.south.opex.value: got 19.0; allowed 5 to 12, its own range"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg, range: [5, 12]", "opex: {value: -9, unit: USD/kg",
     "mines.yaml:LINE: mines.south.opex.value: got -9.0; allowed 0 or more, in USD/kg"),
    ("world/mines.yaml", "opex: {value: 9, unit: USD/kg, range: [5, 12], source: textbook}", "opex: 9",
     "mines.yaml:LINE: mines.south.opex: got 9; allowed a quantity {value, unit, range, source}, unit USD/kg"),
    ("world/mines.yaml", "range: [5, 12], source: textbook}\n    capex", "range: [12, 5], source: textbook}\n    capex",
     "mines.yaml:LINE: mines.south.opex.range: got [12, 5]; allowed [lowest, highest]"),
    ("world/mines.yaml", "    lead: {value: 24", "    opex: {value: 24",
     "mines.yaml:LINE: mines.south.opex: got the key 'opex' twice, first in line 16; allowed once"),
    ("world/mines.yaml", "deposit: clay", "deposit: clai",
     "mines.yaml:LINE: mines.south.deposit: got 'clai'; allowed the deposits hard_rock, clay; did you mean clay?"),
    ("world/mines.yaml", "offtake: {house_b: 0.4}", "offtake: {house_c: 0.4}",
     "mines.yaml:LINE: mines.mount_weld.offtake: got 'house_c'; allowed the importers house_b, house_a; did you mean house_.[?]"),
    ("world/mines.yaml", "strategy: real_option", "strategy: real_options",
     "mines.yaml:LINE: mines.mount_weld.strategy: got 'real_options'; allowed real_option, .*; did you mean real_option[?]"),
    ("world/mines.yaml", "    committed: 2008-06", "    opening_utilisation: {value: 0.95, unit: share, source: textbook}",
     "mines.yaml:LINE: mines.mount_weld.opening_utilisation: got 0.95; allowed at most 0.8 (max_utilisation)"),
    ("world/mines.yaml", "kind: outside", "kind: legal",
     "mines.yaml:LINE: mines.mount_weld.kind: got 'legal'; allowed outside, as its zone is outside"),
    ("world/mines.yaml", "values: {2005: 20000, 2010-07: 25000}", "values: {2005: 20000, 2010-17: 25000}",
     "mines.yaml:LINE: mines.south.capacity.values.2010_17: got the date '2010-17'; allowed a month YYYY-MM or .*"),
    ("world/mines.yaml", "values: {2005: 20000, 2010-07: 25000}", "values: {2005: 20000, 2010-07: none}",
     "mines.yaml:LINE: mines.south.capacity.values.2010_07: got none; allowed a number, 0 or more"),
    ("world/mines.yaml", "values: {2005: 20000, 2010-07: 25000}", "values: {2005: 20000, 2005-01: 1}",
     "mines.yaml:LINE: mines.south.capacity.values.2005_01: got the month 2005-01 twice; allowed each month once"),
    ("world/mines.yaml", "place: [115, 25.5]", "place: [25.5, 115]",
     r"mines.yaml:LINE: mines.south.place\[1\]: got 115; allowed at most 90"),
    ("world/deposits.yaml", "{NdPr: 0.98, Dy: 0.02}", "{NdPr: 0.98, Dy: 0.2}",
     "deposits.yaml:LINE: deposits.hard_rock.basket: got a sum of 1.18; allowed shares of the elements that sum to 1"),
    ("world/deposits.yaml", "{NdPr: 0.98, Dy: 0.02}", "{NdPr: 0.98, Di: 0.02}",
     "deposits.yaml:LINE: deposits.hard_rock.basket: got 'Di'; allowed the elements NdPr, Dy; did you mean Dy?"),
    ("world/importers.yaml", "trade_share: {value: 0.6,", "trade_share: {value: 0.5,",
     "importers.yaml:4: importers.house_a.trade_share.value: got a sum of 0.9 over house_a, house_b; allowed a sum of 1 for japan"),
    ("base.yaml", "2010-07: 7976", "2010-07: -7976",
     "base.yaml:LINE: policy.export_quota.total.values.2010_07: got -7976.0; allowed 0 or more, in t/half-year"),
    ("base.yaml", "total: {unit: t/half-year", "total: {unit: t/yr",
     "base.yaml:LINE: policy.export_quota.total.unit: got 't/yr'; allowed t/half-year .*"),
    ("base.yaml", "{from: 2012-01,", "{from: 2001-01,",
     r"base.yaml:LINE: interventions\[0\].from: got 2001-01; allowed 2005-01 to 2014-12, the months of the run"),
    ("base.yaml", "until: 2012-06", "until: 2011-06",
     r"base.yaml:LINE: interventions\[0\].until: got '2011-06'; allowed 2012-01 \(from\) or later"),
    ("base.yaml", "path: embargo.usa.share", "path: embargo.us.share",
     r"base.yaml:LINE: interventions\[0\].path: got an unknown lever 'embargo.us.share'; allowed .*; did you mean embargo.usa.share[?]"),
    ("base.yaml", "value: 0.5}", "value: 1.5}",
     r"base.yaml:LINE: interventions\[0\].value: got 1.5; allowed 0 to 1, in share"),
    ("base.yaml", "settings: {market.freight_usd_kg: 2.5}", "settings: {market.freight_usd_kg: 250}",
     "base.yaml:LINE: settings.market.freight_usd_kg: got 250.0; allowed 0 to 20, in USD/kg"),
    ("base.yaml", "end: 2014-12", "end: 2004-12",
     "base.yaml:LINE: end: got 2004-12; allowed a month after 2005-01 (start)"),
    ("base.yaml", "start: 2005-01", "start: 1905-01",
     "base.yaml:LINE: start: got '1905-01'; allowed a month YYYY-MM or a year YYYY between 1998-01 and 2060-12"),
    ("base.yaml", "start: 2005-01", "stat: 2005-01",
     "base.yaml:LINE: stat: got an unknown key; allowed .*; did you mean start[?]"),
    ("base.yaml", "mechanisms: {smuggling: false}", "mechanisms: {smugling: false}",
     "base.yaml:LINE: mechanisms.smugling: got an unknown key 'smugling'; allowed .*; did you mean smuggling[?]"),
    ("base.yaml", "mechanisms: {smuggling: false}", "mechanisms: {smuggling: no}",
     "base.yaml:LINE: mechanisms.smuggling: got 'no'; allowed true or false"),
    ("base.yaml", "strategies: {mount_weld:", "strategies: {mount_wed:",
     "base.yaml:LINE: agents.strategies.mount_wed: got an unknown agent 'mount_wed'; allowed .*; did you mean mount_weld[?]"),
    ("base.yaml", "extends: world", "extends: wrld",
     "base.yaml:LINE: extends: got 'wrld', which does not exist; allowed a folder or a file"),
    ("base.yaml", "extends: world", "extends: base.yaml",
     "base.yaml:LINE: extends: got 'base.yaml', which extends this file; allowed no circle"),
    ("base.yaml", "halts: {south:", "halts: {sout:",
     "base.yaml:LINE: policy.halts: got 'sout'; allowed the mines south, mount_weld; did you mean south?"),
    ("base.yaml", "    Dy: {value: 0.25", "    Dz: {value: 0.25",
     "base.yaml:LINE: policy.export_tax: got 'Dz'; allowed the elements or groups NdPr, Dy, light, heavy; did you mean Dy?"),
    ("base.yaml", "elements: [Dy]", "elements: [Dyy]",
     "base.yaml:LINE: policy.licence.elements: got 'Dyy'; allowed the elements NdPr, Dy; did you mean Dy?"),
    ("base.yaml", "stages: [oxide, magnet]", "stages: [oxide, magnets]",
     r"base.yaml:LINE: policy.licence.stages\[1\]: got 'magnets'; allowed oxide, magnet; did you mean magnet[?]"),
    ("base.yaml", "approval: {usa:", "approval: {us:",
     "base.yaml:LINE: policy.licence.approval.us: got an unknown key 'us'; allowed japan, usa, eu, other_countries; did you mean usa?"),
    ("base.yaml", "element: NdPr, price", "element: Nd, price",
     "base.yaml:LINE: policy.governments.japan.price_floor.element: got 'Nd'; allowed the elements NdPr, Dy; did you mean NdPr?"),
    ("base.yaml", "date: 2010-09-07", "date: 2010-09-37",
     r"base.yaml:LINE: events\[0\].date: got '2010-09-37'; allowed a day YYYY-MM-DD, a month or a year"),
    ("sources.yaml", "year: 2011}", "yer: 2011}",
     "sources.yaml:LINE: sources.survey.yer: got an unknown key 'yer'; allowed .*; did you mean year[?]"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "was", "becomes", "message"), MISTAKES, ids=[f"{m[0]}-{m[2][:30]!r}" for m in MISTAKES])
def test_a_mistake_costs_one_line_with_its_place(own_world: Path, file: str, was: str, becomes: str, message: str) -> None:
    text = (own_world / file).read_text()
    assert text.count(was) == 1 or was in text
    (own_world / file).write_text(text.replace(was, becomes, 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(own_world / "base.yaml")
    lines = str(caught.value).split("\n")
    assert all(ONE_LINE.match(line) for line in lines), lines
    assert len(lines) == 1
    line = text.count("\n", 0, text.index(was)) + 1
    message = message.replace("LINE", str(line))
    pattern = message if "[?]" in message or r"\[" in message or ".*" in message else re.escape(message)
    assert re.search(f"/{pattern}$", lines[0]), lines[0]


def test_several_mistakes_are_told_at_once(own_world: Path) -> None:
    for file, was, becomes in (
        ("world/mines.yaml", "opex: {value: 9,", "opex: {value: 19,"),
        ("world/elements.yaml", "group: heavy", "group: haevy"),
        ("base.yaml", "halts: {south:", "halts: {sout:"),
    ):
        text = (own_world / file).read_text()
        (own_world / file).write_text(text.replace(was, becomes, 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(own_world / "base.yaml")
    assert len(str(caught.value).split("\n")) == 3


def test_at_most_twenty_faults_are_listed(whole_text: str, lines_of: Callable[[str | bytes], list[str]]) -> None:
    assert len(lines_of(whole_text.replace("unit: share", "unit: shares"))) == 20


@pytest.mark.parametrize("name", ["nothing_here.yaml", "world", "a\0b.yaml", "x" * 5000])
def test_a_path_that_is_no_file_is_one_line(small_world: Path, name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(small_world / name)
    assert ONE_LINE.match(str(caught.value))
    assert "\n" not in str(caught.value)


def test_control_characters_of_a_value_are_shown_as_escapes(
    whole_text: str, lines_of: Callable[[str | bytes], list[str]]
) -> None:
    (line,) = lines_of(
        whole_text.replace("strategy: logit", r'strategy: "lo\x1b[31mg\nit"', 1).replace("maker_a: logit", "maker_a: stay")
    )
    assert r"'lo\x1b[31mg\nit'" in line


def test_a_long_value_is_cut(whole_text: str, lines_of: Callable[[str | bytes], list[str]]) -> None:
    (line,) = lines_of(whole_text.replace("makes: magnet", f"makes: {'m' * 100_000}", 1))
    assert len(line) < 300
