"""The dozen in two windows: base November to January (A01, A02, A03, A05, A13), recent February to April."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import mix
from jiebei_dash.answers.two_windows import windows
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.terms import MIXES

Asked = tuple[Scope, Fetch]
TWO = {"maturity_months": 6, "window_months": 3, "months_before": 3}


@pytest.fixture
def asked(scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]) -> Asked:
    return scope_of("analyst"), fetch_as("analyst")


def test_loans_seen_of_both_windows_are_judged(asked: Asked) -> None:
    found = mix.ks(*asked, **TWO).frame.set_index(["power", "ks_mark"])
    # L02 (584 points) is bad of four; L04 (600) and L06 (598) are of five: all lie below every good one.
    assert found.loc[("KS", "BASE"), ["value_rate", "loan_count", "bad_count"]].tolist() == [1.0, 4, 1]
    assert found.loc[("KS", "RECENT"), ["value_rate", "loan_count", "bad_count"]].tolist() == [1.0, 5, 2]
    assert found.loc[("AUC", "WHOLE"), "value_rate"] == 0
    assert found["is_few"].all()


def test_cells_too_small_are_one(asked: Asked) -> None:
    found = mix.cells(*asked, **TWO).frame
    assert found[["channel", "base_count", "recent_count", "weight"]].to_numpy().tolist() == [["ALL", 4, 5, 1.0]]


def test_an_input_is_binned_on_the_base_among_all_decided(asked: Asked) -> None:
    frame = mix.bins(*asked, **TWO).frame
    found = frame[frame["feature"] == "zhima_score"]
    # Base 560 620 680 720 730; recent 610 615, 640 660, 690, none, 780
    assert found["base_count"].tolist() == [1, 1, 1, 1, 1]
    assert found["recent_count"].tolist() == [2, 2, 1, 0, 1]
    assert found["from_value"].tolist()[1:] == [620, 680, 720, 730]
    assert found["below_value"].tolist()[:4] == [620, 680, 720, 730]
    assert math.isnan(found["from_value"].iloc[0]) and math.isnan(found["below_value"].iloc[4])


def test_how_far_it_moved_and_what_that_did_to_approvals(asked: Asked) -> None:
    frame = mix.drift(*asked, **TWO).frame.set_index("feature")
    row = frame.loc["zhima_score"]
    third, sixth, half = 1 / 3 - 0.2, 1 / 6 - 0.2, 1 / 12 - 0.2
    expected = 2 * third * math.log(5 / 3) + 2 * sixth * math.log(5 / 6) + half * math.log(5 / 12)
    assert row["psi"] == pytest.approx(expected)
    assert row["psi_chance"] == pytest.approx(4 * (1 / 5 + 1 / 6))
    assert row["drift"] == "CHANCE"
    # All but the lowest bin were approved in the base.
    assert row["approval_change_rate"] == pytest.approx(4 / 6 - 4 / 5)
    assert (row["base_approval_rate"], row["recent_approval_rate"]) == (pytest.approx(4 / 5), pytest.approx(5 / 6))
    assert frame.index[0] == "score_points"


@pytest.mark.parametrize("held", MIXES)
def test_the_same_window_twice_has_moved_in_nothing(asked: Asked, held: str) -> None:
    same = {"maturity_months": 6, "window_months": 6, "months_before": 0}
    parts = mix.ks(*asked, **same, mix=held).frame.set_index("ks_mark").loc[["MIX", "REAL", "WHOLE"]]  # type: ignore[arg-type]
    assert parts["value_rate"].abs().max() == pytest.approx(0, abs=1e-12)
    moved = mix.drift(*asked, **same).frame
    assert (moved["psi"] == 0).all() and (moved["approval_change_rate"] == 0).all()


def test_both_windows_are_held_to_the_model_that_they_share(asked: Asked) -> None:
    both = windows(*asked, **TWO)
    assert both.model_version == "EXPERT-1" and not both.other_versions
    assert [f"{month:%m}" for month in (*both.base_months, *both.recent_months)] == ["01", "02", "03"]


def scored(*months: tuple[int, str | None, int]) -> pd.DataFrame:
    rows = [(pd.Timestamp(2024, month, 1), version, count) for month, version, count in months]
    return pd.DataFrame(rows, columns=["submitted_month", "model_version", "decided_count"])


def test_months_that_two_models_scored_or_nobody_knows_who_are_left_out(asked: Asked) -> None:
    base = scored((1, "A1", 50), (2, "A1", 20), (2, "A2", 30), (3, "A2", 40))
    recent = scored((4, "A2", 60), (5, "A2", 10), (5, None, 1), (6, "A3", 90))
    answers = iter([base, recent])
    both = windows(asked[0], lambda _: next(answers), **TWO)
    assert (both.model_version, both.other_versions) == ("A2", ("A1", "A3"))
    assert [month.month for month in both.base_months] == [3]
    assert [month.month for month in both.recent_months] == [4]


def test_without_a_model_in_common_all_months_are_taken(asked: Asked) -> None:
    answers = iter([scored((1, "A1", 50)), scored((4, "A2", 60), (5, None, 1))])
    both = windows(asked[0], lambda _: next(answers), **TWO)
    assert (both.model_version, both.other_versions) == ("", ("A1", "A2"))
    assert [month.month for month in both.recent_months] == [4, 5]


def test_windows_that_overlap_or_are_too_young_are_refused(asked: Asked) -> None:
    with pytest.raises(BadArgument):
        mix.drift(*asked, maturity_months=6, window_months=6, months_before=3)
    with pytest.raises(BadArgument):
        mix.ks(*asked, maturity_months=5)
    with pytest.raises(BadArgument):
        mix.ks(*asked, **TWO, mix="score")  # type: ignore[arg-type]
    # No outcome is needed to see whether an input moved.
    assert len(mix.drift(*asked, maturity_months=3, window_months=3, months_before=3).frame) == 13


def test_a_window_without_decisions_is_said(asked: Asked) -> None:
    with pytest.raises(EmptyScope):
        mix.ks(*asked)


MOVED = {
    "zhima_score", "other_lender_count", "bureau_query_count", "bureau_overdue_count", "card_utilisation_rate",
    "dti_rate", "account_age_months",
}  # fmt: skip
"""Inputs of the sample that are made from the factors that ``credit_drift_lines`` and ``hunger_drift_lines`` move."""


def test_the_inputs_that_the_calibration_moves_are_found_and_no_others(
    small_book: Book, scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    # Within one channel the partner platform, which differs in every input, changes no mix.
    scope = replace(scope_of("analyst", small_book), channel=("HOME",))
    frame = mix.drift(scope, fetch_as("analyst", small_book), months_before=24).frame.set_index("feature")
    assert set(frame.index[1:8]) == MOVED
    assert frame.index[1] == "zhima_score"
    assert (frame.loc[list(MOVED), "psi"] > frame.loc[list(MOVED), "psi_limit"]).all()
    still = frame.loc[[key for key in frame.index[1:] if key not in MOVED]]
    assert (still["psi"] < 2 * still["psi_limit"]).all()
    # The lines begin in June 2023: a year before, nothing had moved.
    calm = replace(scope, as_of_month=date(2022, 8, 1))
    before = mix.drift(calm, fetch_as("analyst", small_book)).frame
    assert (before["psi"] < 2 * before["psi_limit"]).all()
