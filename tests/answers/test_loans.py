"""The list behind a cell of the dozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import loans
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument

FEBRUARY = date(2024, 2, 1)
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_at_its_third_month_february_has_one_loan_past_due(scope_of: Scopes, fetch_as: Ask) -> None:
    row = loans.of_cell(scope_of(), fetch_as("manager"), FEBRUARY, 3).frame.iloc[0]
    assert (row["loan_id"], row["amount_fen"], row["state"], row["dpd_days"]) == ("L04", 5_000_00, "M2", 51)


def test_a_sold_loan_stays_in_the_list_with_what_was_lost(scope_of: Scopes, fetch_as: Ask) -> None:
    row = loans.of_cell(scope_of(), fetch_as("manager"), FEBRUARY, 8).frame.iloc[0]
    assert (row["loan_id"], row["amount_fen"], row["closed_state"]) == ("L06", 4_000_00, "SOLD")


def test_what_became_of_a_loan_after_the_as_of_month_is_not_shown(scope_of: Scopes, fetch_as: Ask) -> None:
    august = replace(scope_of(), as_of_month=date(2024, 8, 1))
    rows = loans.of_cell(august, fetch_as("manager"), FEBRUARY, 6, measure="ever").frame.set_index("loan_id")
    assert rows.loc["L04", "closed_state"] == "PAID"
    assert pd.isna(rows.loc["L06", "closed_state"])
    assert pd.isna(rows.loc["L06", "closed_month"])


def test_pages_do_not_overlap_and_end(scope_of: Scopes, fetch_as: Ask) -> None:
    key = {"opened_month": FEBRUARY, "mob": 8, "measure": "ever", "page_size": 1}
    pages = [loans.of_cell(scope_of(), fetch_as("manager"), page=page, **key).frame for page in (1, 2, 3)]
    assert [page["loan_id"].tolist() for page in pages] == [["L04"], ["L06"], []]


def test_the_list_shows_no_applicant_and_no_person(scope_of: Scopes, fetch_as: Ask) -> None:
    columns = set(loans.of_cell(scope_of(), fetch_as("manager"), FEBRUARY, 8).frame.columns)
    assert columns.isdisjoint({"application_id", "customer_id"})


def test_a_page_of_a_thousand_is_refused(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BadArgument):
        loans.of_cell(scope_of(), fetch_as("manager"), FEBRUARY, 8, page_size=1_000)


def test_a_cell_whose_month_end_has_not_closed_does_not_exist(scope_of: Scopes, fetch_as: Ask) -> None:
    july = date(2024, 7, 1)
    assert loans.count(scope_of(), fetch_as("manager"), july, 3).frame["loans"].iloc[0] >= 1
    for asked in (loans.count, loans.of_cell):
        with pytest.raises(BadArgument):
            asked(scope_of(), fetch_as("manager"), july, 4)
