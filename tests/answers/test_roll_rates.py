"""Counted by hand from the table in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.answers import roll_rates
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope

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
