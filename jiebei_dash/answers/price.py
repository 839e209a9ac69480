"""What do new loans cost the borrower in a year, and is it inside the cap?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.metrics import cost_of_credit
from jiebei_dash.metrics import price as metrics
from jiebei_dash.price_caps import read_price_caps
from jiebei_dash.queries import price as queries

MOST_MONTHS = 120
SHOWN_MONTHS = 24
WINDOW_MONTHS = 12
MOST_FEE_RATE = 0.5
METHODS: tuple[str, ...] = ("EQ_INSTALLMENT", "INTEREST_ONLY")


@dataclass(frozen=True)
class Quote:
    """One loan of the calculator.

    Parameters
    ----------
    contract, all_in
        Yearly rates without and with the fees.
    by_days_apr
        Effective all-in rate by true days, from ``first_on`` on the same day of each month.
    instalment_fen
        First payment of the borrower, fees included.
    paid_fen
        All payments together.
    """

    contract: cost_of_credit.YearlyCost
    all_in: cost_of_credit.YearlyCost
    by_days_apr: float
    instalment_fen: float
    paid_fen: float


def by_month(
    scope: Scope,
    fetch: Fetch,
    months: int = SHOWN_MONTHS,
    fee_month_rate: float = 0.0,
    fee_withheld_rate: float = 0.0,
    fee_once_yuan: float = 0.0,
) -> Answer:
    """Return how the prices of new loans were spread in each month, and how many lie above the caps of then.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many, up to the as-of month.
    fee_month_rate, fee_withheld_rate, fee_once_yuan
        What the borrower pays beside interest, which no book holds: a month on the original principal, withheld at
        disbursement (both fractions), and once in yuan.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.price.against_caps` by ``opened_month``.

    Raises
    ------
    AssumptionsInvalid, BadArgument, EmptyScope
    """
    between("months", months, 1, MOST_MONTHS)
    fees = _fees(fee_month_rate, fee_withheld_rate, fee_once_yuan)
    cells, questions = _cells(scope, fetch, months, fees)
    return Answer("price.by_month", metrics.against_caps(cells, read_price_caps(), "opened_month"), questions)


def by_product(
    scope: Scope,
    fetch: Fetch,
    fee_month_rate: float = 0.0,
    fee_withheld_rate: float = 0.0,
    fee_once_yuan: float = 0.0,
) -> Answer:
    """Return the same for the product classes, over the loans of the last twelve months.

    Parameters
    ----------
    scope, fetch, fee_month_rate, fee_withheld_rate, fee_once_yuan
        As in :func:`by_month`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.price.against_caps` by ``product_class``.

    Raises
    ------
    AssumptionsInvalid, BadArgument, EmptyScope
    """
    fees = _fees(fee_month_rate, fee_withheld_rate, fee_once_yuan)
    cells, questions = _cells(scope, fetch, WINDOW_MONTHS, fees)
    return Answer("price.by_product", metrics.against_caps(cells, read_price_caps(), "product_class"), questions)


def quote(
    principal_yuan: float,
    months: int,
    month_rate: float,
    first_on: date,
    method: str = METHODS[0],
    fee_month_rate: float = 0.0,
    fee_withheld_rate: float = 0.0,
    fee_once_yuan: float = 0.0,
) -> Quote:
    """Return what one loan costs in a year, for a calculator.

    Parameters
    ----------
    principal_yuan, months, month_rate
        Amount, term and interest a month.
    first_on
        Day of the disbursement.
    method
        One of ``METHODS``.
    fee_month_rate, fee_withheld_rate, fee_once_yuan
        As in :func:`by_month`.

    Raises
    ------
    BadArgument
    """
    one_of("method", method, METHODS)
    between("months", months, 1, MOST_MONTHS)
    fees = _fees(fee_month_rate, fee_withheld_rate, fee_once_yuan)
    principal = principal_yuan * 100
    plain = cost_of_credit.payments_of(principal, month_rate, months, method)
    paid = [each + principal * fees.month_rate for each in plain]
    received = principal * (1 - fees.withheld_rate) - fees.once_fen
    days = [month_plus(first_on, place).replace(day=min(first_on.day, 28)) for place in range(1, months + 1)]
    return Quote(
        cost_of_credit.yearly_cost(principal, plain),
        cost_of_credit.yearly_cost(received, paid),
        cost_of_credit.cost_by_days(received, first_on, list(zip(days, paid, strict=True))),
        paid[0],
        sum(paid) + fees.once_fen,
    )


def _fees(month_rate: float, withheld_rate: float, once_yuan: float) -> metrics.Fees:
    for name, value in (("fee_month_rate", month_rate), ("fee_withheld_rate", withheld_rate)):
        if not 0 <= value <= MOST_FEE_RATE:
            raise BadArgument(name=name, value=f"{value:g}", allowed=f"0 - {MOST_FEE_RATE:g}")
    if once_yuan < 0:
        raise BadArgument(name="fee_once_yuan", value=f"{once_yuan:g}", allowed="0 -")
    return metrics.Fees(month_rate, withheld_rate, once_yuan * 100)


def _cells(scope: Scope, fetch: Fetch, months: int, fees: metrics.Fees) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    asked = (
        queries.rates_by_month(scope, month_plus(scope.as_of_month, 1 - months)),
        queries.day_counts(scope),
    )
    rates, day_counts = (fetch(question) for question in asked)
    if rates.empty:
        raise EmptyScope
    if "amounts" in scope.lacks:
        rates = rates.assign(principal_fen=float("nan"))
    return metrics.priced(rates, day_counts, fees), asked
