"""How well collections bring back what fell behind: by entry batch, by bucket, after a cure, by promise and contact."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS


def batches(entered: pd.DataFrame, as_of_month: date, within_months: int) -> pd.DataFrame:
    """Return what was paid and cured of each entry batch within some months, where those months have passed.

    Parameters
    ----------
    entered
        ``entered_month``, ``after_months``, ``loans``, ``entered_fen``, ``paid_fen``, ``cured``, ``cured_fen``; one row
        a batch and month after the entry.
    as_of_month
        Last closed month.
    within_months
        How many month-ends after that of the entry count.

    Returns
    -------
    DataFrame
        ``entered_month``, ``loans``, ``entered_fen``, ``paid_fen`` to date and ``paid_rate`` (of the amount that
        entered), ``cured_fen`` and ``cured_amount_rate`` (principal at entry of loans back to 0 days), ``cured`` and
        ``cured_rate`` (of loans) with Wilson's ``low_rate``, ``high_rate``; ``others_rate`` of the earlier batches
        together, ``is_beyond_noise`` (Newcombe's interval of the difference leaves out 0), ``is_small`` (fewer than 30
        loans). A batch that is not so old is absent.

    Notes
    -----
    **Source**: house definitions R1 and R2: by cohort, never stock over stock; who paid a part is not cured.
    """
    need(entered, "entered_month", "after_months", "loans", "entered_fen", "paid_fen", "cured", "cured_fen")
    found = _watched(entered, "entered_month", as_of_month, within_months)
    found = found[found["loans"] > 0].reset_index(drop=True)
    for name, top, below in (
        ("paid_rate", "paid_fen", "entered_fen"),
        ("cured_amount_rate", "cured_fen", "entered_fen"),
    ):
        found[name] = found[top] / found[below].astype(float).replace(0.0, np.nan)
    found = _share(found, "cured", "loans", "cured_rate")
    before = found[["cured", "loans"]].cumsum().shift(1)
    found["others_rate"] = before["cured"] / before["loans"]
    apart = [
        difference(now.cured, now.loans, then.cured, then.loans)
        for now, then in zip(found.itertuples(), before.itertuples(), strict=True)
    ]
    outside = np.array([low > 0 or high < 0 for low, high in apart], dtype=bool)
    found["is_beyond_noise"] = outside & ~found["is_small"].to_numpy()
    columns = [
        "entered_month", "loans", "entered_fen", "paid_fen", "paid_rate", "cured_fen", "cured_amount_rate", "cured",
        "cured_rate", "low_rate", "high_rate", "others_rate", "is_beyond_noise", "is_small",
    ]  # fmt: skip
    return found[columns]


def relapses(cures: pd.DataFrame, as_of_month: date, within_months: int) -> pd.DataFrame:
    """Return how many of the loans cured in each month were late again within some months, where those have passed.

    Parameters
    ----------
    cures
        ``cured_month``, ``after_months``, ``cured``, ``relapsed``.
    as_of_month, within_months
        As for :func:`batches`.

    Returns
    -------
    DataFrame
        ``cured_month``, ``cured``, ``relapsed``, ``rate``, Wilson's ``low_rate`` and ``high_rate``, ``is_small``;
        ``whole_rate`` of all months, alike in each row.

    Notes
    -----
    **Source**: house definition R9.
    """
    need(cures, "cured_month", "after_months", "cured", "relapsed")
    found = _watched(cures, "cured_month", as_of_month, within_months)
    found = found[found["cured"] > 0].reset_index(drop=True)
    return _share(found, "relapsed", "cured", "rate")


def in_bucket(months: pd.DataFrame) -> pd.DataFrame:
    """Return the principal received on loans of a bucket over what stood in it and came in.

    Parameters
    ----------
    months
        ``month``, ``opening_loans``, ``opening_fen``, ``paid_fen``, ``inflow_loans``, ``inflow_fen``.

    Returns
    -------
    DataFrame
        ``month``, ``loans`` (both), ``opening_fen``, ``inflow_fen``, ``paid_fen``, ``rate`` = paid / (opening + inflow)
        (NaN where nothing was there), ``is_small``; ``whole_rate`` of all months, alike in each row. A rate of
        money has no interval here: the book is told in sums.

    Notes
    -----
    **Source**: house definition R3. Cash is counted where a loan stood at the beginning of the month, so once.
    """
    need(months, "month", "opening_loans", "opening_fen", "paid_fen", "inflow_loans", "inflow_fen")
    found = months.assign(loans=months["opening_loans"] + months["inflow_loans"])
    found["rate"] = found["paid_fen"] / (found["opening_fen"] + found["inflow_fen"]).astype(float).replace(0.0, np.nan)
    found["is_small"] = found["loans"] < SMALL_CELL_LOANS
    whole = float(found["opening_fen"].sum() + found["inflow_fen"].sum())
    found["whole_rate"] = found["paid_fen"].sum() / whole if whole else np.nan
    return found[["month", "loans", "opening_fen", "inflow_fen", "paid_fen", "rate", "is_small", "whole_rate"]]


def promises(due: pd.DataFrame) -> pd.DataFrame:
    """Return how many of the promises that fell due in each month were kept.

    Parameters
    ----------
    due
        ``promised_month``, ``promises``, ``kept``.

    Returns
    -------
    DataFrame
        ``promised_month``, ``promises``, ``kept``, ``rate``, Wilson's ``low_rate`` and ``high_rate``, ``is_small``;
        ``whole_rate`` of all months, alike in each row.

    Notes
    -----
    **Source**: house definition R7.
    """
    need(due, "promised_month", "promises", "kept")
    return _share(due[due["promises"] > 0].reset_index(drop=True), "kept", "promises", "rate")


def contacts(made: pd.DataFrame) -> pd.DataFrame:
    """Return how many contacts of each agency and channel reached somebody, and how many broke the rules.

    Parameters
    ----------
    made
        ``agency_code``, ``contact_channel``, ``contacts``, ``reached``, ``judged``, ``outside``.

    Returns
    -------
    DataFrame
        The same with ``reached_rate`` = reached / contacts, Wilson's ``low_rate`` and ``high_rate``; ``outside_rate`` =
        outside / judged (NaN where none was judged) with ``outside_low_rate``, ``outside_high_rate``; ``is_small``;
        ``whole_reached_rate`` and ``whole_outside_rate`` of all together, alike in each row.

    Notes
    -----
    **Source**: house definition R8.
    """
    need(made, "agency_code", "contact_channel", "contacts", "reached", "judged", "outside")
    found = _share(made, "outside", "judged", "outside_rate")
    found = found.rename(columns={"low_rate": "outside_low_rate", "high_rate": "outside_high_rate"})
    found = _share(found, "reached", "contacts", "reached_rate")
    columns = [
        "agency_code", "contact_channel", "contacts", "reached", "reached_rate", "low_rate", "high_rate", "judged",
        "outside", "outside_rate", "outside_low_rate", "outside_high_rate", "is_small", "whole_reached_rate",
        "whole_outside_rate",
    ]  # fmt: skip
    return found[columns]


def _watched(rows: pd.DataFrame, at: str, as_of_month: date, within_months: int) -> pd.DataFrame:
    """Sums over the months after, of the batches for which all of them have closed."""
    closed = rows[at] + pd.DateOffset(months=within_months) <= pd.Timestamp(as_of_month)
    kept = rows[closed & (rows["after_months"] <= within_months)]
    return kept.drop(columns="after_months").groupby(at, as_index=False).sum()


def _share(found: pd.DataFrame, top: str, below: str, name: str) -> pd.DataFrame:
    ends = [wilson(part, whole) for part, whole in zip(found[top], found[below], strict=True)]
    whole = float(found[below].sum())
    found = found.assign(
        **{
            name: found[top] / found[below].astype(float).replace(0.0, np.nan),
            f"whole_{name}": found[top].sum() / whole if whole else np.nan,
        }
    )
    found[["low_rate", "high_rate"]] = np.array(ends, dtype=float).reshape(-1, 2)
    return found.assign(is_small=found[below] < SMALL_CELL_LOANS)
