"""The changes of the dozen, counted by hand, and the loans behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import bridge
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _as_of(scope: Scope, month: int) -> Scope:
    return replace(scope, as_of_month=date(2024, month, 1))


def test_the_bridge_from_september_to_october_adds_up_and_names_the_m1_product(scope_of: Scopes, fetch_as: Ask) -> None:
    found = bridge.change(scope_of(), fetch_as("manager"), months_back=1).frame.set_index("product_class")
    assert found["total"].sum() == pytest.approx(8 / 22 - 3 / 24)
    assert found.loc["JB_M1", "rate"] == pytest.approx(11 / 24 * 0.5)
    assert found.loc["JB_M1", "interaction"] == pytest.approx((10 / 22 - 11 / 24) * 0.5)
    assert found.loc["JB_FLEX", "mix"] == pytest.approx(3 / 22 - 3 / 24)
    assert found.loc["JB_STD", "total"] == 0
    assert found.index[0] == "JB_M1"
    assert found.loc["JB_FLEX", "carries"] == pytest.approx((3 / 22 - 3 / 24) * (1 - 3 / 24))
    assert found.loc["JB_STD", "carries"] == pytest.approx((9 / 22 - 10 / 24) * (0 - 3 / 24))


def test_the_book_shrank_in_october_but_the_late_part_grew_more(scope_of: Scopes, fetch_as: Ask) -> None:
    found = bridge.sides(bridge.change(scope_of(), fetch_as("manager"), months_back=1))
    assert found["by_numerator"] == pytest.approx(5 / 24)
    assert found["by_denominator"] == pytest.approx(8 / 22 - 8 / 24)
    assert found["denominator_change_rate"] == pytest.approx(22 / 24 - 1)
    assert found["numerator_change_rate"] == pytest.approx(8 / 3 - 1)


def test_three_loans_of_july_passed_into_the_next_age_in_october(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = bridge.change(scope_of(), fetch_as("manager"), by="age_band", basis="count", months_back=1).frame
    found = frame.set_index("age_band")
    # L10, L11, L12: one of three late at two months on book, two of three at three. L08 stays what it was.
    assert found["mix"].to_dict() == pytest.approx({"0_2": -0.75 / 3, "3_5": 0.75 * 2 / 3, "6_8": 0})
    assert found[["rate", "interaction"]].abs().sum().sum() == 0


def test_the_entry_of_september_was_one_of_five_and_that_of_october_none_of_two(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    frame = bridge.change(
        scope_of(), fetch_as("manager"), "entry_roll", "channel", "zhima_band", "count", months_back=1
    ).frame
    assert frame[["numerator_before", "denominator_before"]].sum().tolist() == [1, 5]
    assert frame[["numerator_after", "denominator_after"]].sum().tolist() == [0, 2]
    worst = frame.iloc[0]
    assert (worst["channel"], worst["zhima_band"]) == ("CHECKOUT", "650_699")
    assert (worst["numerator_before"], worst["denominator_before"]) == (1, 2)


def test_approval_fell_from_four_of_five_to_two_of_three(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = bridge.change(
        _as_of(scope_of(), 2), fetch_as("manager"), "approval", "channel", months_back=1
    ).frame.set_index("channel")
    assert frame["total"].sum() == pytest.approx(2 / 3 - 4 / 5)
    assert frame.loc["CHECKOUT", ["numerator_before", "denominator_before"]].tolist() == [1, 2]
    with pytest.raises(BadArgument):
        bridge.change(scope_of(), fetch_as("manager"), "approval", "age_band")
    lacking = replace(scope_of(), lacks=frozenset({"declined_applicants"}))
    with pytest.raises(BookLacks, match="declined_applicants"):
        bridge.change(lacking, fetch_as("manager"), "approval", "channel")


def test_the_loans_behind_a_cell_are_those_of_its_numerator(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    listed = bridge.loans(scope, fetch, "JB_M1").frame
    assert listed[["loan_id", "balance_fen", "state"]].to_numpy().tolist() == [["L11", 5_000_00, "M2"]]
    counted = bridge.count(scope, fetch, "JB_FLEX", across="age_band", across_code="3_5").frame.iloc[0]
    assert (counted["loans"], counted["balance_fen"]) == (1, 3_000_00)
    assert bridge.count(scope, fetch, "6", by="term_months").frame["loans"].iloc[0] == 1
    assert bridge.loans(scope, fetch, "JB_FLEX", "past_due_90").frame.empty
    entered = bridge.loans(_as_of(scope, 9), fetch, "JB_M1", "entry_roll").frame
    assert entered["loan_id"].tolist() == ["L11"]
    assert set(listed).isdisjoint({"application_id", "customer_id"})


def test_every_cell_lists_as_many_loans_as_its_numerator_counts(scope_of: Scopes, fetch_as: Ask) -> None:
    for month in range(4, 11):
        scope, fetch = _as_of(scope_of(), month), fetch_as("manager")
        for ratio in ("past_due_30", "past_due_60", "past_due_90", "entry_roll"):
            frame = bridge.change(scope, fetch, ratio, "channel", "age_band", "count", months_back=1).frame  # type: ignore[arg-type]
            for row in frame.to_dict("records"):
                counted = bridge.count(scope, fetch, row["channel"], ratio, "channel", "age_band", row["age_band"])  # type: ignore[arg-type]
                assert counted.frame["loans"].iloc[0] == row["numerator_after"]


def test_what_cannot_be_compared_or_is_not_known_is_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        bridge.change(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(EmptyScope):
        bridge.change(scope_of(), fetch_as("manager"), months_back=12)
    for wrong in ({"by": "gender"}, {"across": "product_class"}, {"ratio": "total"}, {"months_back": 0}):
        with pytest.raises(BadArgument):
            bridge.change(scope_of(), fetch_as("manager"), **wrong)  # type: ignore[arg-type]
    for wrong_cell in ({"code": "MOON"}, {"code": "JB_M1", "ratio": "approval"}, {"code": "JB_M1", "page_size": 501}):
        with pytest.raises(BadArgument):
            bridge.loans(scope_of(), fetch_as("manager"), **wrong_cell)  # type: ignore[arg-type]
