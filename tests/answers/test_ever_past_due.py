"""Shares of loans ever past due, on the dozen.

Worst days by the end of October: L02 172, L06 113, L12 82, L04 and L11 51, L09 25; the other six never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import ever_past_due
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope

Scopes = Callable[..., Scope]
Fetches = Callable[..., Fetch]


def test_shares_count_the_worst_month_end_of_each_loan(scope_of: Scopes, fetch_as: Fetches) -> None:
    frame = ever_past_due.shares(scope_of("manager"), fetch_as("manager"), (0, 30, 60, 90, 120)).frame
    assert frame["past_due_count"].tolist() == [6, 5, 3, 2, 1]
    assert frame["loan_count"].tolist() == [12] * 5


def test_what_came_after_the_as_of_month_is_not_known(scope_of: Scopes, fetch_as: Fetches) -> None:
    """At the end of April L02 is 80 days past due and L04 20; nine loans are open."""
    scope = replace(scope_of("manager"), as_of_month=date(2024, 4, 1))
    frame = ever_past_due.shares(scope, fetch_as("manager"), (0, 30, 60)).frame
    assert frame["past_due_count"].tolist() == [2, 1, 1]
    assert frame["loan_count"].tolist() == [9] * 3


def test_a_cohort_is_cumulated_over_all_its_loans(scope_of: Scopes, fetch_as: Fetches) -> None:
    """July: L12 is more than 30 days past due at age 2, L11 at age 3, L10 never."""
    frame = ever_past_due.by_age(scope_of("manager"), fetch_as("manager"), 30).frame
    july = frame[frame["opened_month"] == "2024-07-01"]
    assert july["mob"].tolist() == [0, 1, 2, 3]
    assert july["past_due_count"].tolist() == [0, 0, 1, 2]
    assert july["loan_count"].tolist() == [3] * 4


def test_a_loan_observed_too_briefly_leaves_the_numerator_alone(scope_of: Scopes, fetch_as: Fetches) -> None:
    """February: L04 (last age 6) and L06 (last age 7) are past due at ages 3 and 4; over 6 months only L06 counts."""
    frame = ever_past_due.by_age(scope_of("manager"), fetch_as("manager"), 30, observed_over_months=6).frame
    february = frame[(frame["opened_month"] == "2024-02-01") & (frame["mob"] == 8)]
    assert february["past_due_count"].tolist() == [1]
    assert february["loan_count"].tolist() == [3]


def test_a_milestone_after_the_as_of_month_is_not_yet_one(scope_of: Scopes, fetch_as: Fetches) -> None:
    scope = replace(scope_of("manager"), as_of_month=date(2024, 4, 1))
    frame = ever_past_due.by_age(scope, fetch_as("manager"), 30).frame
    assert frame.groupby("opened_month")["past_due_count"].max().tolist() == [1, 0, 0]


def test_days_without_a_milestone_are_refused(scope_of: Scopes, fetch_as: Fetches) -> None:
    with pytest.raises(BadArgument):
        ever_past_due.by_age(scope_of("manager"), fetch_as("manager"), 45)


def test_an_empty_book_has_no_share(scope_of: Scopes, fetch_as: Fetches, empty_book: Book) -> None:
    for answer in (ever_past_due.shares, ever_past_due.by_age):
        with pytest.raises(EmptyScope):
            answer(scope_of("manager", empty_book), fetch_as("manager", empty_book))
