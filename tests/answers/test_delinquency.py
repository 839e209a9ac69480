"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from jiebei_dash.answers import delinquency
from jiebei_dash.book.engine import Book, Fetch
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
