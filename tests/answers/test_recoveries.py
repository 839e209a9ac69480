"""Counted by hand from the table in ``tests.dozen``: L02 lost 6,000 in August, L06 was sold in September for 400."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import recoveries
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

YUAN = 100
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_of_the_august_write_off_a_hundred_came_first_and_three_hundred_later(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = recoveries.curves(scope_of(), fetch_as("manager"), cohort="month").frame
    august, pooled = frame[frame["cohort"].notna()], frame[frame["cohort"].isna()]
    assert august["cohort"].dt.month.unique().tolist() == [8]
    assert august["since_months"].tolist() == [0, 1, 2]
    assert august["cash_fen"].tolist() == [0, 100 * YUAN, 400 * YUAN]
    assert august["lost_fen"].unique().tolist() == [6_000 * YUAN]
    assert august["rate"].iloc[-1] == pytest.approx(400 / 6_000)
    assert august["is_small"].all()
    assert pooled["rate"].tolist() == august["rate"].tolist()
    assert pooled["cohorts"].tolist() == [1, 1, 1]
    assert pooled["low_rate"].isna().all()


def test_a_month_that_has_not_closed_is_absent_and_a_sale_is_no_recovery(scope_of: Scopes, fetch_as: Ask) -> None:
    september = replace(scope_of(), as_of_month=date(2024, 9, 1))
    frame = recoveries.curves(september, fetch_as("manager"), cohort="month").frame
    known = frame[frame["cohort"].notna()]
    assert known["since_months"].tolist() == [0, 1]
    assert known["cash_fen"].tolist() == [0, 100 * YUAN]
    with pytest.raises(EmptyScope):
        recoveries.curves(replace(scope_of(), as_of_month=date(2024, 7, 1)), fetch_as("manager"))
    quarter = recoveries.curves(scope_of(), fetch_as("manager"), cohort="quarter").frame
    assert quarter["since_months"].max() == 2


def test_a_sale_for_four_hundred_is_a_tenth_of_the_principal_and_less_of_the_claim(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    """L06: 4,000 of principal and four unpaid instalments with 60 of interest each."""
    sale = recoveries.sales(scope_of(), fetch_as("manager")).frame
    assert len(sale) == 1
    row = sale.iloc[0]
    assert (row["month"].month, row["loans"], row["proceeds_fen"]) == (9, 1, 400 * YUAN)
    assert row["principal_price_rate"] == pytest.approx(0.10)
    assert row["claim_fen"] == 4_240 * YUAN
    assert row["claim_price_rate"] == pytest.approx(400 / 4_240)
    unknown = replace(scope_of(), lacks=frozenset({"lost_interest"}))
    row = recoveries.sales(unknown, fetch_as("manager")).frame.iloc[0]
    assert row["principal_price_rate"] == pytest.approx(0.10)
    assert row[["claim_fen", "claim_price_rate"]].isna().all()
    with pytest.raises(EmptyScope):
        recoveries.sales(replace(scope_of(), as_of_month=date(2024, 8, 1)), fetch_as("manager"))


def test_of_a_hundred_eighty_was_kept_and_of_three_hundred_two_hundred_and_ten(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = recoveries.net(scope_of(), fetch_as("manager")).frame
    assert frame["month"].dt.month.tolist() == [8, 9, 10]
    assert frame["cash_fen"].tolist() == [0, 100 * YUAN, 300 * YUAN]
    assert frame["net_fen"].tolist() == [0, 80 * YUAN, 210 * YUAN]
    assert frame["commission_rate"].iloc[1:].tolist() == pytest.approx([0.2, 0.3])
    unknown = replace(scope_of(), lacks=frozenset({"commissions"}))
    frame = recoveries.net(unknown, fetch_as("manager")).frame
    assert frame["cash_fen"].sum() == 400 * YUAN
    assert frame[["commission_fen", "net_fen", "commission_rate"]].isna().all(axis=None)


def test_one_agency_collected_all_of_it_and_took_a_hundred_and_ten(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = recoveries.agencies(scope_of(), fetch_as("manager")).frame
    assert frame["agency_code"].tolist() == ["AG1"]
    row = frame.iloc[0]
    assert (row["payments"], row["cash_fen"], row["commission_fen"]) == (2, 400 * YUAN, 110 * YUAN)
    assert row["net_fen"] == 290 * YUAN
    assert row["share_rate"] == 1.0
    october = recoveries.agencies(scope_of(), fetch_as("manager"), months=1).frame
    assert october["cash_fen"].tolist() == [300 * YUAN]


def test_within_the_year_four_hundred_came_of_six_thousand(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = recoveries.mixed(scope_of(), fetch_as("manager")).frame
    assert frame["year"].tolist() == ["2024"]
    row = frame.iloc[0]
    assert (row["loans"], row["lost_fen"], row["cash_fen"]) == (1, 6_000 * YUAN, 400 * YUAN)
    assert row["mixed_rate"] == row["own_rate"] == pytest.approx(400 / 6_000)


def test_what_the_book_lacks_and_unknown_arguments_are_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    for lack in ("amounts", "write_offs", "recoveries"):
        scope = replace(scope_of(), lacks=frozenset({lack}))
        for answer in (recoveries.curves, recoveries.mixed, recoveries.sales, recoveries.net, recoveries.agencies):
            with pytest.raises(BookLacks):
                answer(scope, fetch_as("manager"))
    for answer in (recoveries.curves, recoveries.mixed, recoveries.sales, recoveries.net, recoveries.agencies):
        with pytest.raises(EmptyScope):
            answer(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(BadArgument):
        recoveries.curves(scope_of(), fetch_as("manager"), cohort="year")  # type: ignore[arg-type]
    with pytest.raises(BadArgument):
        recoveries.net(scope_of(), fetch_as("manager"), months=0)
