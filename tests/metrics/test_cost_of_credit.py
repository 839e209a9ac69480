"""The table of yearly costs of 10,000 over 12 months; rates to the basis point. Source: house definition 1.11."""

from __future__ import annotations

import math
from datetime import date

import pytest

from jiebei_dash.metrics.cost_of_credit import annuity_payment, cost_by_days, payments_of, yearly_cost

LENT = 10_000.0


def _flat(month_fee: float) -> list[float]:
    return [LENT / 12 + LENT * month_fee] * 12


CASES = {
    "annuity at 1.2 % a month": (LENT, [annuity_payment(LENT, 0.012, 12)] * 12, 0.1440, 0.1539),
    "annuity at 0.04 % a day": (LENT, [annuity_payment(LENT, 0.0004 * 365 / 12, 12)] * 12, 0.1460, 0.1562),
    "flat fee of 0.60 % a month": (LENT, _flat(0.006), 0.1303, 0.1384),
    "flat fee of 0.75 % a month": (LENT, _flat(0.0075), 0.1622, 0.1748),
    "12 % annuity and 0.80 % guarantee fee": (LENT, [annuity_payment(LENT, 0.01, 12) + 80] * 12, 0.2870, 0.3279),
    "12 % annuity, 5 % withheld": (LENT * 0.95, [annuity_payment(LENT, 0.01, 12)] * 12, 0.2186, 0.2418),
    "interest first at 1.2 % a month": (LENT, [*[120.0] * 11, LENT + 120], 0.1440, 0.1539),
}


@pytest.mark.parametrize("case", CASES)
def test_the_table_of_yearly_costs(case: str) -> None:
    received, payments, nominal, effective = CASES[case]
    found = yearly_cost(received, payments)
    assert found.nominal_apr == pytest.approx(nominal, abs=6e-5)
    assert found.effective_apr == pytest.approx(effective, abs=6e-5)


def test_the_instalment_at_four_basis_points_a_day_is_900_70() -> None:
    assert annuity_payment(LENT, 0.0004 * 365 / 12, 12) == pytest.approx(900.70, abs=0.005)


def test_twenty_four_percent_nominal_is_26_82_effective() -> None:
    found = yearly_cost(LENT, [annuity_payment(LENT, 0.02, 12)] * 12)
    assert found.effective_apr == pytest.approx(0.2682, abs=5e-5)


def test_a_loan_without_interest_costs_nothing() -> None:
    assert yearly_cost(1_200, [annuity_payment(1_200, 0, 12)] * 12).nominal_apr == pytest.approx(0, abs=1e-9)


def test_payments_that_no_rate_explains_give_no_rate() -> None:
    assert math.isnan(yearly_cost(1_000, [0.0] * 12).nominal_apr)
    assert math.isnan(yearly_cost(0, [10.0]).nominal_apr)


def test_nominal_and_effective_caps_are_two_numbers() -> None:
    assert yearly_cost(LENT, payments_of(LENT, 0.03, 12, "EQ_INSTALLMENT")).effective_apr == pytest.approx(
        0.4258, abs=5e-5
    )
    # 24 % effective is 21.71 % nominal.
    month_rate = 1.24 ** (1 / 12) - 1
    assert yearly_cost(LENT, payments_of(LENT, month_rate, 12, "INTEREST_ONLY")).nominal_apr == pytest.approx(
        0.2171, abs=5e-5
    )


@pytest.mark.parametrize(
    ("rate_day", "apr"),
    [(0.00015, 0.0548), (0.0002, 0.0730), (0.0003, 0.1095), (0.0004, 0.1460), (0.0005, 0.1825), (0.0006, 0.2190)],
)
@pytest.mark.parametrize("method", ["EQ_INSTALLMENT", "INTEREST_ONLY", "REVOLVING"])
@pytest.mark.parametrize("months", [3, 12, 24])
def test_a_day_rate_is_its_yearly_rate_whatever_the_term_and_the_way_of_repaying(
    rate_day: float, apr: float, method: str, months: int
) -> None:
    payments = payments_of(LENT, rate_day * 365 / 12, months, method)
    assert yearly_cost(LENT, payments).nominal_apr == pytest.approx(apr, abs=5.1e-5)
    in_360 = yearly_cost(LENT, payments_of(LENT, rate_day * 30, months, method)).nominal_apr
    assert in_360 == pytest.approx(apr * 360 / 365, abs=5e-5)


def test_by_days_a_year_of_365_is_a_year_and_a_leap_year_a_little_more() -> None:
    assert cost_by_days(100, date(2025, 1, 1), [(date(2026, 1, 1), 124)]) == pytest.approx(0.24, abs=1e-9)
    assert cost_by_days(100, date(2024, 1, 1), [(date(2025, 1, 1), 124)]) == pytest.approx(
        1.24 ** (365 / 366) - 1, abs=1e-9
    )
    assert math.isnan(cost_by_days(100, date(2025, 1, 1), [(date(2026, 1, 1), 0.0)]))
