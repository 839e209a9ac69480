"""What 100 of the dozen's balance earned, counted by hand, and the house table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import unit_economics
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]
# Month-ends of the book sum to 315,000 yuan and the openings to 293,000: the balance times years is their mean / 12.
BALANCE_YEARS = (315_000 + 293_000) / 2 / 12


def _whole(scope_of: Scopes, fetch_as: Ask, **changed: float) -> pd.Series:
    return unit_economics.segments(scope_of(), fetch_as("manager"), **changed).frame.iloc[0]


def test_the_ten_months_of_the_dozen_by_hand(scope_of: Scopes, fetch_as: Ask) -> None:
    found = _whole(scope_of, fetch_as)
    assert found["average_fen"] == pytest.approx(30_400_00)
    # Interest of 1 % of the principal with each of 31 instalments paid when due or later.
    assert found["yield_rate"] == pytest.approx(2_970 / BALANCE_YEARS)
    assert found["vat_rate"] == pytest.approx(found["yield_rate"] / 1.06 * 0.06)
    # 6,000 written off and 4,000 sold; 100 and 300 collected, 400 for the sale; the agency kept 20 and 90.
    assert found["loss_rate"] == pytest.approx((10_000 - 800) / BALANCE_YEARS)
    assert found["commission_rate"] == pytest.approx(110 / BALANCE_YEARS)
    # Twelve loans at 12 and 2.3 yuan each; nineteen applications at 4, the declined too.
    assert found["acquisition_rate"] == pytest.approx(144 / BALANCE_YEARS)
    assert found["payment_rate"] == pytest.approx(12 * 2.3 / BALANCE_YEARS)
    assert found["data_rate"] == pytest.approx(76 / BALANCE_YEARS)
    assert [found[f"{line}_rate"] for line in ("funding", "collection", "operations")] == [0.0285, 0.0045, 0.009]
    # Loans on the book at the ten month-ends: 3, 6, 8, 8, 7, 7, 9, 7, 4, 4.
    assert (found["loans"], found["lost_loans"], found["opened"], found["applications"]) == (6.3, 2, 12, 19)
    assert found["is_small"]


def test_the_lines_add_up_to_the_margin_and_the_break_even_kills_it(scope_of: Scopes, fetch_as: Ask) -> None:
    found = _whole(scope_of, fetch_as)
    costs = ("vat", "funding", "loss", "acquisition", "data", "payment", "commission", "collection", "operations")
    assert found["margin_rate"] == pytest.approx(found["yield_rate"] - sum(found[f"{line}_rate"] for line in costs))
    assert found["tax_rate"] == 0
    killed = _whole(scope_of, fetch_as, loss_change=found["headroom_rate"])
    assert killed["margin_rate"] == pytest.approx(0, abs=1e-12)
    assert killed["loss_rate"] == pytest.approx(found["break_even_rate"])
    assert found["loss_low_rate"] < found["loss_rate"] < found["loss_high_rate"]


def test_a_changed_line_moves_the_margin_by_itself_alone(scope_of: Scopes, fetch_as: Ask) -> None:
    agreed, changed = _whole(scope_of, fetch_as), _whole(scope_of, fetch_as, funding=0.0385, acquisition=0.0)
    assert changed["margin_rate"] - agreed["margin_rate"] == pytest.approx(agreed["acquisition_rate"] - 0.01)
    shifted = _whole(scope_of, fetch_as, yield_change=0.106)
    assert shifted["margin_rate"] - agreed["margin_rate"] == pytest.approx(0.1)


def test_the_groups_re_add_to_the_whole(scope_of: Scopes, fetch_as: Ask) -> None:
    whole = _whole(scope_of, fetch_as)
    groups = unit_economics.segments(scope_of(), fetch_as("manager"), by="product_class").frame
    assert list(groups["product_class"]) == ["JB_M1", "JB_STD", "JB_FLEX"]
    assert groups["average_fen"].sum() == pytest.approx(whole["average_fen"])
    weights = groups["average_fen"] / whole["average_fen"]
    for line in ("yield", "loss", "acquisition", "data", "commission", "margin"):
        assert (groups[f"{line}_rate"] * weights).sum() == pytest.approx(whole[f"{line}_rate"]), line
    # The only applications and loans of the flexible product: A06, A11 and L06, L12.
    flexible = groups.set_index("product_class").loc["JB_FLEX"]
    assert (flexible["applications"], flexible["opened"], flexible["lost_loans"]) == (2, 2, 1)


def test_what_the_book_lacks_is_left_out_of_the_margin(scope_of: Scopes, fetch_as: Ask) -> None:
    lacking = replace(scope_of(), lacks=frozenset({"applicants", "commissions"}))
    found = unit_economics.segments(lacking, fetch_as("manager")).frame.iloc[0]
    whole = _whole(scope_of, fetch_as)
    assert pd.isna(found["data_rate"])
    assert pd.isna(found["commission_rate"])
    left_out = whole["data_rate"] + whole["commission_rate"]
    assert found["margin_rate"] == pytest.approx(whole["margin_rate"] + left_out)


@pytest.mark.parametrize("lack", ["amounts", "write_offs", "cash_flows"])
def test_a_book_without_balances_losses_or_cash_is_refused(scope_of: Scopes, fetch_as: Ask, lack: str) -> None:
    with pytest.raises(BookLacks):
        unit_economics.segments(replace(scope_of(), lacks=frozenset({lack})), fetch_as("manager"))


def test_a_book_without_a_fact_has_no_unit_economics(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        unit_economics.segments(scope_of(book=empty_book), fetch_as("manager", book=empty_book))


def test_an_earlier_month_tells_what_was_known_then(scope_of: Scopes, fetch_as: Ask) -> None:
    then = replace(scope_of(), as_of_month=date(2024, 2, 1))
    early = unit_economics.segments(then, fetch_as("manager")).frame.iloc[0]
    # 15,000 and 28,000 at the month-ends, 15,000 opened with; 60 and 30 of interest in February.
    assert early["yield_rate"] == pytest.approx(90 / ((15_000 + 43_000) / 2 / 12))
    assert early["lost_loans"] == 0
    assert early["loss_low_rate"] == pytest.approx(0, abs=1e-12)
    assert early["loss_high_rate"] > 0


@pytest.mark.parametrize("changed", [{"fundings": 0.1}, {"funding": 0.5}, {"loss_change": 0.7}])
def test_an_unknown_line_and_a_value_out_of_range_are_refused(
    scope_of: Scopes, fetch_as: Ask, changed: dict[str, float]
) -> None:
    with pytest.raises(BadArgument):
        unit_economics.segments(scope_of(), fetch_as("manager"), **changed)
