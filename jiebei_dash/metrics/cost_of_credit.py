"""What a loan costs the borrower in a year: every payment counted, whoever collects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.optimize import brentq


@dataclass(frozen=True)
class YearlyCost:
    """The two yearly rates of one stream of monthly payments; fractions.

    Parameters
    ----------
    month_rate
        Internal rate of return of one month.
    nominal_apr
        12 x the monthly rate.
    effective_apr
        (1 + monthly rate)^12 - 1.
    """

    month_rate: float
    nominal_apr: float
    effective_apr: float


def yearly_cost(received_fen: float, payments_fen: Sequence[float]) -> YearlyCost:
    """Return the yearly cost of a loan repaid in monthly payments.

    Parameters
    ----------
    received_fen
        Net cash to the borrower: fees withheld at disbursement taken off.
    payments_fen
        What the borrower pays at the end of each month: principal, interest, fees, guarantees, insurance.

    Returns
    -------
    YearlyCost
        NaN where no rate between -50 % and 100 % a month repays the loan.

    Notes
    -----
    **Source**: internal rate of return; both conventions because a cap of 24 % nominal is 26.82 % effective.
    """

    def left(rate: float) -> float:
        return received_fen - sum(paid / (1 + rate) ** place for place, paid in enumerate(payments_fen, start=1))

    if received_fen <= 0 or left(-0.5) > 0 or left(1.0) < 0:
        return YearlyCost(float("nan"), float("nan"), float("nan"))
    rate = float(brentq(left, -0.5, 1.0, xtol=1e-14, rtol=1e-14))
    return YearlyCost(rate, 12 * rate, (1 + rate) ** 12 - 1)


def annuity_payment(principal_fen: float, month_rate: float, months: int) -> float:
    """Return the equal monthly instalment of an annuity; fen, not rounded.

    Parameters
    ----------
    principal_fen
        Original principal.
    month_rate
        Interest a month; 0 is allowed.
    months
        Term.

    Notes
    -----
    **Source**: textbook annuity.
    """
    if month_rate == 0:
        return principal_fen / months
    return float(principal_fen * month_rate / (1 - (1 + month_rate) ** -months))
