"""The waterfall of rules on the dozen: see ``tests/queries/test_what_if.py`` for the eleven decisions and scores."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jiebei_dash.answers import policy_rules, what_if
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
COUNTS = ["killed_count", "left_count", "hit_count", "unique_count"]


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def test_today_stops_three_of_eleven(asked: tuple[Scope, Fetch]) -> None:
    frame = policy_rules.waterfall(*asked, maturity_months=6).frame
    today = frame[frame["policy"] == "today"].set_index("rule_key")
    # D13 by a Zhima score of 560 and by eight lenders, D14 and D02 by the score: D02, let in by lot, was seen and bad
    assert today.loc["zhima_floor", COUNTS].tolist() == [1, 10, 1, 0]
    assert today.loc["other_lenders_cap", COUNTS].tolist() == [0, 10, 1, 0]
    assert today.loc["score_floor", COUNTS].tolist() == [2, 8, 2, 2]
    assert today.loc["score_floor", ["observed_count", "observed_bad_count", "inferred_count"]].tolist() == [1, 1, 1]
    assert today.loc["score_floor", "goods_per_bad_observed"] == 0.0
    assert today["entering_count"].iloc[0] == 11


def test_the_order_decides_who_is_counted_first_and_nothing_else(asked: tuple[Scope, Fetch]) -> None:
    frame = policy_rules.waterfall(*asked, order="other_lenders_cap,score_floor", maturity_months=6).frame
    today = frame[frame["policy"] == "today"]
    assert today["rule_key"].tolist()[:3] == ["other_lenders_cap", "score_floor", "zhima_floor"]
    assert today["killed_count"].tolist() == [1, 2, 0, 0, 0, 0, 0]
    assert today["unique_count"].tolist() == [0, 2, 0, 0, 0, 0, 0]


def test_what_is_left_is_what_the_policy_approves(asked: tuple[Scope, Fetch]) -> None:
    moved = {"score_floor": 600.0, "zhima_floor": 640.0}
    frame = policy_rules.waterfall(*asked, maturity_months=6, **moved).frame
    both = what_if.consequences(*asked, maturity_months=6, **moved).frame
    assert frame.groupby("policy", sort=False)["left_count"].last().tolist() == both["approved_count"].tolist()


def test_a_policys_own_order_stands_and_a_draft_keeps_what_it_was_given(asked: tuple[Scope, Fetch]) -> None:
    draft = make_policy({"score_floor": 600}).ordered(["score_floor", "zhima_floor"])
    frame = policy_rules.waterfall(*asked, maturity_months=6, draft=draft.json()).frame
    assert frame[frame["policy"] == "proposed"]["rule_key"].tolist()[:2] == ["score_floor", "zhima_floor"]
    assert frame[frame["policy"] == "today"]["rule_key"].tolist()[0] == "zhima_floor"
    again = policy_rules.ordered(draft, ("dti_cap", "score_floor"))
    assert [key for key, _ in again.thresholds][:3] == ["dti_cap", "score_floor", "zhima_floor"]
    assert again["score_floor"] == 600
    assert policy_rules.ordered(draft, ()).thresholds == draft.thresholds


@pytest.mark.parametrize("order", ["amount_cap", "no_rule", "dti_cap,dti_cap"])
def test_an_order_of_what_is_no_rule_is_refused(asked: tuple[Scope, Fetch], order: str) -> None:
    with pytest.raises(BadArgument):
        policy_rules.waterfall(*asked, order=order, maturity_months=6)


@pytest.mark.parametrize("rule_key", policy_rules.RULE_KEYS)
@pytest.mark.parametrize("moved", [{}, {"score_floor": 600.0, "zhima_floor": 640.0, "dti_cap": 0.35}])
def test_without_a_rule_the_lab_approves_those_alone_as_well_and_earns_their_margin(
    asked: tuple[Scope, Fetch], rule_key: str, moved: dict[str, float]
) -> None:
    frame = policy_rules.waterfall(*asked, maturity_months=6, **moved).frame
    rule = frame[frame["policy"] == "proposed"].set_index("rule_key").loc[rule_key]
    given = what_if.consequences(*asked, maturity_months=6, **moved).frame.iloc[1]
    without = what_if.consequences(*asked, maturity_months=6, **moved | {rule_key: BY_KEY[rule_key].loosest}).frame
    assert without["approved_count"].iloc[1] == given["approved_count"] + rule["unique_count"]
    for name in ("margin_low_fen", "margin_fen", "margin_high_fen"):
        assert without[name].iloc[1] - given[name] == pytest.approx(rule[name], abs=0.01)
