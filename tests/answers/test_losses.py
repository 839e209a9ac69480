"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import losses, overview
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _at(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_the_net_loss_of_three_months_to_october_on_the_mean_book(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.annual(scope_of(), fetch_as("manager")).frame
    october = _at(found, month=pd.Timestamp("2024-10-01"), window_months=3)
    # 6 lost in Aug and 4 in Sep; 0.1 and 0.4 back in Sep, 0.3 in Oct; mean books (44 + 32) / 2, (32 + 24) / 2, 23.
    assert (october["lost"] / K, october["recovered"] / K) == (10, pytest.approx(0.8))
    assert october["mean_book"] / K == pytest.approx((38 + 28 + 23) / 3)
    assert october["rate"] == pytest.approx(12 * 9.2 / 89)
    assert october["gross_rate"] == pytest.approx(12 * 10 / 89)
    assert (october["lost_loans"], october["is_small"]) == (2, True)


def test_more_back_than_lost_in_a_month_is_a_negative_loss(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.annual(scope_of(), fetch_as("manager")).frame
    assert _at(found, month=pd.Timestamp("2024-10-01"), window_months=1)["rate"] == pytest.approx(12 * -0.3 / 23)


def test_a_window_that_begins_before_the_book_is_absent(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.annual(scope_of(), fetch_as("manager")).frame
    # The first mean book is of February, so three months are whole in April and twelve never.
    assert found.groupby("window_months")["month"].min().dt.month.to_dict() == {1: 2, 3: 4}


def test_the_monthly_loss_is_that_of_the_front_page(scope_of: Scopes, fetch_as: Ask) -> None:
    september = replace(scope_of(), as_of_month=date(2024, 9, 1))
    front = overview.headline(september, fetch_as("manager")).frame.set_index("kpi").loc["loss", "value"]
    found = losses.annual(september, fetch_as("manager")).frame
    assert _at(found, month=pd.Timestamp("2024-09-01"), window_months=1)["rate"] == pytest.approx(front)


def test_by_count_one_of_eight_was_lost_in_august_with_its_interval(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.annual(scope_of(), fetch_as("manager"), basis="count").frame
    august = _at(found, month=pd.Timestamp("2024-08-01"), window_months=1)
    # Nine loans at the end of July, seven at the end of August: L02 was written off and L04 paid off.
    assert august["rate"] == pytest.approx(12 * 1 / 8)
    # Wilson, one of eight: 2.24 % to 47.09 %.
    assert august["low_rate"] / 12 == pytest.approx(0.0224, abs=1e-4)
    assert august["high_rate"] / 12 == pytest.approx(0.4709, abs=1e-4)


def test_without_recoveries_the_loss_is_before_them(scope_of: Scopes, fetch_as: Ask) -> None:
    lacking = replace(scope_of(), lacks=frozenset({"recoveries"}))
    october = _at(losses.annual(lacking, fetch_as("manager")).frame, month=pd.Timestamp("2024-10-01"), window_months=3)
    assert october["gross_rate"] == pytest.approx(12 * 10 / 89)
    assert pd.isna(october["rate"])
    for answer in (losses.bridge, losses.severity, losses.cohorts, losses.expected):
        with pytest.raises(BookLacks, match="recoveries"):
            answer(lacking, fetch_as("manager"))


def test_six_of_forty_defaulted_in_may(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.defaults(scope_of(), fetch_as("manager")).frame
    may = _at(found, month=pd.Timestamp("2024-05-01"))
    # L02 passes 90 days with 6; the book of April is 40, all of it at most 90 days past due.
    assert (may["defaulted"] / K, may["performing"] / K) == (6, 40)
    assert may["mdr_rate"] == pytest.approx(0.15)
    assert may["cdr_rate"] == pytest.approx(1 - 0.85**12)
    # L06 passes 90 days in August with 4, of 38 performing in July: L02 is in default already. Its sale in
    # September, and L02's write-off, are no new defaults.
    august = _at(found, month=pd.Timestamp("2024-08-01"))
    assert (august["defaulted"] / K, august["performing"] / K) == (4, 38)
    assert found["defaulted_loans"].sum() == 2


def test_a_year_of_default_wants_twelve_months(scope_of: Scopes, fetch_as: Ask) -> None:
    assert losses.defaults(scope_of(), fetch_as("manager")).frame["cdr_year_rate"].isna().all()


def test_by_month_seven_the_first_quarter_has_lost_96_of_540_net(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.cohorts(scope_of(), fetch_as("manager"), mob=7).frame
    # L02's 6 in its month 7 and L06's 4 in its own, less 0.4 of the sale; L02's cash came later. Lent 15 + 15 + 24.
    quarter = _at(found, cohort=pd.Timestamp("2024-01-01"))
    assert (quarter["net_lost_fen"] / K, quarter["principal_fen"] / K) == (pytest.approx(9.6), 54)
    assert quarter["rate"] == pytest.approx(9.6 / 54)
    assert losses.cohorts(scope_of(), fetch_as("manager"), mob=8).frame.empty


def test_two_of_nine_lost_differ_from_none_of_three_by_no_more_than_chance(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.cohorts(scope_of(), fetch_as("manager"), mob=7, cohort="month").frame
    assert found["lost_loans"].tolist() == [1, 1, 0]
    # January: one of three against one of six.
    january = found.iloc[0]
    assert january["low_difference_rate"] < 0 < january["high_difference_rate"]
    assert january["others_rate"] == pytest.approx((4 - 0.4) / 39)
    alone = losses.cohorts(scope_of(), fetch_as("manager"), mob=7).frame.iloc[0]
    assert pd.isna(alone["low_difference_rate"])


def test_the_loss_of_january_and_february_over_three_denominators(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    matured = losses.matured(scope, fetch).frame
    # March still has 5 of L08. Month-ends add up to 21 + 42 + 5 of L01 to L03 and 24 + 6 + 31 of L04 to L06.
    assert matured["opened_month"].dt.month.tolist() == [1, 2]
    assert (matured["balance_fen"] / K).tolist() == [68, 61]
    assert (matured["net_lost_fen"] / K).tolist() == [pytest.approx(5.6), pytest.approx(3.6)]
    rows = losses.bridge(scope, fetch).frame.set_index("bridge_row")
    assert rows.loc["original", "rate"] == pytest.approx(9.2 / 30)
    assert rows.loc["life", "years"] == pytest.approx(129 / 12 / 30)
    assert rows.loc["average_balance", "rate"] == pytest.approx(9.2 / (129 / 12))
    assert rows.loc["default_share", "rate"] == pytest.approx(10 / 30)
    assert rows.loc["at_default", "rate"] == pytest.approx(9.2 / 10)
    assert pd.isna(rows.loc["residual", "rate"])


def test_nothing_has_matured_while_the_oldest_cohort_owes(scope_of: Scopes, fetch_as: Ask) -> None:
    in_july = replace(scope_of(), as_of_month=date(2024, 7, 1))
    assert losses.matured(in_july, fetch_as("manager")).frame.empty
    assert losses.bridge(in_july, fetch_as("manager")).frame.empty


def test_severity_discounts_what_came_back_at_what_current_loans_paid(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    found = losses.severity(scope, fetch).frame.set_index("months_since")
    # On the day: 400 of the sale of 4,000. A month later L02 brought 100 less a fee of 20, discounted by a month: from
    # February to August loans current before and after paid 1,890 on 148,000.
    assert found.loc[0, "severity_rate"] == pytest.approx(1 - 400 / 10_000)
    assert found.loc[1, "severity_rate"] == pytest.approx(1 - (400 + 80 / (1 + 1_890 / 148_000)) / 10_000)
    assert found.loc[1, "undiscounted_rate"] == pytest.approx(1 - 480 / 10_000)
    # Two months after the loss only L02's has been seen; two cohorts say nothing about a spread.
    assert found.loc[2, ["cohorts", "lost_loans"]].tolist() == [1, 1]
    assert found["low_rate"].isna().all()
    own = losses.severity_by_cohort(scope, fetch, after_months=1).frame
    assert own["undiscounted_rate"].tolist() == pytest.approx([1 - 80 / 6_000, 1 - 400 / 4_000])


def test_without_interest_nothing_is_discounted(scope_of: Scopes, fetch_as: Ask) -> None:
    fetch = fetch_as("manager")

    def no_interest(question: object) -> pd.DataFrame:
        frame = fetch(question)  # type: ignore[arg-type]
        return frame.assign(interest_fen=0) if "interest_fen" in frame else frame

    found = losses.severity(scope_of(), no_interest).frame
    assert found["severity_rate"].tolist() == pytest.approx(found["undiscounted_rate"].tolist())


def test_a_book_of_ten_months_expects_nothing_yet(scope_of: Scopes, fetch_as: Ask) -> None:
    found = losses.expected(scope_of(), fetch_as("manager")).frame
    assert found["month"].tolist() == list(pd.date_range("2024-01-01", "2024-10-01", freq="MS"))
    assert found["exposure_fen"].iloc[-1] / K == 22
    assert found[["expected_rate", "realised_rate"]].isna().all(axis=None)


def test_what_is_not_there_is_named(scope_of: Scopes, fetch_as: Ask) -> None:
    fetch = fetch_as("manager")
    with pytest.raises(BookLacks, match="write_offs"):
        losses.annual(replace(scope_of(), lacks=frozenset({"write_offs"})), fetch)
    with pytest.raises(BookLacks, match="amounts"):
        losses.bridge(replace(scope_of(), lacks=frozenset({"amounts"})), fetch)
    with pytest.raises(EmptyScope):
        losses.defaults(replace(scope_of(), channel=("NA",)), fetch)
    with pytest.raises(BadArgument, match="months"):
        losses.annual(scope_of(), fetch, months=0)
