"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import delinquency
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, BorrowersTooNarrow, EmptyScope

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _at(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_june_has_fifteen_current_four_in_m1_four_in_m2_and_six_in_m5(scope_of: Scopes, fetch_as: Ask) -> None:
    june = delinquency.buckets(scope_of(), fetch_as("manager")).frame
    june = june[june["month"] == "2024-06-01"].set_index("state")
    assert (june["amount"] / K).to_dict() == {
        "C": 15, "M1": 4, "M2": 4, "M3": 0, "M4": 0, "M5": 6, "M6": 0, "M7+": 0,
    }  # fmt: skip
    assert june.loc["M5", "share_rate"] == pytest.approx(6 / 29)
    assert june["share_rate"].sum() == pytest.approx(1)


def test_by_count_june_has_seven_loans(scope_of: Scopes, fetch_as: Ask) -> None:
    june = delinquency.buckets(scope_of(), fetch_as("manager"), basis="count").frame
    june = june[june["month"] == "2024-06-01"]
    assert june["amount"].tolist() == [4, 1, 1, 0, 0, 1, 0, 0]


def test_thirty_plus_in_june_is_ten_of_twenty_nine_and_lagged_ten_of_forty(scope_of: Scopes, fetch_as: Ask) -> None:
    rates = delinquency.rates(scope_of(), fetch_as("manager")).frame
    june = _at(rates, month=pd.Timestamp("2024-06-01"), past_due_days=30)
    assert june["rate"] == pytest.approx(10 / 29)
    assert june["lagged_rate"] == pytest.approx(10 / 40)
    ninety = _at(rates, month=pd.Timestamp("2024-06-01"), past_due_days=90)
    assert ninety["rate"] == pytest.approx(6 / 29)
    assert ninety["lagged_rate"] == pytest.approx(6 / 28)


def test_a_lagged_base_before_the_first_month_is_unknown(scope_of: Scopes, fetch_as: Ask) -> None:
    rates = delinquency.rates(scope_of(), fetch_as("manager")).frame
    assert pd.isna(_at(rates, month=pd.Timestamp("2024-02-01"), past_due_days=30)["lagged_rate"])


def test_a_scope_of_one_channel_holds_the_bridge_to_it(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), channel=("HOME",))
    found = delinquency.rates(scope, fetch_as("manager")).frame
    assert found[found["month"] == "2024-10-01"]["late"].tolist() == [0, 0, 0]


def test_what_the_book_lacks_is_named(scope_of: Scopes, fetch_as: Ask) -> None:
    no_amounts = replace(scope_of(), lacks=frozenset({"amounts"}))
    with pytest.raises(BookLacks, match="amounts"):
        delinquency.buckets(no_amounts, fetch_as("manager"))
    assert len(delinquency.buckets(no_amounts, fetch_as("manager"), basis="count").frame) == 80


def test_an_empty_book_and_an_unknown_argument_are_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        delinquency.buckets(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(BadArgument):
        delinquency.buckets(scope_of(), fetch_as("manager"), months=0)


def test_one_plus_in_june_is_fourteen_of_twenty_nine(scope_of: Scopes, fetch_as: Ask) -> None:
    june = _at(delinquency.one_plus(scope_of(), fetch_as("manager")).frame, month=pd.Timestamp("2024-06-01"))
    assert june[["late_fen", "book_fen"]].tolist() == [14 * K, 29 * K]
    assert june["rate"] == pytest.approx(14 / 29)
    june = _at(delinquency.one_plus(scope_of(), fetch_as("manager"), "count").frame, month=pd.Timestamp("2024-06-01"))
    assert june[["late", "loans", "is_small"]].tolist() == [3, 7, True]
    # Wilson, 3 of 7.
    assert june[["low_rate", "high_rate"]].tolist() == pytest.approx([0.1582, 0.7495], abs=1e-4)


def test_overdue_in_june_are_nine_instalments_and_not_the_whole_principal(scope_of: Scopes, fetch_as: Ask) -> None:
    found = delinquency.overdue_amount(scope_of(), fetch_as("manager")).frame
    june = _at(found, month=pd.Timestamp("2024-06-01"))
    # L02 owes five of 1,060, L06 two, L09 one: not the 14,000 of principal that is late.
    assert june[["overdue_fen", "book_fen", "loans"]].tolist() == [8 * 1_060_00, 29 * K, 7]
    assert june["rate"] == pytest.approx(8_480 / 29_000)


def test_a_borrower_of_two_loans_counts_once_in_the_bucket_of_the_worse(scope_of: Scopes, fetch_as: Ask) -> None:
    october = _at(delinquency.borrowers(scope_of(), fetch_as("manager")).frame, month=pd.Timestamp("2024-10-01"))
    # L08 and L11 are of one person, L11 in M2; L10 is current, L12 in M3: three people, two of them late.
    assert october[["late", "borrowers", "is_small"]].tolist() == [2, 3, True]
    assert october["rate"] == pytest.approx(2 / 3)
    july = _at(delinquency.borrowers(scope_of(), fetch_as("manager")).frame, month=pd.Timestamp("2024-07-01"))
    # L01 is paid off. L02, L04, L06, L07, L08 with L11, L09, L10, L12: eight, of them L02 and L06 late.
    assert july[["late", "borrowers"]].tolist() == [2, 8]
    flexible = replace(scope_of(), product_class=("JB_FLEX",))
    only = _at(delinquency.borrowers(flexible, fetch_as("manager")).frame, month=pd.Timestamp("2024-10-01"))
    assert only[["late", "borrowers"]].tolist() == [1, 1]
    home = replace(scope_of(), term_months=(12,))
    # Of 12 months' term are L08 and L10 alone: here K08 is current.
    only = _at(delinquency.borrowers(home, fetch_as("manager")).frame, month=pd.Timestamp("2024-10-01"))
    assert only[["late", "borrowers"]].tolist() == [0, 2]


@pytest.mark.parametrize(
    "narrow",
    [
        {"channel": ("HOME", "RECALL")},
        {"channel": ("HOME",), "product_class": ("JB_STD",)},
        {"opened_from": date(2024, 2, 1)},
    ],
)
def test_borrowers_are_not_counted_where_they_do_not_add_up(
    scope_of: Scopes, fetch_as: Ask, narrow: dict[str, object]
) -> None:
    with pytest.raises(BorrowersTooNarrow):
        delinquency.borrowers(replace(scope_of(), **narrow), fetch_as("manager"))  # type: ignore[arg-type]


@pytest.mark.parametrize("lacking", ["borrowers", "overdue_amounts", "amounts"])
def test_a_basis_that_the_book_lacks_is_named(scope_of: Scopes, fetch_as: Ask, lacking: str) -> None:
    scope = replace(scope_of(), lacks=frozenset({lacking}))
    asked = {"borrowers": delinquency.borrowers, "overdue_amounts": delinquency.overdue_amount}
    with pytest.raises(BookLacks) as caught:
        asked.get(lacking, delinquency.one_plus)(scope, fetch_as("manager"))
    assert caught.value.facts["capability"] == lacking
