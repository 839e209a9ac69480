"""Vintages: what a cohort's original principal became at each age, shown only once the age has closed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis, Cohort, Measure

_CELL = ["cohort", "mob", "numerator", "denominator", "loans", "rate", "cohorts"]


def cells(
    originated: pd.DataFrame, ages: pd.DataFrame, as_of_month: date, measure: Measure, basis: Basis, cohort: Cohort
) -> pd.DataFrame:
    """Return the cells of the triangle that have closed.

    Parameters
    ----------
    originated
        ``opened_month``, ``loans``, ``principal_fen``; one row a cohort month.
    ages
        One row an ``opened_month`` and ``mob`` (missing where nothing happened). For ``current`` and ``loss``:
        ``late_loans``, ``late_fen`` (standing), ``lost_loans``, ``lost_fen`` (of that month). For ``ever``:
        ``first_loans``, ``first_fen``.
    as_of_month
        Last closed month.
    measure
        ``current``: past due then, plus written off and sold to date; ``ever``: past due for the first time, to date;
        ``loss``: written off and sold to date; ``net_loss``: that less ``recovered_fen`` of the month, to date, which
        :func:`with_recoveries` joins; by balance alone.
    basis
        ``balance`` is principal over original principal, ``count`` loans over loans.
    cohort
        Month, or quarter of opening: shown once it is over and its youngest month has reached the age.

    Returns
    -------
    DataFrame
        ``cohort`` (first month), ``mob``, ``numerator``, ``denominator``, ``loans`` (of the cohort), ``rate``,
        ``cohorts`` (1). A cell not closed is absent, never 0.

    Notes
    -----
    **Source**: house definitions V1 to V5. A cell (c, m) is observed if the month-end of c + m has closed.
    """
    unit = "fen" if basis == "balance" else "loans"
    standing, adding = {
        "current": (f"late_{unit}", f"lost_{unit}"),
        "ever": (None, f"first_{unit}"),
        "loss": (None, f"lost_{unit}"),
        "net_loss": (None, "net_lost_fen"),
    }[measure]
    need(originated, "opened_month", "loans", "principal_fen")
    need(ages, "opened_month", "mob", adding, *([standing] if standing else []))
    months = _closed_ages(originated, as_of_month)
    joined = months.merge(ages, on=["opened_month", "mob"], how="left").sort_values(["opened_month", "mob"])
    to_date = joined[adding].fillna(0).groupby(joined["opened_month"]).cumsum()
    joined["numerator"] = to_date + (joined[standing].fillna(0) if standing else 0)
    joined["denominator"] = joined["principal_fen" if basis == "balance" else "loans"]
    joined["cohort"] = joined["opened_month"]
    if cohort == "quarter":
        joined = _by_quarter(joined, originated, as_of_month)
    joined["rate"] = joined["numerator"] / joined["denominator"].astype(float).replace(0.0, np.nan)
    joined["cohorts"] = 1
    whole = {"mob": "int64", "numerator": "int64", "denominator": "int64", "loans": "int64"}
    return joined[_CELL].astype(whole).reset_index(drop=True)


def with_recoveries(ages: pd.DataFrame, recovered: pd.DataFrame) -> pd.DataFrame:
    """Return what was lost and came back at each age of a cohort.

    Parameters
    ----------
    ages
        ``opened_month``, ``mob``, ``lost_fen`` (of that month).
    recovered
        ``opened_month``, ``month``, ``recovered_fen``.

    Returns
    -------
    DataFrame
        ``opened_month``, ``mob``, ``net_lost_fen``: lost less recovered in that month; below 0 where more came back.

    Notes
    -----
    **Source**: house definition V4: (written off + sold - recoveries - sale proceeds) / original principal.
    """
    need(ages, "opened_month", "mob", "lost_fen")
    need(recovered, "opened_month", "month", "recovered_fen")
    opened, month = pd.to_datetime(recovered["opened_month"]), pd.to_datetime(recovered["month"])
    mob = (month.dt.year - opened.dt.year) * 12 + month.dt.month - opened.dt.month
    back = recovered.assign(mob=mob.astype("int64"), net_lost_fen=-recovered["recovered_fen"])
    lost = ages.assign(net_lost_fen=ages["lost_fen"])
    kept = ["opened_month", "mob", "net_lost_fen"]
    both = pd.concat([lost[kept], back[kept].astype({"opened_month": ages["opened_month"].dtype})])
    return both.groupby(["opened_month", "mob"], as_index=False)["net_lost_fen"].sum()


def pooled(found: pd.DataFrame) -> pd.DataFrame:
    """Return one curve over the cohorts that have reached each age.

    Parameters
    ----------
    found
        ``cohort``, ``mob``, ``numerator``, ``denominator``, ``loans``; the closed cells.

    Returns
    -------
    DataFrame
        The columns of :func:`cells`, ``cohort`` NaT; ``cohorts`` says how many stand behind each age, which falls with
        it, so it may bend where a cohort drops out.

    Notes
    -----
    **Source**: house definition 1.7: only cohorts observed at an age, weighted by their original principal.
    """
    need(found, "cohort", "mob", "numerator", "denominator", "loans")
    sums = found.groupby("mob", as_index=False)[["numerator", "denominator", "loans"]].sum()
    sums["cohorts"] = found.groupby("mob")["cohort"].nunique().to_numpy()
    sums["rate"] = sums["numerator"] / sums["denominator"].astype(float).replace(0.0, np.nan)
    sums["cohort"] = pd.Series(pd.NaT, index=sums.index, dtype="datetime64[us]")
    return sums[_CELL]


def against_pooled(found: pd.DataFrame, mob: int) -> pd.DataFrame:
    """Return the cohorts compared at one age, each with the others at that age.

    Parameters
    ----------
    found
        Closed cells of :func:`cells`.
    mob
        The age.

    Returns
    -------
    DataFrame
        ``cohort``, ``rate``, ``others_rate`` (pooled over the other cohorts that reached it, NaN if there is none),
        ``difference_rate``, ``loans``; oldest first. Cohorts that have not reached the age are absent.
    """
    need(found, "cohort", "mob", "numerator", "denominator", "loans", "rate")
    here = found[found["mob"] == mob].sort_values("cohort")
    rest_above = here["numerator"].sum() - here["numerator"]
    rest_below = (here["denominator"].sum() - here["denominator"]).astype(float).replace(0.0, np.nan)
    others = rest_above / rest_below
    return pd.DataFrame(
        {
            "cohort": here["cohort"],
            "rate": here["rate"],
            "others_rate": others,
            "difference_rate": here["rate"] - others,
            "loans": here["loans"],
        }
    ).reset_index(drop=True)


def _closed_ages(originated: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """Every age from 0 to the one that closed last, for each cohort month that lent anything."""
    opened = pd.to_datetime(originated["opened_month"])
    oldest = (as_of_month.year - opened.dt.year) * 12 + as_of_month.month - opened.dt.month
    kept = originated[["opened_month", "loans", "principal_fen"]].assign(closed=oldest)
    kept = kept[(kept["closed"] >= 0) & (kept["loans"] > 0)]
    rows = kept.loc[kept.index.repeat(kept["closed"] + 1)]
    return rows.assign(mob=rows.groupby(level=0).cumcount().astype("int64")).drop(columns="closed")


def _by_quarter(joined: pd.DataFrame, originated: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """A quarter is observed at an age once all its months that lent are; while it runs, months are still to come."""
    lent = originated[originated["loans"] > 0]["opened_month"]
    months_of = _quarter(lent).value_counts()
    joined = joined.assign(cohort=_quarter(joined["opened_month"]))
    joined = joined[joined["cohort"] + pd.DateOffset(months=2) <= pd.Timestamp(as_of_month)]
    sums = joined.groupby(["cohort", "mob"], as_index=False)[["numerator", "denominator", "loans"]].sum()
    reached = joined.groupby(["cohort", "mob"])["opened_month"].nunique().to_numpy()
    return sums[reached == sums["cohort"].map(months_of).to_numpy()]


def _quarter(months: pd.Series) -> pd.Series:
    return pd.to_datetime(months).dt.to_period("Q").dt.start_time.astype(months.dtype)
