"""What 100 of average balance earn in a year, line by line, and the loss rate at which nothing is left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.unit_costs import LINES, OPERATING, UnitCosts

FEWEST_LOANS = 30
_YEAR_MONTHS = 12
_SUMS = (
    "opening_fen", "balance_fen", "interest_fen", "lost_fen", "recovered_fen", "commission_fen", "loan_months",
    "lost_loans", "opened", "applications",
)  # fmt: skip


def months(
    earned: pd.DataFrame,
    came_back: pd.DataFrame,
    opened: pd.DataFrame,
    applied: pd.DataFrame | None,
    by: str | None,
    lacks: frozenset[str],
) -> pd.DataFrame:
    """Return everything that was added up, on one row a month and group.

    Parameters
    ----------
    earned
        ``month``, ``opening_fen``, ``balance_fen``, ``interest_fen``, ``lost_fen``, ``loan_months``, ``lost_loans``.
    came_back
        ``month``, ``recovered_fen``, ``commission_fen``.
    opened
        ``opened_month``, ``loans``.
    applied
        ``submitted_month``, ``applications``; None where the book has no applicants.
    by
        The dimension that all are split by, or None.
    lacks
        Capabilities of the book's source: without ``commissions`` their column is NaN.

    Returns
    -------
    DataFrame
        ``month``, the dimension, and the columns of all four; a sum of nothing is 0, what is not in the book NaN.
    """
    need(earned, "month", "opening_fen", "balance_fen", "interest_fen", "lost_fen", "loan_months", "lost_loans")
    keys = ["month", *([by] if by else [])]
    parts = [
        earned,
        came_back,
        opened.rename(columns={"opened_month": "month", "loans": "opened"}),
        *([] if applied is None else [applied.rename(columns={"submitted_month": "month"})]),
    ]
    joined = pd.concat([part.set_index(keys) for part in parts], axis="columns", sort=False)
    found = joined.fillna(0.0).reset_index()
    # Before the first loan there is no balance to set a cost against.
    found = found[found["month"].isin(earned["month"])]
    if applied is None:
        found["applications"] = np.nan
    if "commissions" in lacks:
        found["commission_fen"] = np.nan
    return found.sort_values(keys, ignore_index=True)


def segments(found: pd.DataFrame, costs: UnitCosts, by: str | None) -> pd.DataFrame:
    """Return what each group earned for each unit of its average balance and year, the largest group first.

    Parameters
    ----------
    found
        Of :func:`months`.
    costs
        What the book does not hold, and what is added to what it holds.
    by
        Its dimension, or None for the whole.

    Returns
    -------
    DataFrame
        The dimension; ``loans`` (mean number on the book), ``is_small`` (fewer than 30), ``lost_loans``, ``opened``,
        ``applications``, ``average_fen``; fractions of the average balance a year: ``<line>_rate`` for each of
        ``LINES``, ``margin_rate`` before tax, ``tax_rate``, ``after_tax_rate``, ``capital_charge_rate``,
        ``economic_rate``, ``raroc_rate`` (of the capital); ``loss_low_rate``, ``loss_high_rate``, ``break_even_rate``,
        ``headroom_rate``. A line that is not known is NaN and left out of the margin; without a balance, or without
        any interest in the whole book, all is NaN.

    Notes
    -----
    **Source**: house definition 1.12. The interval of the loss is Wilson's of the number of lost loans among
    loan-months, carried over to the balance by the mean size of what was lost: loans count as independent.
    """
    count = found["month"].nunique()
    summed = [name for name in _SUMS if name in found]
    if by is None:
        sums = found[summed].sum(min_count=1).to_frame().T
    else:
        sums = found.groupby(by, sort=False)[summed].sum(min_count=1).reset_index()
    rates = _per_unit(sums, costs, found["interest_fen"].sum() > 0)
    rates.insert(0, "average_fen", (sums["opening_fen"] + sums["balance_fen"]) / 2 / count)
    for name in ("applications", "opened", "lost_loans"):
        rates.insert(0, name, sums[name])
    loans = sums["loan_months"] / count
    rates.insert(0, "is_small", loans < FEWEST_LOANS)
    rates.insert(0, "loans", loans)
    if by is not None:
        rates.insert(0, by, sums[by])
        rates = rates.sort_values(["average_fen", by], ascending=[False, True])
    return rates.reset_index(drop=True)


def by_month(found: pd.DataFrame, costs: UnitCosts) -> pd.DataFrame:
    """Return the same lines for each month, times twelve.

    Parameters
    ----------
    found, costs
        As in :func:`segments`, ``found`` not split.

    Returns
    -------
    DataFrame
        Indexed by month: ``balance_year_fen`` (a twelfth of the mean book), the rates of :func:`segments`, and
        ``operating_rate``: the sum of ``OPERATING``.

    Notes
    -----
    **Source**: house definitions 1.11 (book yield) and 1.12.
    """
    indexed = found.set_index("month")
    rates = _per_unit(indexed, costs, found["interest_fen"].sum() > 0)
    rates["operating_rate"] = rates[[f"{line}_rate" for line in OPERATING]].sum(axis="columns", min_count=1)
    rates["balance_year_fen"] = _balance_year(indexed)
    return rates


def _balance_year(sums: pd.DataFrame) -> pd.Series:
    """The mean of both month-ends, added over the months: a balance times years. Nothing to divide by is unknown."""
    return ((sums["opening_fen"] + sums["balance_fen"]) / 2 / _YEAR_MONTHS).astype(float).replace(0.0, np.nan)


def _per_unit(sums: pd.DataFrame, costs: UnitCosts, pays_interest: bool) -> pd.DataFrame:
    year = _balance_year(sums)
    interest = sums["interest_fen"] / year if pays_interest else year * np.nan
    back = sums["recovered_fen"] / year
    found = pd.DataFrame({"yield_rate": interest + costs.changes["yield_change"]})
    found["vat_rate"] = found["yield_rate"] * costs["vat"]
    gross = sums["lost_fen"] / year
    found["loss_rate"] = gross - back + costs.changes["loss_change"]
    found["commission_rate"] = sums["commission_fen"] / year + costs.changes["commission_change"]
    volume = {"application": sums["applications"], "loan": sums["opened"]}
    for key in ("funding", "acquisition", "data", "payment", "collection", "operations"):
        line = costs.line(key)
        charged = line.value * 100 * volume[line.unit] / year if line.unit in volume else year * 0 + line.value
        found[f"{key}_rate"] = charged
    found = found[[f"{line}_rate" for line in LINES]]
    taken = found.drop(columns="yield_rate").sum(axis="columns")
    found["margin_rate"] = found["yield_rate"] - taken
    found["tax_rate"] = costs["tax"] * found["margin_rate"].clip(lower=0)
    found["after_tax_rate"] = found["margin_rate"] - found["tax_rate"]
    found["capital_charge_rate"] = costs["capital"] * (costs["capital_cost"] - costs["capital_return"]) + 0 * year
    found["economic_rate"] = found["after_tax_rate"] - found["capital_charge_rate"]
    found["raroc_rate"] = found["after_tax_rate"] / costs["capital"] + costs["capital_return"]
    ends = [
        _loss_interval(lost, months, rate)
        for lost, months, rate in zip(sums["lost_loans"], sums["loan_months"], gross, strict=True)
    ]
    shift = found["loss_rate"] - gross
    found["loss_low_rate"] = [low for low, _ in ends] + shift
    found["loss_high_rate"] = [high for _, high in ends] + shift
    found["break_even_rate"] = found["loss_rate"] + found["margin_rate"]
    found["headroom_rate"] = found["break_even_rate"] - found["loss_rate"]
    return found


def _loss_interval(lost: float, loan_months: float, gross_rate: float) -> tuple[float, float]:
    trials = lost + loan_months
    low, high = wilson(lost, trials)
    # Where nothing was lost, a lost loan is taken to be as large as any other.
    size = gross_rate / (lost / trials) if lost > 0 else float(_YEAR_MONTHS)
    return low * size, high * size
