"""The dozen as arms: eleven lines approved by the policy, D02 by lot against the score floor, D17 by hand.

Of the eleven ten were drawn (A12 was not), eight of them by April and so matured in October: L01, L03 to L09; L04 and
L06 went bad. L02 was let in by lot and went bad; A17 was not drawn.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import arms, experiment
from jiebei_dash.book.access import level_of
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope, NothingMatured, OneArm
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.queries import experiment as queries

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
COUNTS = ["approved_count", "drawn_count", "matured_count", "bad_count"]


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def counted(frame: pd.DataFrame) -> dict[str, list[int]]:
    return {row["arm"]: [row[name] for name in COUNTS] for row in frame.to_dict("records")}


def test_the_lanes_of_the_dozen(asked: tuple[Scope, Fetch]) -> None:
    frame = experiment.read_out(*asked).frame
    assert counted(frame) == {"POLICY": [11, 10, 8, 2], "LOT": [1, 1, 1, 1], "OVERRIDE": [1, 0, 0, 0]}
    policy, lot, override = frame.to_dict("records")
    assert policy["bad_rate"] == 0.25
    assert (policy["low_rate"], policy["high_rate"]) == wilson(2, 8)
    assert lot["difference_rate"] == 0.75
    assert (lot["difference_low_rate"], lot["difference_high_rate"]) == difference(1, 1, 2, 8)
    assert math.isnan(override["bad_rate"])
    assert frame["is_small"].all()


def test_a_read_out_is_complete_six_months_after_its_newest_cohort(asked: tuple[Scope, Fetch]) -> None:
    # L02 was opened in January, L10 and L12 in July
    frame = experiment.read_out(*asked).frame
    assert frame["last_opened_month"].tolist()[:2] == [pd.Timestamp("2024-07-01"), pd.Timestamp("2024-01-01")]
    assert frame["ready_month"].tolist()[:2] == [pd.Timestamp("2025-01-01"), pd.Timestamp("2024-07-01")]
    assert frame["ready_month"].isna().tolist() == [False, False, True]


def test_what_was_approved_against_the_policy_stands_by_its_rule(asked: tuple[Scope, Fetch]) -> None:
    frame = experiment.by_rule(*asked).frame
    assert frame[["arm", "rule_key", *COUNTS]].to_numpy().tolist() == [
        ["LOT", "score_floor", 1, 1, 1, 1],
        ["OVERRIDE", "dti_cap", 1, 0, 0, 0],
    ]
    assert frame["bad_rate"].isna().all()


def test_channels_are_arms_of_what_the_policy_approved(asked: tuple[Scope, Fetch]) -> None:
    frame = experiment.read_out(*asked, by="channel", champion="RECALL").frame
    assert counted(frame) == {
        "HOME": [7, 6, 5, 0],
        "CHECKOUT": [1, 1, 1, 0],
        "RECALL": [1, 1, 1, 1],
        "PARTNER": [2, 2, 1, 1],
    }
    assert frame.set_index("arm").loc["HOME", "difference_rate"] == -1.0


def test_arms_made_otherwise_are_the_same_lines(asked: tuple[Scope, Fetch]) -> None:
    whole = experiment.read_out(*asked).frame.set_index("arm").loc["POLICY", COUNTS].tolist()
    for by in ("channel", "policy_version"):
        assert experiment.read_out(*asked, by=by).frame[COUNTS].sum().tolist() == whole  # type: ignore[arg-type]


def test_a_month_end_earlier_fewer_have_matured(asked: tuple[Scope, Fetch]) -> None:
    # By August January and February had closed month six: L01, L03, L04, L05, L06 and L02
    scope, fetch = asked
    frame = experiment.read_out(replace(scope, as_of_month=date(2024, 8, 1)), fetch).frame
    assert counted(frame) == {"POLICY": [11, 10, 5, 2], "LOT": [1, 1, 1, 1], "OVERRIDE": [1, 0, 0, 0]}


def test_a_window_leaves_out_what_was_submitted_before_but_not_its_inflow(asked: tuple[Scope, Fetch]) -> None:
    # Since July: A10, A11 and A12; ten first drawdowns of the policy in the twelve months
    frame = experiment.read_out(*asked, months=4).frame
    assert counted(frame)["POLICY"] == [3, 2, 0, 0]
    assert frame["opened_month_count"].tolist() == pytest.approx([10 / 12, 1 / 12, 0])


def test_the_plan_starts_from_the_champions_rate_and_the_present_inflow(asked: tuple[Scope, Fetch]) -> None:
    row = experiment.plan(*asked, difference_rate=0.25, looks=1, power_rate=0.9).frame.iloc[0]
    # 25% against 50%, the mirror of 50% against 75%: 76.7 loans an arm; eleven drawdowns in twelve months
    assert row["champion_rate"] == 0.25
    assert (row["challenger_count"], row["total_count"]) == (77, 154)
    assert row["opened_month_count"] == pytest.approx(11 / 12)
    assert row["fill_months"] == 168
    assert row["after_months"] == 174
    assert row["lane_after_months"] == 77 * 12 + 6


def test_a_rate_that_was_said_needs_no_matured_loan(asked: tuple[Scope, Fetch]) -> None:
    young = (replace(asked[0], as_of_month=date(2024, 6, 1)), asked[1])
    with pytest.raises(NothingMatured):
        experiment.plan(*young)
    looks = experiment.looks(*young, champion_rate=0.05, difference_rate=0.05, looks=2).frame
    assert looks["challenger_count"].tolist() == [219, 437]
    curve = experiment.power_curve(*young, champion_rate=0.05, difference_rate=0.05, looks=1).frame
    assert curve["challenger_count"].iloc[-1] == 870


def test_a_dozen_is_too_few_to_judge(asked: tuple[Scope, Fetch]) -> None:
    row = experiment.verdict(*asked, difference_rate=0.25, power_rate=0.9, looks=1).frame.iloc[0]
    assert (row["challenger"], row["champion"], row["verdict"]) == ("LOT", "POLICY", "TOO_FEW")
    # 1 / (1/1 + 1/8) of 77 / 2
    assert row["information_rate"] == pytest.approx(8 / 9 / 38.5)
    # 3 of 9 bad together: 0.75 / root(2/9 * 9/8)
    assert row["z"] == pytest.approx(0.75 / 0.5)


def test_one_version_is_no_comparison(asked: tuple[Scope, Fetch]) -> None:
    assert counted(experiment.read_out(*asked, by="policy_version").frame) == {"P1": [11, 10, 8, 2]}
    with pytest.raises(OneArm):
        experiment.verdict(*asked, by="policy_version")


@pytest.mark.parametrize(
    "said",
    [
        {"difference_rate": 0.0},
        {"champion_rate": 0.02, "difference_rate": -0.02},
        {"champion_rate": 1.5},
        {"looks": 11.0},
        {"alpha": 0.05},
        {"champion": "HOME"},
        {"months": 0},
        {"by": "gender"},
    ],
)
def test_what_cannot_be_planned_is_refused(asked: tuple[Scope, Fetch], said: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        experiment.plan(*asked, **said)  # type: ignore[arg-type]


def test_an_arm_is_not_compared_with_itself(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(BadArgument):
        experiment.verdict(*asked, challenger="LOT", champion="LOT")


def test_a_book_without_declined_applicants_says_so(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(BookLacks):
        experiment.read_out(replace(asked[0], lacks=frozenset({"declined_applicants"})), asked[1])


def test_an_empty_book_has_no_arm(empty_book: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope = replace(scope_of("analyst", empty_book), lacks=frozenset())
    with pytest.raises(EmptyScope):
        experiment.read_out(scope, fetch_as("analyst", empty_book))


def test_the_arms_show_sums_alone(asked: tuple[Scope, Fetch]) -> None:
    for by in arms.BY:
        assert level_of(queries.arms(asked[0], date(2024, 1, 1), by).select) == "sums"


def test_an_auditor_may_read_it_without_the_log(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    answer = experiment.plan(scope_of("auditor"), fetch_as("auditor"), by="channel")
    assert [question.name for question in answer.questions] == ["experiment.arms", "experiment.arms"]
