"""Counted by hand from the table in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import projection, roll_rates
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _moved(scope: Scope, fetch: Fetch, month: int, **more: object) -> dict[tuple[str, str], float]:
    scope = replace(scope, as_of_month=date(2024, month, 1))
    frame = roll_rates.matrix(scope, fetch, window_months=1, **more).frame  # type: ignore[arg-type]
    assert (frame.groupby("prev_state")["moved"].sum() == frame.groupby("prev_state")["opening"].first()).all()
    frame = frame[frame["moved"] > 0]
    return {(row.prev_state, row.state): row.moved for row in frame.itertuples()}


def test_the_moves_of_may_by_balance(scope_of: Scopes, fetch_as: Ask) -> None:
    # Current in April: L01 3, L05 1, L06 4, L07 5, L08 11, L09 5; L01, L07, L08 and L09 pay 1 each, L05 is paid off.
    assert _moved(scope_of(), fetch_as("manager"), 5) == {
        ("C", "C"): 20 * K,
        ("C", "M1"): 4 * K,
        ("C", "PAID"): 1 * K,
        ("C", "PAID_DOWN"): 4 * K,
        ("M1", "M2"): 5 * K,
        ("M3", "M4"): 6 * K,
    }


def test_the_moves_of_may_by_count(scope_of: Scopes, fetch_as: Ask) -> None:
    assert _moved(scope_of(), fetch_as("manager"), 5, basis="count") == {
        ("C", "C"): 4, ("C", "M1"): 1, ("C", "PAID"): 1, ("M1", "M2"): 1, ("M3", "M4"): 1,
    }  # fmt: skip


def test_the_write_off_of_august_and_the_sale_of_september_are_states(scope_of: Scopes, fetch_as: Ask) -> None:
    august = _moved(scope_of(), fetch_as("manager"), 8)
    assert august["M6", "WO"] == 6 * K
    september = _moved(scope_of(), fetch_as("manager"), 9)
    assert september["M4", "SOLD"] == 4 * K


def test_new_drawdowns_of_july_are_not_in_its_matrix(scope_of: Scopes, fetch_as: Ask) -> None:
    july = _moved(scope_of(), fetch_as("manager"), 7)
    assert sum(july.values()) == 29 * K


def test_every_row_sums_to_one_and_small_cells_are_marked(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = roll_rates.matrix(scope_of(), fetch_as("manager"), window_months=9).frame
    assert frame.groupby("prev_state")["rate"].sum().tolist() == pytest.approx([1.0] * 7)
    small = frame.drop_duplicates("prev_state").set_index("prev_state")["is_small"]
    assert not small["C"]
    assert small["M1"]


def test_an_empty_book_says_so(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        roll_rates.chain(scope_of(book=empty_book), fetch_as("manager", book=empty_book))


def _as_of(scope: Scope, month: int) -> Scope:
    return replace(scope, as_of_month=date(2024, month, 1))


def test_the_entry_of_may_by_channel_is_all_of_the_partner(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = _as_of(scope_of(), 5)
    whole = roll_rates.flow(scope, fetch_as("manager"), "C_M1", "count", 1, months=1).frame.iloc[0]
    assert (whole["moved"], whole["opening"]) == (1, 6)
    found = roll_rates.flow(scope, fetch_as("manager"), "C_M1", "count", 1, by="channel", months=1).frame
    assert dict(zip(found["channel"], zip(found["moved"], found["opening"], strict=True), strict=True)) == {
        "CHECKOUT": (0, 1), "HOME": (0, 4), "PARTNER": (1, 1),
    }  # fmt: skip
    assert found["is_small"].all()


def test_of_three_late_loans_in_june_one_was_cured_and_two_rolled_on(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = _as_of(scope_of(), 6)
    rates = {
        name: roll_rates.flow(scope, fetch_as("manager"), name, "count", 1, months=1).frame["rate"].iloc[0]  # type: ignore[arg-type]
        for name in ("forward", "cure", "stay")
    }
    assert rates == pytest.approx({"forward": 2 / 3, "cure": 1 / 3, "stay": 0})


def test_a_window_that_has_none_before_it_cannot_be_compared(scope_of: Scopes, fetch_as: Ask) -> None:
    assert roll_rates.moved(scope_of(), fetch_as("manager"), window_months=4).frame["is_small"].any()
    with pytest.raises(EmptyScope):
        roll_rates.moved(scope_of(), fetch_as("manager"), window_months=6)


def test_the_stock_of_m2_in_may_is_of_the_one_loan_late_in_april(scope_of: Scopes, fetch_as: Ask) -> None:
    found = roll_rates.stock(_as_of(scope_of(), 5), fetch_as("manager"), "balance", 1).frame
    rows = found.set_index(["prev_state", "state"])
    # May: L06 with 4,000 in M1 of the 29,000 that were current in April; L04 with 5,000 in M2 of 5,000 in M1.
    assert rows.loc[("C", "M1"), ["rate", "stock_rate"]].tolist() == pytest.approx([4 / 29, 4 / 29])
    assert rows.loc[("M1", "M2"), ["rate", "stock_rate"]].tolist() == pytest.approx([1, 1])


def _ahead(scope: Scope, fetch: Fetch, lending: str = "none") -> list[tuple[float, float]]:
    frame = projection.path(scope, fetch, "count", 1, lending).frame  # type: ignore[arg-type]
    rows = frame[(frame["past_due_days"] == 30) & frame["projected_book"].notna()]
    return list(zip(rows["projected_book"], rows["projected_rate"], strict=True))


def test_the_four_loans_of_october_roll_on_by_hand(scope_of: Scopes, fetch_as: Ask) -> None:
    # L08 and L10 current, L11 in M2, L12 in M3. October: current stays current, M1 to M2, M2 to M3. Before: M3 to M4
    # both times, M4 once to M5 and once sold, M5 to M6.
    found = _ahead(scope_of(), fetch_as("manager"))
    assert found[1] == pytest.approx((4, 2 / 4))
    assert found[2] == pytest.approx((3.5, 1.5 / 3.5))
    assert found[3] == pytest.approx((3, 1 / 3))


def test_july_lent_three_loans_so_the_last_three_months_lend_one_each(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = _as_of(scope_of(), 7)
    alone, lent = (_ahead(scope, fetch_as("manager"), lending)[1][0] for lending in ("none", "recent"))
    assert lent - alone == pytest.approx(1)


def test_the_projection_of_april_stands_beside_what_happened(scope_of: Scopes, fetch_as: Ask) -> None:
    found = projection.back_test(scope_of(), fetch_as("manager"), "count", 1).frame
    july, october = (found[found["month"] == f"2024-{month}-01"] for month in ("07", "10"))
    # Of the eight loans of April six are left in July: L02 in M6, L06 in M3; in October L08 alone.
    assert july["book"].tolist() == [6, 6, 6]
    assert july["observed_rate"].tolist() == pytest.approx([2 / 6, 2 / 6, 1 / 6])
    assert (october["book"].tolist(), october["observed_rate"].tolist()) == ([1, 1, 1], [0, 0, 0])
    whole = projection.back_test(scope_of(), fetch_as("manager"), "count", 1, "recent").frame
    assert whole["book"].tolist()[:3] == [9, 9, 9]


def test_a_book_with_no_month_before_cannot_be_projected(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    for scope in (_as_of(scope_of(), 1), replace(scope_of(), opened_from=date(2024, 10, 1))):
        with pytest.raises(EmptyScope):
            projection.path(scope, fetch_as("manager"))
    with pytest.raises(EmptyScope):
        projection.path(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(EmptyScope):
        projection.back_test(_as_of(scope_of(), 6), fetch_as("manager"))
    with pytest.raises(BadArgument):
        projection.path(scope_of(), fetch_as("manager"), lending="much")  # type: ignore[arg-type]
