"""One drawdown of the dozen, month by month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import loan
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import LoanNotFound

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]
JANUARY = date(2024, 1, 1)


def test_a_lost_loan_has_its_months_and_what_came_after(scope_of: Scopes, fetch_as: Ask) -> None:
    history = loan.history(scope_of(), fetch_as("manager"), "L02", JANUARY).frame
    assert history["state"].tolist()[:8] == ["C", "M1", "M2", "M3", "M4", "M5", "M6", "WO"]
    assert history["state"].isna().tolist() == [False] * 8 + [True] * 2
    assert history["dpd_days"].tolist()[1:7] == [19, 50, 80, 111, 141, 172]
    assert history["recovered_fen"].tolist()[8:] == [100_00, 300_00]
    assert history["balance_fen"].tolist()[:8] == [6_000_00] * 7 + [0]


def test_what_came_later_than_the_as_of_month_is_not_told(scope_of: Scopes, fetch_as: Ask) -> None:
    july = replace(scope_of(), as_of_month=date(2024, 7, 1))
    facts = loan.facts(july, fetch_as("manager"), "L02", JANUARY).frame.iloc[0]
    assert pd.isna(facts["closed_state"])
    assert len(loan.history(july, fetch_as("manager"), "L02").frame) == 7


def test_a_filter_hides_no_loan_that_is_asked_for_by_number(scope_of: Scopes, fetch_as: Ask) -> None:
    elsewhere = replace(scope_of(), channel=("PARTNER",))
    assert loan.facts(elsewhere, fetch_as("manager"), "L01").frame["channel"].iloc[0] == "HOME"


def test_a_month_that_belongs_to_another_number_hides_nothing(scope_of: Scopes, fetch_as: Ask) -> None:
    found = loan.facts(scope_of(), fetch_as("manager"), "L10", JANUARY).frame
    assert found["opened_month"].iloc[0] == pd.Timestamp(2024, 7, 1)


@pytest.mark.parametrize("number", ["L99", "A01", "' OR 1=1 --"])
def test_a_number_that_is_no_drawdown_is_said(scope_of: Scopes, fetch_as: Ask, number: str) -> None:
    with pytest.raises(LoanNotFound):
        loan.history(scope_of(), fetch_as("manager"), number)


def test_a_loan_of_a_later_month_is_not_known_yet(scope_of: Scopes, fetch_as: Ask) -> None:
    february = replace(scope_of(), as_of_month=date(2024, 2, 1))
    with pytest.raises(LoanNotFound):
        loan.facts(february, fetch_as("manager"), "L10")


def test_a_loan_shows_no_applicant_and_no_person(scope_of: Scopes, fetch_as: Ask) -> None:
    columns = set(loan.facts(scope_of(), fetch_as("manager"), "L01").frame.columns)
    assert columns.isdisjoint({"application_id", "customer_id"})
