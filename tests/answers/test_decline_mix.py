"""Reasons of the dozen, counted by hand: eleven decisions, submitted to April; scores and Zhima in test_what_if."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from jiebei_dash.answers import decline_mix
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope

STRICTER = {"score_floor": 600.0, "zhima_floor": 640.0}


@pytest.fixture
def asked(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def counts(frame: pd.DataFrame, policy: str) -> dict[str, tuple[int, int, int]]:
    rows = frame[frame["policy"] == policy]
    found = rows[["reason", "main_count", "any_count", "sole_count"]].itertuples(index=False)
    return {str(key): (main, hit, sole) for key, main, hit, sole in found if hit}


def test_the_first_rule_hit_is_the_main_reason(asked: tuple[Scope, Fetch]) -> None:
    frame = decline_mix.reasons(*asked, maturity_months=6, **STRICTER).frame
    # D13: Zhima and eight other lenders; D02 and D14: the score
    assert counts(frame, "today") == {
        "zhima_floor": (1, 1, 0),
        "other_lenders_cap": (0, 1, 0),
        "score_floor": (2, 2, 2),
    }
    # Below 640: D02, D04, D13, D14; below 600 points: D02, D06, D13, D14. D04 alone by Zhima, D06 alone by its score.
    assert counts(frame, "proposed") == {
        "zhima_floor": (4, 4, 1), "other_lenders_cap": (0, 1, 0), "score_floor": (1, 4, 1),
    }  # fmt: skip


@pytest.mark.parametrize("thresholds", [{}, STRICTER, {"score_floor": 560.0}, {"dti_cap": 0.2}])
def test_main_reasons_add_up_to_the_declined(asked: tuple[Scope, Fetch], thresholds: dict[str, float]) -> None:
    frame = decline_mix.reasons(*asked, maturity_months=6, **thresholds).frame
    for _, rows in frame.groupby("policy"):
        assert rows["main_count"].sum() == rows["declined_count"].iloc[0] > 0
        assert rows["main_rate"].sum() == pytest.approx(1)
        assert (rows["sole_count"] <= rows["main_count"]).all()
        assert (rows["main_count"] <= rows["any_count"]).all()


def test_a_looser_draft_leaves_one_reason_and_small_numbers_are_marked(asked: tuple[Scope, Fetch]) -> None:
    frame = decline_mix.reasons(*asked, maturity_months=6, score_floor=560.0).frame.set_index(["reason", "policy"])
    zhima = frame.loc[("zhima_floor", "proposed")]
    assert (zhima["declined_count"], zhima["main_rate"], zhima["change_count"]) == (1, 1.0, 0)
    assert zhima["change_rate"] == pytest.approx(1 - 1 / 3)
    assert zhima["is_small"]
    score = frame.loc[("score_floor", "proposed")]
    assert (score["main_count"], score["change_count"]) == (0, -2)


def test_without_a_change_nothing_moves(asked: tuple[Scope, Fetch]) -> None:
    frame = decline_mix.reasons(*asked, maturity_months=6).frame
    proposed = frame[frame["policy"] == "proposed"]
    assert (proposed[["change_count", "change_rate", "change_low_rate", "change_high_rate"]] == 0).all().all()


def test_a_draft_that_declines_nobody_has_no_shares(asked: tuple[Scope, Fetch]) -> None:
    loosest = {"score_floor": 500.0, "zhima_floor": 350.0, "other_lenders_cap": 20.0}
    frame = decline_mix.reasons(*asked, maturity_months=6, **loosest).frame
    proposed = frame[frame["policy"] == "proposed"]
    assert proposed["declined_count"].eq(0).all()
    assert proposed[["main_rate", "low_rate", "change_rate"]].isna().all().all()


def test_the_order_is_the_policy_s_own() -> None:
    policy = make_policy({}).ordered(["score_floor", "dti_cap"])
    assert decline_mix.order_of(policy)[:3] == ["score_floor", "dti_cap", "zhima_floor"]
    assert sorted(decline_mix.order_of(policy)) == sorted(decline_mix.KEYS)


def test_an_empty_scope_is_said(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch], empty_book: Book
) -> None:
    with pytest.raises(EmptyScope):
        decline_mix.reasons(scope_of("analyst", empty_book), fetch_as("analyst", empty_book))
