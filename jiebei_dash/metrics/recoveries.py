"""What came back of losses: recovery by months since the write-off, sale prices, and what is left after fees."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics import vintages
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import ratio
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import Cohort

_CURVE = [
    "cohort", "since_months", "cash_fen", "lost_fen", "loans", "rate", "cohorts", "low_rate", "high_rate",
    "is_small", "others_rate", "is_beyond_noise",
]  # fmt: skip


LEAST_OTHERS, SPREADS = 3, 2


def curves(lost: pd.DataFrame, cash: pd.DataFrame, as_of_month: date, cohort: Cohort, most_months: int) -> pd.DataFrame:
    """Return what share of each write-off cohort had come back by each month after it, and the pooled curve.

    Parameters
    ----------
    lost
        ``month``, ``state``, ``loans``, ``lost_fen``; one row a month and state.
    cash
        ``lost_month``, ``month``, ``kind``, ``recovered_fen``.
    as_of_month
        Last closed month.
    cohort
        Month, or quarter of the write-off: shown once it is over and its youngest month has reached the age.
    most_months
        Last month after the write-off to show.

    Returns
    -------
    DataFrame
        ``cohort`` (first month; NaT for the pooled curve), ``since_months``, ``cash_fen`` (to date), ``lost_fen``
        (principal written off), ``loans``, ``rate``, ``cohorts`` (how many were observed),
        ``low_rate`` and ``high_rate`` (95 %, of the pooled curve alone: how much its cohorts differ), ``is_small``
        (fewer than 30 loans); ``others_rate`` of the cohorts before it together at the same age (NaN with fewer than
        ``LEAST_OTHERS``) and ``is_beyond_noise`` (farther from them than ``SPREADS`` standard deviations of their
        rates). What was not observed yet is absent. Empty where nothing was written off.

    Notes
    -----
    **Source**: house definition R4. A write-off cohort closes at its ages as a vintage does.
    """
    need(lost, "month", "state", "loans", "lost_fen")
    need(cash, "lost_month", "month", "kind", "recovered_fen")
    gone = lost[lost["state"] == "WO"].rename(columns={"month": "opened_month", "lost_fen": "principal_fen"})
    back = cash[cash["kind"] == "CASH"].rename(columns={"lost_month": "opened_month", "recovered_fen": "lost_fen"})
    back = back.assign(mob=_months_after(back["opened_month"], back["month"]))
    found = vintages.cells(gone, back, as_of_month, "loss", "balance", cohort)
    found = found[found["mob"] <= most_months]
    intervals = [ratio(rows["numerator"], rows["denominator"]) for _, rows in found.groupby("mob")]
    pooled = vintages.pooled(found)
    pooled[["low_rate", "high_rate"]] = np.array(intervals, dtype=float).reshape(-1, 2)
    both = pd.concat([found.assign(low_rate=np.nan, high_rate=np.nan), pooled], ignore_index=True)
    both["is_small"] = both["loans"] < SMALL_CELL_LOANS
    both[["others_rate", "is_beyond_noise"]] = _against_earlier(both)
    names = {"mob": "since_months", "numerator": "cash_fen", "denominator": "lost_fen"}
    return both.rename(columns=names)[_CURVE]


def _against_earlier(curves: pd.DataFrame) -> pd.DataFrame:
    """Each cohort beside those before it, at the same age; the pooled curve is beside none."""
    found = pd.DataFrame({"others_rate": np.nan, "is_beyond_noise": False}, index=curves.index)
    for _, rows in curves[curves["cohort"].notna()].sort_values("cohort").groupby("mob"):
        cash, lost = (rows[name].cumsum().shift() for name in ("numerator", "denominator"))
        others = (cash / lost.where(lost > 0)).where(np.arange(len(rows)) >= LEAST_OTHERS)
        spread = rows["rate"].expanding().std().shift()
        found.loc[rows.index, "others_rate"] = others
        found.loc[rows.index, "is_beyond_noise"] = (rows["rate"] - others).abs() > SPREADS * spread
    return found


def against_mixed(lost: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    """Return the cash of each calendar year over the write-offs of the same year, beside that of its own write-offs.

    Parameters
    ----------
    lost, cash
        As for :func:`curves`.

    Returns
    -------
    DataFrame
        ``year``, ``loans`` and ``lost_fen`` written off in it, ``cash_fen`` that came in, ``mixed_rate`` = cash /
        lost (the cash is mostly of earlier write-offs), ``own_fen`` of it from write-offs of the year,
        ``own_rate``, ``is_small``.

    Notes
    -----
    **Source**: house definition R4: the ratio within a year is a mixed one and is shown only with its label.
    """
    need(lost, "month", "state", "loans", "lost_fen")
    need(cash, "lost_month", "month", "kind", "recovered_fen")
    gone = lost[lost["state"] == "WO"]
    back = cash[cash["kind"] == "CASH"]
    year, of_year = back["month"].dt.year, back["lost_month"].dt.year
    sums = gone.groupby(gone["month"].dt.year)[["loans", "lost_fen"]].sum()
    every = sorted({*sums.index, *year})
    found = sums.reindex(every, fill_value=0)
    found["cash_fen"] = back["recovered_fen"].groupby(year).sum().reindex(every, fill_value=0)
    found["own_fen"] = back["recovered_fen"][year == of_year].groupby(year).sum().reindex(every, fill_value=0)
    below = found["lost_fen"].astype(float).replace(0.0, np.nan)
    found["mixed_rate"], found["own_rate"] = found["cash_fen"] / below, found["own_fen"] / below
    found["is_small"] = found["loans"] < SMALL_CELL_LOANS
    columns = ["year", "loans", "lost_fen", "cash_fen", "mixed_rate", "own_fen", "own_rate", "is_small"]
    return found.rename_axis("year").reset_index().astype({"year": str})[columns]


def sales(lost: pd.DataFrame, cash: pd.DataFrame, knows_interest: bool) -> pd.DataFrame:
    """Return what buyers paid for sold loans, by month of the sale.

    Parameters
    ----------
    lost
        ``month``, ``state``, ``loans``, ``lost_fen``, ``lost_interest_fen``.
    cash
        ``lost_month``, ``kind``, ``recovered_fen``.
    knows_interest
        Whether the book holds the interest that left with the loans.

    Returns
    -------
    DataFrame
        ``month`` of the sale, ``loans``, ``lost_fen`` (principal sold), ``proceeds_fen`` to date,
        ``principal_price_rate`` = proceeds / principal, ``claim_fen`` = principal and interest,
        ``claim_price_rate`` = proceeds / claim (both NaN where the interest is not known), ``is_small``.

    Notes
    -----
    **Source**: house definition R5. A price is agreed, not drawn by chance, so it has no interval.
    """
    need(lost, "month", "state", "loans", "lost_fen", "lost_interest_fen")
    need(cash, "lost_month", "kind", "recovered_fen")
    paid = cash[cash["kind"] == "SALE"].groupby("lost_month")["recovered_fen"].sum()
    found = lost[lost["state"] == "SOLD"].sort_values("month").reset_index(drop=True)
    found["proceeds_fen"] = found["month"].map(paid).fillna(0).astype("int64")
    interest = found["lost_interest_fen"] if knows_interest else np.nan
    found["claim_fen"] = found["lost_fen"] + interest
    for name, below in (("principal_price_rate", "lost_fen"), ("claim_price_rate", "claim_fen")):
        found[name] = found["proceeds_fen"] / found[below].astype(float).replace(0.0, np.nan)
    found["is_small"] = found["loans"] < SMALL_CELL_LOANS
    columns = ["month", "loans", "proceeds_fen", "lost_fen", "principal_price_rate", "claim_fen", "claim_price_rate"]
    return found[[*columns, "is_small"]]


def net(cash: pd.DataFrame, months: list[date], knows_fees: bool) -> pd.DataFrame:
    """Return what was left of the cash of each month once the agencies had their commission.

    Parameters
    ----------
    cash
        ``month``, ``kind``, ``recovered_fen``, ``commission_fen``.
    months
        Months to show; one without cash is 0.
    knows_fees
        Whether the book holds the fees.

    Returns
    -------
    DataFrame
        ``month``, ``cash_fen`` collected after write-offs, ``commission_fen``, ``net_fen`` = cash - commission,
        ``commission_rate`` = commission / cash (NaN without cash); the last three NaN where fees are not known.

    Notes
    -----
    **Source**: house definition R6, without the costs of courts, which the book does not hold.
    """
    need(cash, "month", "kind", "recovered_fen", "commission_fen")
    sums = cash[cash["kind"] == "CASH"].groupby("month")[["recovered_fen", "commission_fen"]].sum()
    found = sums.reindex(pd.DatetimeIndex(months).astype(cash["month"].dtype), fill_value=0)
    found = found.rename_axis("month").reset_index().rename(columns={"recovered_fen": "cash_fen"})
    return _after_fees(found, knows_fees)[["month", "cash_fen", "commission_fen", "net_fen", "commission_rate"]]


def agencies(collected: pd.DataFrame, knows_fees: bool) -> pd.DataFrame:
    """Return what each agency brought in and what it took, most net cash first.

    Parameters
    ----------
    collected
        ``agency_code``, ``payments``, ``recovered_fen``, ``commission_fen``.
    knows_fees
        Whether the book holds the fees.

    Returns
    -------
    DataFrame
        ``agency_code``, ``payments``, ``cash_fen``, ``commission_fen``, ``net_fen``, ``commission_rate`` (commission /
        cash), ``share_rate`` (of all cash), ``is_small`` (fewer than 30 payments); the three of fees NaN where fees are
        not known.

    Notes
    -----
    **Source**: house definition R6.
    """
    need(collected, "agency_code", "payments", "recovered_fen", "commission_fen")
    found = _after_fees(collected.rename(columns={"recovered_fen": "cash_fen"}), knows_fees)
    found["share_rate"] = found["cash_fen"] / float(found["cash_fen"].sum() or np.nan)
    found["is_small"] = found["payments"] < SMALL_CELL_LOANS
    columns = ["agency_code", "payments", "cash_fen", "commission_fen", "net_fen", "commission_rate", "share_rate"]
    first = "net_fen" if knows_fees else "cash_fen"
    return found.sort_values([first, "agency_code"], ascending=[False, True])[[*columns, "is_small"]].reset_index(
        drop=True
    )


def _after_fees(found: pd.DataFrame, knows_fees: bool) -> pd.DataFrame:
    fees = found["commission_fen"] if knows_fees else pd.Series(np.nan, index=found.index)
    share = fees / found["cash_fen"].astype(float).replace(0.0, np.nan)
    return found.assign(commission_fen=fees, net_fen=found["cash_fen"] - fees, commission_rate=share)


def _months_after(earlier: pd.Series, later: pd.Series) -> pd.Series:
    months = (later.dt.year - earlier.dt.year) * 12 + later.dt.month - earlier.dt.month
    return months.astype("int64")
