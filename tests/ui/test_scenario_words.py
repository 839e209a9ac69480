"""Saved scenarios in words and side by side on the dozen: today first in each population."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from jiebei_dash.answers import what_if
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.desk.scenarios import Saved
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import saving, scenario_words
from jiebei_dash.ui.scenario_book import Standing
from jiebei_dash.ui.scenario_words import Column
from tests.desk.scenarios_made import scenario

EN = load_words("en")
MADE = {"note": "", "author": "an", "made_at": "2024-11-05T09:00:00+00:00", "parent_id": None}
ColumnOf = Callable[..., Column]


@pytest.fixture
def column(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> ColumnOf:
    def made(name: str, part: dict[str, object] | None = None, **thresholds: float) -> Column:
        scope = replace(scope_of("analyst"), **(part or {}))  # type: ignore[arg-type]
        done = what_if.replay(scope, fetch_as("analyst"), 8, thresholds)
        saved = saving.scenario_of(done, {"name": name, **MADE}, saving.METHOD)
        return Column(name, saved, done.policy_version, done.both)

    return made


def cells(table: str) -> dict[str, list[str]]:
    """The cells of each row by its name."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {row[0]: row[1:] for row in rows}


def test_scenarios_of_one_population_stand_beside_one_today(column: ColumnOf) -> None:
    """Of eight decided to February today approves five; D06 has 598 points, D04 a Zhima score of 610."""
    columns = [
        column("Floor", score_floor=600.0), column("Zhima", zhima_floor=620.0), column("Loose", score_floor=560.0)
    ]  # fmt: skip
    found = cells(scenario_words.side_by_side(EN, columns))
    assert found[""] == ["Today P1", "Floor", "Zhima", "Loose"]
    assert found[EN("scenarios.row_decided")] == ["8"] * 4
    assert found[EN("what_if.row_approved")] == ["5", "4", "4", "7"]
    assert found[EN("what_if.row_approval")] == ["62.50%", "50.00%", "50.00%", "87.50%"]
    # L04 and L06 of the five went bad; without D06 it is L04 alone, without D04 it is L06 alone.
    expected = found[EN("what_if.row_expected")]
    assert expected[:3] == ["40.00%, n < 30", "25.00%, n < 30", "25.00%, n < 30"]
    loose = columns[2].both.iloc[1]
    assert f"{loose['expected_low_rate']:.2%} to {loose['expected_high_rate']:.2%}" in expected[3]
    assert "inferred" in EN("what_if.row_expected")
    assert found[EN("scenarios.row_margin_change")][0] == "–"
    (said,) = scenario_words.populations(EN, columns)
    assert "submitted 2023-03 to 2024-02, 8 months to mature" in said
    assert columns[0].scenario.population_id[:12] in said


def test_scenarios_of_different_populations_have_a_today_each(column: ColumnOf) -> None:
    """Three of the eight came by the wallet's home, and all three pass."""
    columns = [
        column("Home", {"channel": ("HOME",)}, score_floor=600.0), column("All", score_floor=600.0),
        column("Home too", {"channel": ("HOME",)}, score_floor=630.0),
    ]  # fmt: skip
    found = cells(scenario_words.side_by_side(EN, columns))
    assert found[""] == [
        "Today P1, population 1", "Home, population 1", "Home too, population 1",
        "Today P1, population 2", "All, population 2",
    ]  # fmt: skip
    assert found[EN("scenarios.row_decided")] == ["3", "3", "3", "8", "8"]
    assert found[EN("what_if.row_approved")] == ["3", "3", "2", "5", "4"]
    said = scenario_words.populations(EN, columns)
    assert said[0] == EN("scenarios.populations")
    assert [line[:12] for line in said[1:]] == ["Population 1", "Population 2"]
    assert EN.code("channel", "HOME") in said[1]
    assert scenario_words.leads(EN, columns) == ""


def test_a_draft_that_approves_nobody_has_no_rate_and_no_margin(column: ColumnOf) -> None:
    found = cells(scenario_words.side_by_side(EN, [column("Nobody", score_floor=700.0)]))
    shown = ("approved", "approval", "drawn", "expected", "margin")
    assert [found[EN(f"what_if.row_{name}")][1] for name in shown] == ["0", "0.00%", "¥0", "–", "¥0"]


def test_the_sentence_names_the_highest_margin_of_one_population(column: ColumnOf) -> None:
    columns = [column("Floor", score_floor=600.0), column("Same")]
    best = max(columns, key=lambda each: each.both["margin_fen"].iloc[1])
    said = scenario_words.leads(EN, columns)
    assert said.startswith(f"**{best.title}** has the highest margin")
    assert "inferred" in said
    assert scenario_words.leads(EN, columns[:1]) == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Zhima floor 600 to 620; Debt to income, at most 70% to 60%; Limit cap ¥200.0k to ¥50.00k"),
        ("zh", "芝麻分下限由 600 调至 620；负债收入比上限由 70% 调至 60%；额度上限由 ¥20.00万 调至 ¥5.00万"),
    ],
)
def test_a_draft_is_told_by_rule_with_its_thresholds(column: ColumnOf, language: Language, said: str) -> None:
    made = column("Three", zhima_floor=620.0, dti_cap=0.6, amount_cap=50_000_00.0).scenario
    assert scenario_words.changes(load_words(language), made) == said


def test_a_draft_equal_to_today_says_so(column: ColumnOf) -> None:
    assert scenario_words.changes(EN, column("Same").scenario) == EN("scenarios.change_none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_which_data_are_todays_kept_or_gone(language: Language) -> None:
    words = load_words(language)
    every = [
        Saved(scenario(name=f"S{version}", data_version=version), 1, saved_by, "2024-11-05T17:30:00+00:00")
        for version, saved_by in (("v3", "an"), ("v2", "bo"), ("v1", "an"))
    ]
    standings = {"v3": Standing("TODAY"), "v2": Standing("EARLIER", None), "v1": Standing("GONE")}
    table = scenario_words.table(words, every, standings)
    assert table[words("scenarios.data")].tolist() == [
        words("scenarios.data_TODAY", version="v3"),
        words("scenarios.data_EARLIER", version="v2", day=""),
        words("scenarios.data_GONE", version="v1"),
    ]
    # Half past five in the afternoon in London is half past one at night in Shanghai.
    assert table[words("scenarios.when")].unique().tolist() == ["2024-11-06 01:30"]
    assert table[words("scenarios.author")].tolist()[0] == "an"
    assert "bo" in table[words("scenarios.author")].tolist()[1]
    said = scenario_words.listed(words, every, standings)
    assert said == words("scenarios.listed", count=3, today=1, earlier=1, gone=1)


def test_what_people_typed_draws_nothing() -> None:
    hostile = scenario(name="[x](http://e.vil) | **b** <b>", note="a\n\n| b |")
    saved = Saved(hostile, 1, "an", "2024-11-05T09:00:00+00:00")
    facts = scenario_words.facts(EN, saved, "![p](http://e.vil)", Standing("TODAY"))
    assert not re.search(r"(?<!\\)\]\(", facts)
    assert all(line.count("|") - line.count("\\|") == 3 for line in facts.splitlines())
