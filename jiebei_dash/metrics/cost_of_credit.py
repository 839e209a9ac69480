"""What a loan costs the borrower in a year: every payment counted, whoever collects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyxirr import InvalidPaymentsError, irr, xirr


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
        NaN where nothing was received or nothing is paid: no rate repays the loan.

    Notes
    -----
    **Source**: internal rate of return; both conventions because a cap of 24 % nominal is 26.82 % effective.
    """
    rate = None
    if received_fen > 0:
        try:
            rate = irr([-received_fen, *payments_fen])
        except InvalidPaymentsError:
            rate = None
    if rate is None:
        return YearlyCost(float("nan"), float("nan"), float("nan"))
    return YearlyCost(rate, 12 * rate, (1 + rate) ** 12 - 1)


def cost_by_days(received_fen: float, received_on: date, payments: Sequence[tuple[date, float]]) -> float:
    """Return the effective yearly cost of a loan by its true days.

    Parameters
    ----------
    received_fen, received_on
        Net cash to the borrower, and its day.
    payments
        Day and amount of each payment of the borrower.

    Returns
    -------
    float
        The rate at which all cash flows, discounted by days / 365, sum to zero; NaN if there is none.

    Notes
    -----
    **Source**: XIRR, house definition 1.11.
    """
    try:
        rate = xirr([received_on, *(day for day, _ in payments)], [-received_fen, *(paid for _, paid in payments)])
    except InvalidPaymentsError:
        rate = None
    return float("nan") if rate is None else float(rate)


def payments_of(principal_fen: float, month_rate: float, months: int, repay_method: str) -> list[float]:
    """Return what a borrower who performs pays each month, without fees; fen, not rounded.

    Parameters
    ----------
    principal_fen, month_rate, months
        As in :func:`annuity_payment`.
    repay_method
        One of ``terms.REPAY_METHODS``: equal instalments, or interest monthly and the principal at the end; a revolving
        loan counts as drawn to its end, an unknown method as equal instalments.
    """
    if repay_method in ("INTEREST_ONLY", "REVOLVING"):
        interest = principal_fen * month_rate
        return [*[interest] * (months - 1), principal_fen + interest]
    return [annuity_payment(principal_fen, month_rate, months)] * months


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
