"""Card clients of a bank in Taiwan through their mapping: six statuses side by side become months.

Source: UCI, "default of credit card clients" (Yeh and Lien 2009): 22.12 % default in the month after the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import func, select

from jiebei_dash import terms
from jiebei_dash.answers import delinquency, ever_past_due, vintages
from jiebei_dash.book import schema
from jiebei_dash.book.sums import sum_of
from jiebei_dash.errors import BookLacks
from tests.load.public import Loaded, brought_in, fen, needs_tapes, raw

pytestmark = needs_tapes
STATUSES = ["PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0"]
BILLS = [f"BILL_AMT{place}" for place in (6, 5, 4, 3, 2, 1)]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    with brought_in(tmp_path_factory.mktemp("taiwan"), "taiwan_cards") as loaded:
        yield loaded


def test_every_client_has_six_months(cards: Loaded) -> None:
    assert cards.told == [("customer", 30_000, 30_000, 0), ("loan_month", 180_000, 180_000, 0)]
    assert cards.report.rows == {"customer": 30_000, "loan_month": 180_000, "loan": 30_000}
    assert (cards.book.first_month, cards.book.last_closed_month) == (date(2005, 4, 1), date(2005, 9, 1))


def test_the_buckets_of_each_month_are_the_statuses_of_the_file(cards: Loaded) -> None:
    answer = delinquency.buckets(cards.scope(), cards.fetch, basis="count", months=6)
    file = raw("taiwan_card_2005")
    for month, column in zip(sorted(answer.frame["month"].unique()), STATUSES, strict=True):
        behind = file[column].clip(0, 7)
        told = [int((behind == place).sum()) for place in range(len(terms.BUCKETS))]
        assert answer.frame.loc[answer.frame["month"] == month, "amount"].tolist() == told


def test_bills_are_the_balance_and_what_the_bank_owes_is_none(cards: Loaded) -> None:
    months = schema.loan_month.c
    found = cards.ask(
        "balance",
        select(months.month, sum_of(months.balance_fen).label("balance")).group_by(months.month).order_by(months.month),
    )
    file = raw("taiwan_card_2005")
    assert found["balance"].tolist() == [fen(file[column].clip(lower=0)) for column in BILLS]


def test_ever_past_due_is_the_worst_of_the_six(cards: Loaded) -> None:
    answer = ever_past_due.shares(cards.scope(), cards.fetch, thresholds_days=(0, 30, 60))
    worst = raw("taiwan_card_2005")[STATUSES].max(axis=1)
    assert answer.frame["past_due_count"].tolist() == [int((worst >= least).sum()) for least in (1, 2, 3)]


def test_the_default_of_the_month_after_is_not_in_the_book(cards: Loaded) -> None:
    """The published 22.12 % is a column of the file about October 2005, a month that the panel has not."""
    assert round(raw("taiwan_card_2005")["default.payment.next.month"].mean(), 4) == 0.2212
    assert cards.book.last_closed_month < date(2005, 10, 1)
    with pytest.raises(BookLacks):
        vintages.curves(cards.scope(), cards.fetch, basis="count")


def test_the_clients_are_counted_by_sex(cards: Loaded) -> None:
    asked: list[str] = []
    people = schema.customer.c
    found = cards.ask(
        "sexes",
        select(people.gender, func.count().label("people")).group_by(people.gender).order_by(people.gender),
        "auditor",
        lambda question, level: asked.append(level),
    )
    sexes = raw("taiwan_card_2005")["SEX"].value_counts()
    assert dict(zip(found["gender"], found["people"], strict=True)) == {"F": sexes[2], "M": sexes[1]}
    assert asked == ["personal"]
    assert isinstance(found, pd.DataFrame)
