"""The dozen all cost 0.04 % a day on a 30-day month: 14.40 % nominal and 15.39 % effective."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import price
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.metrics.price import Fees, against_caps, priced
from jiebei_dash.price_caps import read_price_caps

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_four_months_of_three_loans_each_cost_14_40_nominal(scope_of: Scopes, fetch_as: Ask) -> None:
    found = price.by_month(scope_of(), fetch_as("manager")).frame
    assert [f"{month:%m}" for month in found["opened_month"]] == ["01", "02", "03", "07"]
    assert found["loans"].tolist() == [3, 3, 3, 3]
    assert found["principal_fen"].tolist() == [1_500_000, 1_500_000, 2_400_000, 2_100_000]
    for percent in (10, 50, 90):
        assert found[f"nominal_p{percent}_rate"].tolist() == pytest.approx([0.144] * 4)
        assert found[f"effective_p{percent}_rate"].tolist() == pytest.approx([0.1539] * 4, abs=6e-5)
    assert found["cap_rate"].tolist() == [0.24] * 4
    assert found["target_rate"].tolist() == [0.138, 0.138, 0.138, 0.138]
    assert found["above_effective_count"].tolist() == [0] * 4
    # 14.40 % is above four times the LPR of then.
    assert found["over_target_nominal_rate"].tolist() == [1.0] * 4


def test_by_product_the_last_twelve_months_hold_all_twelve_loans(scope_of: Scopes, fetch_as: Ask) -> None:
    found = price.by_product(scope_of(), fetch_as("manager")).frame.set_index("product_class")
    assert found["loans"].to_dict() == {"JB_FLEX": 2, "JB_M1": 4, "JB_STD": 6}
    assert found["is_small"].all()


def test_a_fee_withheld_passes_nominal_and_fails_effective(scope_of: Scopes, fetch_as: Ask) -> None:
    # A year's loan at 1.2 % a month with 4.4 % withheld: about 23.3 % nominal, 25.9 % effective.
    year = replace(scope_of(), term_months=(12,))
    found = price.by_month(year, fetch_as("manager"), fee_withheld_rate=0.044).frame
    assert found["loans"].tolist() == [1, 1]
    assert (found["above_nominal_count"] == 0).all()
    assert (found["above_effective_count"] == 1).all()


def test_one_loan_of_the_calculator_by_months_and_by_days() -> None:
    found = price.quote(10_000, 12, 0.01, date(2025, 1, 1), fee_withheld_rate=0.05)
    assert found.contract.nominal_apr == pytest.approx(0.12)
    assert found.all_in.effective_apr == pytest.approx(0.2418, abs=6e-5)
    # By true days the payments are worth what was received: the first days of twelve months, the next year's included.
    days = [(date(2025 + month // 12, month % 12 + 1, 1) - date(2025, 1, 1)).days for month in range(1, 13)]
    worth = sum(found.instalment_fen / (1 + found.by_days_apr) ** (day / 365) for day in days)
    assert worth == pytest.approx(9_500 * 100, abs=0.01)
    assert found.by_days_apr != pytest.approx(found.all_in.effective_apr, abs=5e-4)
    assert found.instalment_fen == pytest.approx(888.49 * 100, abs=1)
    interest_first = price.quote(10_000, 12, 0.012, date(2025, 1, 31), "INTEREST_ONLY", fee_once_yuan=100)
    assert interest_first.paid_fen == pytest.approx((12 * 120 + 10_000 + 100) * 100)
    assert interest_first.contract.effective_apr == pytest.approx(0.1539, abs=6e-5)


def test_a_book_without_a_fact_has_no_price(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        price.by_month(scope_of(book=empty_book), fetch_as("manager", book=empty_book))


@pytest.mark.parametrize(
    "wrong", [{"fee_month_rate": -0.01}, {"fee_withheld_rate": 0.9}, {"fee_once_yuan": -1}, {"months": 0}]
)
def test_a_fee_out_of_range_is_refused(scope_of: Scopes, fetch_as: Ask, wrong: dict[str, float]) -> None:
    with pytest.raises(BadArgument):
        price.by_month(scope_of(), fetch_as("manager"), **wrong)  # type: ignore[arg-type]


def test_in_a_book_without_amounts_percentiles_stand_and_means_are_unknown() -> None:
    cells = pd.DataFrame(
        {
            "opened_month": pd.to_datetime(["2024-01-01"]),
            "product_class": ["NA"],
            "term_months": [0],
            "repay_method": ["NA"],
            "rate_day": [0.0004],
            "loans": [5],
            "principal_fen": [0],
        }
    )
    none = pd.DataFrame({"product_class": [], "day_count": []})
    found = against_caps(priced(cells, none, Fees()), read_price_caps(), "opened_month").iloc[0]
    assert found["nominal_p50_rate"] == pytest.approx(0.146)
    assert pd.isna(found["nominal_mean_rate"])
    with_fees = against_caps(priced(cells, none, Fees(0.01)), read_price_caps(), "opened_month").iloc[0]
    assert pd.isna(with_fees["all_in_nominal_p50_rate"])
    assert pd.isna(with_fees["above_nominal_rate"])
