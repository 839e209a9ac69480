"""The dozen, submitted November 2023 to April 2024, six months matured by October: eleven decisions.

By score: D14 570, D02 584, D13 591 (Zhima 560, eight other lenders), D06 598, D04 600, D09 611, D08 618, D03 622, D01
640, D05 645, D07 655. Bad by month six: L02, L04, L06. D13 and D14 were declined; D02 was let in by lot.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.book.access import level_of
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.policy import declining_rule, make_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import NotAllowed
from jiebei_dash.queries import live
from jiebei_dash.queries.what_if import by_threshold, limits_granted, moved_cases, replayed, window_of

FACTORS = (1.0, 1.5, 2.5)
TODAY = make_policy({})
ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]


def test_the_window_is_twelve_months_and_ends_before_the_outcomes_are_known(scope_of: ScopeOf) -> None:
    window = window_of(scope_of("analyst"), 8)
    assert f"{window.first_month:%Y-%m} {window.last_month:%Y-%m}" == "2023-03 2024-02"
    assert f"{window.seen_to_month:%Y-%m}" == "2024-04"


def test_every_decision_of_the_window_is_counted_once(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    question = replayed(scope, window_of(scope, 6), TODAY, TODAY, 0.8, FACTORS)
    found = fetch_as("analyst")(question)
    counts = found.set_index(["today_approves", "proposed_approves", "outcome"])["decided_count"].to_dict()
    # D02 was let in below the floor, so today's policy declines it and its outcome is known all the same
    assert counts == {
        (True, True, "GOOD"): 6,
        (True, True, "BAD"): 2,
        (False, False, "BAD"): 1,
        (False, False, "DECLINED"): 2,
    }


def test_a_line_with_two_drawdowns_counts_once_and_by_its_first(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    # A08 drew L08, which is fine, and later L11, which went bad: the second must not show
    scope = scope_of("analyst")
    only = make_policy({"score_floor": 618, "zhima_floor": 690})
    window = window_of(scope, 6)
    found = fetch_as("analyst")(replayed(scope, window, only, only, 0.8, FACTORS))
    passing = found[found["today_approves"]]
    # D01, D05, D07, D08
    assert passing[["outcome", "decided_count"]].to_dict("list") == {"outcome": ["GOOD"], "decided_count": [4]}
    assert passing["requested_fen"].iloc[0] == 5_000_000


def test_a_loan_too_young_waits_and_a_line_not_drawn_is_no_loan(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    # three months before October: D10, D11 and D12 of July come in, with D17 and D18
    scope = scope_of("analyst")
    found = fetch_as("analyst")(replayed(scope, window_of(scope, 3), TODAY, TODAY, 0.8, FACTORS))
    counts = found.groupby("outcome")["decided_count"].sum().to_dict()
    assert counts == {"GOOD": 6, "BAD": 3, "DECLINED": 3, "NOT_DRAWN": 2, "WAITING": 2}


def test_the_factor_is_for_the_declined_alone(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    found = fetch_as("analyst")(replayed(scope, window_of(scope, 6), TODAY, TODAY, 0.8, FACTORS)).set_index("outcome")
    declined = found.loc["DECLINED"]
    # 591 and 570 points: odds of 30 halve for each 20 points below 600
    pds = [1 / (1 + 30 * 2 ** ((points - 600) / 20)) for points in (591, 570)]
    assert declined["pd_sum"] == pytest.approx(sum(pds))
    assert declined["bads_low_count"] == pytest.approx(sum(pds))
    assert declined["bads_high_count"] == pytest.approx(2.5 * sum(pds))
    assert declined["today_limit_fen"] == pytest.approx(2 * 0.8 * 1_000_000)
    assert declined["today_bads_high_fen"] == pytest.approx(2.5 * sum(pds) * 800_000)
    good = found.loc["GOOD"]
    assert good["bads_high_count"] == pytest.approx(good["pd_sum"])


def test_a_pd_times_a_factor_stays_below_one(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    found = fetch_as("analyst")(replayed(scope, window_of(scope, 6), TODAY, TODAY, 0.8, (1.0, 100.0, 100.0)))
    assert found.set_index("outcome").loc["DECLINED", "bads_high_count"] == 2.0


def test_a_lower_cap_trims_the_limit_of_the_proposal_alone(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    capped = TODAY.changed({"amount_cap": 5_000_00})
    found = fetch_as("analyst")(replayed(scope, window_of(scope, 6), TODAY, capped, 0.8, FACTORS))
    good = found[found["today_approves"]].groupby("outcome")[["today_limit_fen", "proposed_limit_fen"]].sum()
    # five lines of 8,000 and one of 18,000 yuan
    assert good.loc["GOOD"].to_list() == [5_800_000, 6 * 500_000]


def test_the_approved_got_most_of_what_they_asked_for(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    granted = fetch_as("analyst")(limits_granted(scope, window_of(scope, 6))).iloc[0]
    assert (granted["requested_fen"], granted["limit_fen"]) == (10_000_000, 8_200_000)


def test_each_applicant_stands_at_the_last_threshold_it_passes(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    rule = declining_rule("score_floor")
    question = by_threshold(scope, window_of(scope, 6), TODAY, rule, [580.0, 598.0, 600.0], FACTORS)
    found = fetch_as("analyst")(question).groupby("passed_count")["decided_count"].sum().to_dict()
    # 570 passes none, 584 the first, 598 two (a floor of 598 keeps 598), seven all; D13 fails other rules
    assert found == {0: 1, 1: 1, 2: 1, 3: 7}


def test_a_cap_is_swept_from_its_loosest_down(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    open_floor = TODAY.changed({"zhima_floor": 350, "score_floor": 500})
    rule = declining_rule("other_lenders_cap")
    question = by_threshold(scope, window_of(scope, 6), open_floor, rule, [20.0, 7.0, 1.0], FACTORS)
    found = fetch_as("analyst")(question).groupby("passed_count")["decided_count"].sum().to_dict()
    # D13 has eight; D02, D03, D06, D07, D14 two or three; D01, D04, D05, D08, D09 one or none
    assert found == {1: 1, 2: 5, 3: 5}


def test_the_scope_narrows_the_population(scope_of: ScopeOf, fetch_as: FetchAs) -> None:

    scope = replace(scope_of("analyst"), channel=("RECALL",))
    found = fetch_as("analyst")(replayed(scope, window_of(scope, 6), TODAY, TODAY, 0.8, FACTORS))
    assert found["decided_count"].sum() == 2


def test_the_moved_are_named_by_number_and_inputs_and_nothing_personal(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    window, proposed = window_of(scope, 6), TODAY.changed({"score_floor": 570, "zhima_floor": 620})
    into = moved_cases(scope, window, TODAY, proposed, "IN", 10)
    out = moved_cases(scope, window, TODAY, proposed, "OUT", 10)
    assert level_of(into.select) == "applicant"
    assert fetch_as("analyst")(into)["decision_id"].to_list() == ["D02"]
    assert fetch_as("analyst")(out)["decision_id"].to_list() == ["D04"]
    assert fetch_as("analyst")(into)["zhima_score"].to_list() == [620.0]


def test_a_manager_may_see_the_counts_and_not_the_cases(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("manager")
    window = window_of(scope, 6)
    assert level_of(replayed(scope, window, TODAY, TODAY, 0.8, FACTORS).select) == "sums"
    with pytest.raises(NotAllowed):
        fetch_as("manager")(moved_cases(scope, window, TODAY, TODAY, "IN", 10))


def test_the_live_policy_and_model_are_those_of_the_as_of_month(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope, fetch = scope_of("analyst"), fetch_as("analyst")
    assert fetch(live.policy(scope))["policy_version"].to_list() == ["P1"]
    assert fetch(live.model(scope))["model_version"].to_list() == ["EXPERT-1"]


def test_before_the_first_version_nothing_is_live(scope_of: ScopeOf, fetch_as: FetchAs) -> None:

    scope = replace(scope_of("analyst"), as_of_month=date(2023, 10, 1))
    assert fetch_as("analyst")(live.policy(scope)).empty
    assert fetch_as("analyst")(live.model(scope)).empty
