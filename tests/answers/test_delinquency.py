"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import delinquency
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch, open_book
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, BorrowersTooNarrow, EmptyScope
from tests.changed import changed_book

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


def test_of_the_april_dues_of_current_loans_two_were_late_and_one_was_collected(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    april = delinquency.entry(scope_of(), fetch_as("manager")).frame
    april = april[april["month"] == "2024-04-01"].set_index("measure")
    # 5 x 1,060 + 1,030 + 1,120 due; L04 1,060 and L08 1,120 late; L08 paid after 8 days. L03 is paid off, and L02 was
    # late before: it cannot enter again.
    assert april.loc["entry", "denominator"] == 7_450_00
    assert april.loc["entry", "rate"] == pytest.approx(2_180 / 7_450)
    assert april.loc["collected", "rate"] == pytest.approx(1_120 / 2_180)
    assert april.loc["to_m2", "rate"] == pytest.approx(1_060 / 7_450)


def test_what_falls_due_once_a_loan_is_lost_is_not_due_on_the_book(
    scope_of: Scopes, fetch_as: Ask, dozen_url: str, tmp_path: Path
) -> None:
    sold = sa.update(schema.loan).where(schema.loan.c.loan_id == "L07")
    sold = sold.values(closed_month=date(2024, 6, 1), closed_state="SOLD")
    url = changed_book(dozen_url, tmp_path / "lost_early.duckdb", lambda connection: connection.execute(sold))
    before = delinquency.entry(scope_of(), fetch_as("manager"), basis="count").frame
    # June: L01, L07, L08 and L09 are due and were current; L09 is late. L02, L04 and L06 were late before.
    june = _at(before, month=pd.Timestamp("2024-06-01"), measure="entry")
    assert june[["numerator", "denominator"]].tolist() == [1, 4]
    book = open_book(url)
    after = delinquency.entry(scope_of(book=book), fetch_as("manager", book=book), basis="count").frame
    book.engine.dispose()
    june = _at(after, month=pd.Timestamp("2024-06-01"), measure="entry")
    assert june[["numerator", "denominator"]].tolist() == [1, 3]


def test_by_count_two_of_seven_april_dues_of_current_loans_were_late(scope_of: Scopes, fetch_as: Ask) -> None:
    april = delinquency.entry(scope_of(), fetch_as("manager"), basis="count").frame
    april = april[april["month"] == "2024-04-01"].set_index("measure")
    assert april.loc["entry", ["numerator", "denominator"]].tolist() == [2, 7]


def test_collection_of_a_month_not_thirty_days_old_is_absent(scope_of: Scopes, fetch_as: Ask) -> None:
    found = delinquency.entry(scope_of(), fetch_as("manager")).frame
    measures = found.groupby("month")["measure"].agg(list)
    assert measures["2024-10-01"] == ["entry"]
    assert measures["2024-09-01"] == ["entry", "collected", "to_m2"]


def test_paid_after_the_as_of_month_is_unpaid_then(scope_of: Scopes, fetch_as: Ask) -> None:
    in_april = replace(scope_of(), as_of_month=date(2024, 4, 1))
    april = delinquency.entry(in_april, fetch_as("manager"), basis="count").frame
    assert _at(april, month=pd.Timestamp("2024-04-01"), measure="entry")["numerator"] == 2
    may = replace(scope_of(), as_of_month=date(2024, 5, 1))
    found = delinquency.entry(may, fetch_as("manager"), basis="count").frame
    assert _at(found, month=pd.Timestamp("2024-04-01"), measure="collected")["numerator"] == 1


def test_first_instalments_of_march_were_late_once_and_for_eight_days(scope_of: Scopes, fetch_as: Ask) -> None:
    found = delinquency.first_payment(scope_of(), fetch_as("manager")).frame
    march = found[found["opened_month"] == "2024-03-01"].set_index("measure")["numerator"]
    assert march.to_dict() == {"never_paid": 0, "fpd_1": 1, "fpd_7": 1, "fpd_15": 0, "fpd_30": 0}
    january = found[found["opened_month"] == "2024-01-01"].set_index("measure")
    assert january.loc["fpd_30", "rate"] == pytest.approx(1 / 3)
    assert january.loc["never_paid", "numerator"] == 1


def test_first_payment_by_principal_weighs_the_loan_and_not_the_instalment(scope_of: Scopes, fetch_as: Ask) -> None:
    found = delinquency.first_payment(scope_of(), fetch_as("manager"), basis="balance").frame
    assert _at(found, opened_month=pd.Timestamp("2024-03-01"), measure="fpd_7")["rate"] == pytest.approx(12 / 24)


def test_fpd30_is_absent_until_every_first_due_date_is_thirty_days_old(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), as_of_month=date(2024, 4, 1))
    found = delinquency.first_payment(scope, fetch_as("manager")).frame
    march = found[found["opened_month"] == "2024-03-01"]
    assert march["measure"].tolist() == ["fpd_1", "fpd_7", "fpd_15"]


def test_a_scope_of_one_channel_holds_the_bridge_to_it(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), channel=("HOME",))
    found = delinquency.rates(scope, fetch_as("manager")).frame
    assert found[found["month"] == "2024-10-01"]["late"].tolist() == [0, 0, 0]


def test_what_the_book_lacks_is_named(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BookLacks, match="instalments"):
        delinquency.entry(replace(scope_of(), lacks=frozenset({"instalments"})), fetch_as("manager"))
    no_amounts = replace(scope_of(), lacks=frozenset({"amounts"}))
    with pytest.raises(BookLacks, match="amounts"):
        delinquency.buckets(no_amounts, fetch_as("manager"))
    assert len(delinquency.buckets(no_amounts, fetch_as("manager"), basis="count").frame) == 80


def test_an_empty_book_and_an_unknown_argument_are_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        delinquency.buckets(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(BadArgument):
        delinquency.buckets(scope_of(), fetch_as("manager"), months=0)
