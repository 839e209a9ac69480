"""What part of a lost principal never comes back, and the loss that a book is expected to make."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from jiebei_dash.metrics.frames import every_month, need
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS

RATE_WINDOW_MONTHS = 12
"""The contract rate of a month of losses is what current loans paid over so many months before it."""
LOSS_LAG_MONTHS = 3
"""From past 90 days to lost, at more than 180. Source: house definition 1.2 (write-off point of peers)."""
LEAST_COHORTS = 3
"""Fewer say nothing about a spread."""


def contract_rate(months: pd.DataFrame) -> pd.Series:
    """Return the monthly contract rate by which recoveries on a month's losses are discounted.

    Parameters
    ----------
    months
        ``month``, ``interest_fen``, ``current_fen``; one row a month.

    Returns
    -------
    Series
        By ``month``: interest received on loans that were current and stayed so / their opening principal, over the
        twelve months to the loss (fewer at the beginning of the book); NaN where no interest is known.

    Notes
    -----
    **Source**: house definition L4. A loan's own rate is not in the sums by month: a cohort of losses is discounted by
    what the current loans of the scope paid, which is the mean contract rate weighed by balance. Lost loans carried
    a higher one on average, so their recoveries are worth a little less than shown.
    """
    need(months, "month", "interest_fen", "current_fen")
    frame = every_month(months).set_index("month")[["interest_fen", "current_fen"]].astype(float)
    sums = frame.rolling(RATE_WINDOW_MONTHS, min_periods=1).sum()
    rate = sums["interest_fen"] / sums["current_fen"].where(sums["current_fen"] > 0)
    return rate.where(rate > 0)


def paths(months: pd.DataFrame, back: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """Return what had come back of each month's losses so many months after them, discounted and not.

    Parameters
    ----------
    months
        ``month``, ``lost_loans``, ``lost_fen``, ``interest_fen``, ``current_fen``.
    back
        ``lost_month``, ``month``, ``recovered_fen``, ``commission_fen``.
    as_of_month
        Last closed month.

    Returns
    -------
    DataFrame
        One row a ``lost_month`` that lost anything and ``months_since`` its loss (0 to the last closed one):
        ``lost_loans``, ``lost_fen``, ``net_fen`` (recovered less fees, to date), ``present_fen`` (the same at its value
        on the month of the loss), ``discount_rate`` (a month; NaN where no interest is known: then nothing is
        discounted). Months not closed are absent.
    """
    need(months, "month", "lost_loans", "lost_fen")
    need(back, "lost_month", "month", "recovered_fen", "commission_fen")
    lost = months[(months["lost_fen"] > 0) & (months["month"] <= pd.Timestamp(as_of_month))]
    rate = contract_rate(months)
    until = back[pd.to_datetime(back["month"]) <= pd.Timestamp(as_of_month)]
    net = until["recovered_fen"] - until["commission_fen"].fillna(0)
    came = until.assign(since=_months(until["lost_month"], until["month"]), net=net)
    parts = []
    for row in lost.itertuples():
        oldest = (as_of_month.year - row.month.year) * 12 + as_of_month.month - row.month.month  # type: ignore[union-attr]
        since = np.arange(oldest + 1)
        own = came[came["lost_month"] == row.month].groupby("since")["net"].sum().reindex(since, fill_value=0.0)
        monthly = float(rate[row.month])
        factor = (1 + (0.0 if np.isnan(monthly) else monthly)) ** -since.astype(float)
        parts.append(
            pd.DataFrame(
                {
                    "lost_month": row.month,
                    "months_since": since,
                    "lost_loans": row.lost_loans,
                    "lost_fen": row.lost_fen,
                    "net_fen": own.to_numpy().cumsum(),
                    "present_fen": (own.to_numpy() * factor).cumsum(),
                    "discount_rate": monthly,
                }
            )
        )
    columns = ["lost_month", "months_since", "lost_loans", "lost_fen", "net_fen", "present_fen", "discount_rate"]
    if not parts:
        return pd.DataFrame(columns=columns, dtype=float).astype({"lost_month": months["month"].dtype})
    return pd.concat(parts, ignore_index=True)[columns]


def pooled(found: pd.DataFrame) -> pd.DataFrame:
    """Return the severity at each number of months since the loss, over the cohorts that have reached it.

    Parameters
    ----------
    found
        What :func:`paths` returned.

    Returns
    -------
    DataFrame
        ``months_since``, ``lost_fen``, ``net_fen``, ``present_fen``, ``severity_rate`` = 1 - present / lost,
        ``low_rate``, ``high_rate`` (95%, over cohorts, Student's t; NaN with fewer than three), ``undiscounted_rate``,
        ``cohorts``, ``lost_loans``, ``is_small``.

    Notes
    -----
    **Source**: house definition L4. The interval is that of a ratio of sums over cohorts: Cochran (1977), Sampling
    Techniques, 6.4; months of losses are the units, so a bad year widens it.
    """
    need(found, "months_since", "lost_loans", "lost_fen", "net_fen", "present_fen")
    rows = []
    for since, cohorts in found.groupby("months_since"):
        lost, present = cohorts["lost_fen"].to_numpy(dtype=float), cohorts["present_fen"].to_numpy(dtype=float)
        severity, count = 1 - present.sum() / lost.sum(), len(cohorts)
        half = np.nan
        if count >= LEAST_COHORTS:
            off = (lost - present) - severity * lost
            half = stdtrit(count - 1, 0.975) * np.sqrt(count / (count - 1) * (off**2).sum()) / lost.sum()
        rows.append(
            {
                "months_since": since,
                "lost_fen": cohorts["lost_fen"].sum(),
                "net_fen": cohorts["net_fen"].sum(),
                "present_fen": present.sum(),
                "severity_rate": severity,
                "low_rate": severity - half,
                "high_rate": severity + half,
                "undiscounted_rate": 1 - cohorts["net_fen"].sum() / lost.sum(),
                "cohorts": count,
                "lost_loans": cohorts["lost_loans"].sum(),
                "is_small": bool(cohorts["lost_loans"].sum() < SMALL_CELL_LOANS),
            }
        )
    columns = ["months_since", "lost_fen", "net_fen", "present_fen", "severity_rate", "low_rate", "high_rate"]
    return pd.DataFrame(rows, columns=[*columns, "undiscounted_rate", "cohorts", "lost_loans", "is_small"])


def by_cohort(found: pd.DataFrame, after_months: int) -> pd.DataFrame:
    """Return the severity of each month of losses, all at the same number of months since.

    Parameters
    ----------
    found
        What :func:`paths` returned.
    after_months
        Months since the loss.

    Returns
    -------
    DataFrame
        The columns of :func:`paths`, ``severity_rate``, ``undiscounted_rate``, ``is_small``; oldest first.
    """
    need(found, "lost_month", "months_since", "lost_loans", "lost_fen", "net_fen", "present_fen")
    here = found[found["months_since"] == after_months].sort_values("lost_month", ignore_index=True)
    return here.assign(
        severity_rate=1 - here["present_fen"] / here["lost_fen"],
        undiscounted_rate=1 - here["net_fen"] / here["lost_fen"],
        is_small=here["lost_loans"] < SMALL_CELL_LOANS,
    )


def expected(
    closed: pd.DataFrame, found: pd.DataFrame, starts: pd.DatetimeIndex, as_of_month: date, after_months: int
) -> pd.DataFrame:
    """Return the loss that each book was expected to make in a year, from what was known then, and what it made.

    Parameters
    ----------
    closed
        ``month``, ``opened_month``, ``performing_fen``, ``defaulted_fen``, ``lost_fen``; from 15 months before the
        first start on.
    found
        What :func:`paths` returned.
    starts
        Months at whose end a book is taken.
    as_of_month
        Last closed month.
    after_months
        Severity is read so many months after the loss.

    Returns
    -------
    DataFrame
        A row a ``month`` of start within the book: ``exposure_fen`` (performing then), ``pd_rate`` (of the
        performing book a year before, what defaulted within the year), ``lost_share_rate`` (of what defaulted in a
        year, what was lost three months later), ``severity_rate``, ``lgd_rate`` = share x severity, ``expected_fen``
        = exposure x PD x LGD, ``expected_rate`` (of exposure), ``realised_fen`` and ``realised_rate``: lost from the
        loans on that book in the year beginning three months later, at the severity of those losses to date; NaN
        until that year is over. What a book is too young to know is NaN.

    Notes
    -----
    **Source**: house definition L5. A model's number: it lets the coming year be like the past one.
    """
    need(closed, "month", "opened_month", "performing_fen", "defaulted_fen", "lost_fen")
    need(found, "lost_month", "months_since", "lost_fen", "present_fen")
    year, lag = pd.DateOffset(months=12), pd.DateOffset(months=LOSS_LAG_MONTHS)
    first, last = closed["month"].min(), pd.Timestamp(as_of_month)
    rows = []
    for start in starts[starts >= first]:
        before = start - year
        known = found[found["lost_month"] + pd.DateOffset(months=after_months) <= start]
        severity = _severity(known[known["months_since"] == after_months])
        share = chance = np.nan
        if before >= first:
            old = closed[closed["opened_month"] <= before]
            chance = _over(_within(old, "defaulted_fen", before, start), _at(closed, before))
        if before - lag >= first:
            defaulted = _within(closed, "defaulted_fen", before - lag, start - lag)
            share = min(_over(_within(closed, "lost_fen", before, start), defaulted), 1.0)
        exposure, realised = _at(closed, start), np.nan
        if start + year + lag <= last:
            old = closed[closed["opened_month"] <= start]
            lost = _within(old, "lost_fen", start + lag, start + year + lag)
            window = found[(found["lost_month"] > start + lag) & (found["lost_month"] <= start + year + lag)]
            realised = lost * _severity(window.groupby("lost_month").tail(1)) if lost else 0.0
        rate = chance * share * severity
        rows.append(
            {
                "month": start,
                "exposure_fen": exposure,
                "pd_rate": chance,
                "lost_share_rate": share,
                "severity_rate": severity,
                "lgd_rate": share * severity,
                "expected_fen": exposure * rate,
                "expected_rate": rate,
                "realised_fen": realised,
                "realised_rate": _over(realised, exposure),
            }
        )
    return pd.DataFrame(rows)


def _severity(cohorts: pd.DataFrame) -> float:
    return 1 - _over(float(cohorts["present_fen"].sum()), float(cohorts["lost_fen"].sum()))


def _at(closed: pd.DataFrame, month: pd.Timestamp) -> float:
    return float(closed["performing_fen"][closed["month"] == month].sum())


def _within(closed: pd.DataFrame, column: str, after: pd.Timestamp, until: pd.Timestamp) -> float:
    return float(closed[column][(closed["month"] > after) & (closed["month"] <= until)].sum())


def _over(above: float, below: float) -> float:
    return above / below if below else np.nan


def _months(earlier: pd.Series, later: pd.Series) -> pd.Series:
    first, last = pd.to_datetime(earlier), pd.to_datetime(later)
    return (last.dt.year - first.dt.year) * 12 + last.dt.month - first.dt.month
