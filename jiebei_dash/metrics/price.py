"""What new loans cost the borrower in a year, by both conventions, and how many lie above a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jiebei_dash.metrics.cost_of_credit import payments_of, yearly_cost
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.price_caps import CapRule, cap_on

KINDS: tuple[str, ...] = ("nominal", "effective")
PERCENTS: tuple[int, ...] = (10, 50, 90)
FEWEST_LOANS = 30
_EXACT = 1e-9
"""A loan exactly at the cap is not above it, whatever the last binary digit says."""
_DAYS_A_MONTH = {"30/360": 30.0}
_ACTUAL = 365 / 12


@dataclass(frozen=True)
class Fees:
    """What a borrower pays beside interest, whoever collects it.

    Parameters
    ----------
    month_rate
        Instalment and guarantee fees a month, a fraction of the original principal.
    withheld_rate
        Taken off at disbursement, a fraction of the principal.
    once_fen
        Paid once at disbursement, e.g. a membership.
    """

    month_rate: float = 0.0
    withheld_rate: float = 0.0
    once_fen: float = 0.0


def priced(rates: pd.DataFrame, day_counts: pd.DataFrame, fees: Fees) -> pd.DataFrame:
    """Return each cell of loans with its yearly rates.

    Parameters
    ----------
    rates
        ``opened_month``, ``product_class``, ``term_months``, ``repay_method``, ``rate_day``, ``loans``,
        ``principal_fen``; one row a cell.
    day_counts
        ``product_class``, ``day_count``. A class with one convention is counted by it, any other by 365 / 12 days a
        month.
    fees
        Added to the payments of every loan of the cell's mean size.

    Returns
    -------
    DataFrame
        The cells with ``nominal_rate`` and ``effective_rate`` of the contract, ``all_in_nominal_rate`` and
        ``all_in_effective_rate`` with the fees; NaN where fees are asked for and the term is unknown.

    Notes
    -----
    **Source**: house definition 1.11: for equal instalments and for interest first alike, the monthly rate of return of
    a loan without fees is its monthly interest.
    """
    need(rates, "product_class", "term_months", "repay_method", "rate_day", "loans", "principal_fen")
    single = day_counts.drop_duplicates("product_class", keep=False).set_index("product_class")["day_count"]
    days = rates["product_class"].map(single).map(_DAYS_A_MONTH).fillna(_ACTUAL).astype(float)
    month_rate = rates["rate_day"] * days
    found = rates.assign(nominal_rate=12 * month_rate, effective_rate=(1 + month_rate) ** 12 - 1)
    if fees == Fees():
        return found.assign(all_in_nominal_rate=found["nominal_rate"], all_in_effective_rate=found["effective_rate"])
    size = (rates["principal_fen"] / rates["loans"]).replace(0.0, np.nan)
    costs = [
        _all_in(principal, rate, term, method, fees)
        for principal, rate, term, method in zip(
            size, month_rate, rates["term_months"], rates["repay_method"], strict=True
        )
    ]
    both = pd.DataFrame(costs, columns=["all_in_nominal_rate", "all_in_effective_rate"], index=rates.index)
    return found.join(both)


def against_caps(cells: pd.DataFrame, rules: Sequence[CapRule], by: str) -> pd.DataFrame:
    """Return how prices are spread in each group, and how many loans lie above the caps.

    Parameters
    ----------
    cells
        Of :func:`priced`.
    rules
        Of :func:`jiebei_dash.price_caps.read_price_caps`; a loan is held against those of the first day of its month.
    by
        ``opened_month`` or ``product_class``.

    Returns
    -------
    DataFrame
        ``by``; ``loans``, ``is_small``, ``principal_fen``; for ``nominal``, ``effective``, ``all_in_nominal`` and
        ``all_in_effective``: ``<kind>_p10_rate``, ``_p50_rate``, ``_p90_rate`` (of loans) and ``<kind>_mean_rate``
        (weighted by principal); ``cap_rate`` and ``target_rate`` (the caps in force and in the shadow in the last month
        of the group; NaN without one); ``above_nominal_count``, ``above_effective_count``, their shares with
        ``_low_rate`` and ``_high_rate`` (Wilson), and ``over_target_nominal_rate``, ``over_target_effective_rate``. The
        all-in cost is held against a cap.
    """
    day = cells["opened_month"].dt.date
    cells = cells.assign(
        cap=day.map({month: cap_on(rules, "in_force", month) for month in day.unique()}).astype(float),
        target=day.map({month: cap_on(rules, "shadow", month) for month in day.unique()}).astype(float),
    )
    rows = [_spread(part) | {by: code} for code, part in cells.groupby(by, sort=True)]
    found = pd.DataFrame(rows)
    return found[[by, *[name for name in found.columns if name != by]]]


def _spread(part: pd.DataFrame) -> dict[str, object]:
    loans, weights = float(part["loans"].sum()), part["loans"].to_numpy(dtype=float)
    found: dict[str, object] = {
        "loans": loans,
        "is_small": loans < FEWEST_LOANS,
        "principal_fen": float(part["principal_fen"].sum(min_count=1)),
    }
    for kind in (*KINDS, *(f"all_in_{kind}" for kind in KINDS)):
        rates = part[f"{kind}_rate"].to_numpy(dtype=float)
        for percent in PERCENTS:
            found[f"{kind}_p{percent}_rate"] = _percentile(rates, weights, percent)
        money = part["principal_fen"].to_numpy(dtype=float)
        found[f"{kind}_mean_rate"] = float((rates * money).sum() / money.sum()) if money.sum() > 0 else np.nan
    last = part.loc[part["opened_month"].idxmax()]
    found["cap_rate"], found["target_rate"] = (_finite(float(last[name])) for name in ("cap", "target"))
    for kind in KINDS:
        all_in = part[f"all_in_{kind}_rate"]
        above = float(part.loc[all_in > part["cap"] + _EXACT, "loans"].sum())
        known = float(part.loc[all_in.notna(), "loans"].sum())
        low, high = wilson(above, known)
        found[f"above_{kind}_count"] = above
        found[f"above_{kind}_rate"] = above / known if known else np.nan
        found[f"above_{kind}_low_rate"], found[f"above_{kind}_high_rate"] = low, high
        over = float(part.loc[all_in > part["target"] + _EXACT, "loans"].sum())
        found[f"over_target_{kind}_rate"] = over / known if known else np.nan
    return found


def _percentile(values: np.ndarray, weights: np.ndarray, percent: int) -> float:
    """The rate that so many percent of the loans do not exceed."""
    if np.isnan(values).any():
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) >= weights.sum() * percent / 100 - _EXACT
    return float(values[order][np.argmax(reached)])


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("nan")


def _all_in(principal_fen: float, month_rate: float, term: int, method: str, fees: Fees) -> tuple[float, float]:
    if not principal_fen > 0 or not term > 0:
        return float("nan"), float("nan")
    monthly = fees.month_rate * principal_fen
    payments = [paid + monthly for paid in payments_of(principal_fen, month_rate, int(term), method)]
    found = yearly_cost(principal_fen * (1 - fees.withheld_rate) - fees.once_fen, payments)
    return found.nominal_apr, found.effective_apr
