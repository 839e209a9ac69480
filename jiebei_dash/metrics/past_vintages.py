"""Past vintages by what two policies say of them: loans that were made, and what is expected of those declined then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiebei_dash.metrics.expected import RANGES
from jiebei_dash.metrics.frames import need, ratio
from jiebei_dash.terms import SPAN_MONTHS, Basis, Span

Array = NDArray[Any]
MOST_MOB = 12
CELLS: tuple[str, ...] = ("KEPT", "SWAPPED_OUT", "SWAPPED_IN", "DECLINED")
"""Both approve; today alone; the draft alone; neither."""

_APPROVES = ("today_approves", "proposed_approves")
_BASE: Mapping[Basis, tuple[str, str, str]] = {
    "count": ("loan_count", "decided_count", "pd_known_count"),
    "balance": ("drawn_fen", "requested_fen", "pd_known_fen"),
}
"""Of the loans made, of decisions, and of decisions with a PD."""


@dataclass(frozen=True)
class Vintages:
    """Loans and expected loans of past vintages, by what two policies say of them.

    Parameters
    ----------
    opened
        First month of each vintage, oldest first.
    closed
        The oldest age, up to 12, that all months of a vintage have closed.
    loan_count, base, square
        A row a vintage, a column a cell of ``CELLS``: loans made; loans or principal in fen; the sum of their squares.
    late
        The same by age: of ``base``, what had been more than 30 days past due by then.
    other_count, other_base
        Expected loans of those declined then, a row a vintage, a column a cell.
    other_bads
        The same by range (low, central, high): of ``other_base``, what is bad by month 6.
    """

    opened: pd.DatetimeIndex
    closed: Array
    loan_count: Array
    base: Array
    square: Array
    late: Array
    other_count: Array
    other_base: Array
    other_bads: Array


def gather(
    made: pd.DataFrame, decided: pd.DataFrame, as_of_month: date, span: Span, basis: Basis, take_up_ratio: float
) -> Vintages:
    """Return what is counted and expected of each vintage.

    Parameters
    ----------
    made, decided
        See ``queries.back_test``; decisions stand in the vintage of the month in which they fell.
    as_of_month
        Last closed month.
    span
        A vintage is a month, quarter or year of opening; it is taken once it is over.
    basis
        ``count`` of loans, or ``balance``: of the principal lent.
    take_up_ratio
        Take-up of those declined then, over that of the approved of the same vintage.

    Notes
    -----
    **Source**: house definition. Loans of those declined = decisions x lines drawn / lines approved in the vintage x
    ratio; their principal = amount asked for x principal drawn / amount asked for by those who drew.
    """
    need(made, "opened_month", "first_mob", *_APPROVES, "loan_count", "drawn_fen", "drawn_square_sum")
    need(decided, "decided_month", *_APPROVES, "outcome", "decided_count", "requested_fen", "pd_known_count")
    kept = made.assign(vintage=_vintage_of(made["opened_month"], span), cell=_cell_of(made))
    closed = _closed(kept, as_of_month, span)
    every = pd.MultiIndex.from_product([closed.index, CELLS], names=["vintage", "cell"])
    sums = kept.groupby(["vintage", "cell"])[["loan_count", "drawn_fen", "drawn_square_sum"]].sum()
    sums = sums.astype(float).reindex(every, fill_value=0.0)
    base, *_ = _BASE[basis]
    late = kept.dropna(subset=["first_mob"]).pivot_table(
        index=["vintage", "cell"], columns="first_mob", values=base, aggfunc="sum", fill_value=0
    )
    late = late.reindex(index=every, columns=range(MOST_MOB + 1), fill_value=0).astype(float).cumsum(axis=1)
    others = decided.assign(vintage=_vintage_of(decided["decided_month"], span), cell=_cell_of(decided))
    expected = _expected(others, every, basis, take_up_ratio)

    def shaped(frame: pd.DataFrame) -> Array:
        shape = (len(closed), len(CELLS), *(() if len(frame.columns) == 1 else (len(frame.columns),)))
        return np.reshape(frame.to_numpy(dtype=float), shape)

    return Vintages(
        opened=pd.DatetimeIndex(closed.index),
        closed=closed.to_numpy(dtype="int64"),
        loan_count=shaped(sums[["loan_count"]]),
        base=shaped(sums[[base]]),
        square=shaped(sums[["loan_count" if basis == "count" else "drawn_square_sum"]]),
        late=shaped(late),
        other_count=shaped(expected[["count"]]),
        other_base=shaped(expected[["base"]]),
        other_bads=shaped(expected[list(RANGES)]),
    )


def _vintage_of(months: pd.Series, span: Span) -> pd.Series:
    period = {"month": "M", "quarter": "Q", "year": "Y"}[span]
    return pd.to_datetime(months).dt.to_period(period).dt.start_time.astype("datetime64[ms]")


def _cell_of(sums: pd.DataFrame) -> pd.Series:
    today, proposed = sums["today_approves"].astype(bool), sums["proposed_approves"].astype(bool)
    named = np.select([today & proposed, today, proposed], CELLS[:3], CELLS[3])
    return pd.Series(named, index=sums.index, dtype=object)


def _closed(made: pd.DataFrame, as_of_month: date, span: Span) -> pd.Series:
    """The oldest age that the youngest month of each vintage has closed; a vintage that still runs is not taken."""
    opened = pd.to_datetime(made["opened_month"])
    ages = (as_of_month.year - opened.dt.year) * 12 + as_of_month.month - opened.dt.month
    closed = ages.groupby(made["vintage"]).min().clip(upper=MOST_MOB)
    is_over = closed.index + pd.DateOffset(months=SPAN_MONTHS[span] - 1) <= pd.Timestamp(as_of_month)
    return closed[is_over & (closed >= 0)].sort_index()


def _expected(decided: pd.DataFrame, every: pd.MultiIndex, basis: Basis, take_up_ratio: float) -> pd.DataFrame:
    """What those declined then would have become, a row a vintage and cell."""
    _, base, known = _BASE[basis]
    unit = "count" if basis == "count" else "fen"
    names = ["decided_count", "requested_fen", "drawn_fen"]
    of = {
        outcome: decided[decided["outcome"] == outcome].groupby("vintage")[names].sum().astype(float)
        for outcome in ("DRAWN", "NOT_DRAWN")
    }
    vintage = every.get_level_values("vintage")
    drew, not_drawn = (of[outcome].reindex(vintage, fill_value=0.0) for outcome in of)
    approved = drew["decided_count"] + not_drawn["decided_count"]
    take_up = ratio(drew["decided_count"], approved).to_numpy() * take_up_ratio
    each = take_up if basis == "count" else take_up * ratio(drew["drawn_fen"], drew["requested_fen"]).to_numpy()
    bads = [f"bads_{name}_{unit}" for name in RANGES]
    declined = decided[decided["outcome"] == "DECLINED"].groupby(["vintage", "cell"])
    sums = declined[[*dict.fromkeys(("decided_count", base, known)), *bads]].sum().astype(float)
    sums = sums.reindex(every, fill_value=0.0)
    # Those without a PD are taken to be as bad as those with one.
    scale = each * ratio(sums[base], sums[known])
    found = {"count": sums["decided_count"] * take_up, "base": sums[base] * each}
    found |= {name: sums[column] * scale for name, column in zip(RANGES, bads, strict=True)}
    # An unknown take-up of nobody is nobody.
    return pd.DataFrame(found).mask(sums["decided_count"] == 0, 0.0)


def over(numerator: Array, denominator: Array) -> Array:
    """Return numbers over numbers; nothing to divide by is unknown."""
    return np.asarray(numerator / np.where(np.asarray(denominator) > 0, denominator, np.nan))
