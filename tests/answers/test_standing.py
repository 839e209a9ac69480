"""The loans behind a bucket, and behind a move between two, on the dozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import standing
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_in_october_two_loans_are_one_and_two_months_late(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    listed = standing.loans(scope, fetch, "M2").frame
    assert listed["loan_id"].tolist() == ["L11"]
    assert standing.loans(scope, fetch, "M3").frame[["loan_id", "dpd_days"]].values.tolist() == [["L12", 82]]
    assert standing.count(scope, fetch, "M2").frame["balance_fen"].iloc[0] == 5_000_00


def test_a_move_is_of_the_loans_that_stood_there_a_month_before(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    june = date(2024, 6, 1)
    assert standing.loans(scope, fetch, "C", "M2", june).frame["loan_id"].tolist() == ["L04"]
    assert standing.count(scope, fetch, "C", "M1", june).frame["loans"].iloc[0] == 0


def test_a_window_lists_a_loan_once_a_month(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    rows = standing.loans(scope, fetch, "C", "C", window_months=3).frame
    # In August L07 to L11; in September and October L08 and L10 alone.
    assert sorted(rows["loan_id"]) == ["L07", *["L08"] * 3, "L09", *["L10"] * 3, "L11"]
    assert standing.count(scope, fetch, "C", "C", window_months=3).frame["loans"].iloc[0] == len(rows)


def test_who_left_is_listed_by_what_it_owed_before(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    august = standing.count(scope, fetch, "WO", month=date(2024, 8, 1)).frame.iloc[0]
    assert (august["loans"], august["opening_fen"], august["balance_fen"]) == (1, 6_000_00, 0)


def test_no_month_after_the_as_of_month_is_told(scope_of: Scopes, fetch_as: Ask) -> None:
    july = replace(scope_of(), as_of_month=date(2024, 7, 1))
    assert standing.count(july, fetch_as("manager"), "WO", month=date(2024, 8, 1)).frame["loans"].iloc[0] == 0


@pytest.mark.parametrize("wrong", [{"state": "M9"}, {"state": "C", "prev_state": "PAID"}, {"state": "C", "page": 0}])
def test_what_is_no_state_is_refused(scope_of: Scopes, fetch_as: Ask, wrong: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        standing.loans(scope_of(), fetch_as("manager"), **wrong)  # type: ignore[arg-type]


def test_the_list_shows_no_applicant_and_no_person(scope_of: Scopes, fetch_as: Ask) -> None:
    columns = set(standing.loans(scope_of(), fetch_as("manager"), "C").frame.columns)
    assert columns.isdisjoint({"application_id", "customer_id"})
