"""How late the book is: buckets and past-due rates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.terms import Basis

LAG_MONTHS = {30: 2, 60: 3, 90: 4}
"""How long a loan takes from current to past due: the book of then is the lagged rate's base. Source: house D1b."""
LEAST_LOANS = 30
"""Fewer say little: marked."""
AMOUNT_OF: dict[str, str] = {"balance": "balance_fen", "count": "loans"}


def late_states(past_due_days: int) -> list[str]:
    """Return the buckets of loans more than 30, 60 or 90 days past due."""
    return [
        bucket for bucket, low in zip(terms.BUCKETS[1:], terms.BUCKET_EDGES_DAYS, strict=True) if low >= past_due_days
    ]


def buckets(states: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return what share of the book stood in each bucket at each month-end.

    Parameters
    ----------
    states
        ``month``, ``state``, ``loans``, ``balance_fen``; one row a month and state.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        ``month``, ``state`` (every bucket, in order), ``amount`` (fen or loans), ``total``, ``share_rate`` (the shares
        of a month sum to 1; NaN where nothing is on the book), ``loans``.

    Notes
    -----
    **Source**: house definition: the whole remaining principal stands in the bucket of its oldest unpaid instalment.
    """
    need(states, "month", "state", "loans", "balance_fen")
    on_book = states[states["state"].isin(terms.BUCKETS)]
    every = pd.MultiIndex.from_product([sorted(states["month"].unique()), terms.BUCKETS], names=["month", "state"])
    sums = on_book.groupby(["month", "state"])[["loans", "balance_fen"]].sum().reindex(every, fill_value=0)
    amount = sums[AMOUNT_OF[basis]]
    total = amount.groupby("month").transform("sum")
    found = pd.DataFrame({"amount": amount, "total": total, "share_rate": _rate(amount, total), "loans": sums["loans"]})
    return found.reset_index()


def one_plus(states: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return everything that is late at all.

    Parameters
    ----------
    states
        As for :func:`buckets`.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        ``month``, ``late_fen`` and ``book_fen`` by balance, ``late`` and ``loans`` with ``low_rate``, ``high_rate``
        (Wilson, 95 %) and ``is_small`` by count, ``rate`` = late / book.

    Notes
    -----
    **Source**: house definition D3; it moves with weekdays and due dates.
    """
    shares = buckets(states, basis)
    book = shares.groupby("month")["amount"].sum()
    late = shares[shares["state"] != terms.BUCKETS[0]].groupby("month")["amount"].sum()
    names = {"late": "late_fen", "book": "book_fen"} if basis == "balance" else {"book": "loans"}
    found = pd.DataFrame({"late": late, "book": book, "rate": _rate(late, book)}).reset_index()
    return (found if basis == "balance" else _counted(found, "late", "book")).rename(columns=names)


def overdue_amount(overdue: pd.DataFrame) -> pd.DataFrame:
    """Return the instalment amounts due and unpaid over the book.

    Parameters
    ----------
    overdue
        ``month``, ``loans``, ``balance_fen``, ``overdue_fen``; one row a month.

    Returns
    -------
    DataFrame
        ``month``, ``overdue_fen``, ``book_fen``, ``loans``, ``rate`` = overdue / book.

    Notes
    -----
    **Source**: house definition D5: not the whole principal of late loans, and many times smaller.
    """
    need(overdue, "month", "loans", "balance_fen", "overdue_fen")
    found = overdue.rename(columns={"balance_fen": "book_fen"})[["month", "overdue_fen", "book_fen", "loans"]]
    return found.assign(rate=_rate(found["overdue_fen"], found["book_fen"]))


def borrowers(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the share of borrowers with a loan more than 30 days past due.

    Parameters
    ----------
    counted
        ``month``, ``bucket`` (of the borrower's worst loan), ``borrowers``; one row a month and bucket.

    Returns
    -------
    DataFrame
        ``month``, ``late`` and ``borrowers``, ``rate`` = late / borrowers, ``low_rate``, ``high_rate`` (Wilson, 95 %),
        ``is_small`` (fewer than 30 borrowers).

    Notes
    -----
    **Source**: house definition D4.
    """
    need(counted, "month", "bucket", "borrowers")
    every = counted.groupby("month")["borrowers"].sum()
    late = counted[counted["bucket"].isin(late_states(30))].groupby("month")["borrowers"].sum()
    late = late.reindex(every.index, fill_value=0)
    found = pd.DataFrame({"late": late, "borrowers": every, "rate": _rate(late, every)})
    return _counted(found.reset_index(), "late", "borrowers")


def _counted(found: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    limits = [wilson(float(some), float(of)) for some, of in zip(found[part], found[whole], strict=True)]
    return found.assign(
        low_rate=[low for low, _ in limits],
        high_rate=[high for _, high in limits],
        is_small=found[whole] < LEAST_LOANS,
    )


def past_due(states: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return the 30+, 60+ and 90+ rates, coincident and lagged.

    Parameters
    ----------
    states
        As for :func:`buckets`.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        ``month``, ``past_due_days``, ``late`` and ``book`` (fen or loans), ``rate`` = late / book of the same month,
        ``lagged_book`` (2, 3, 4 months before) and ``lagged_rate`` = late / lagged_book; NaN where that month is not in
        the frame; ``loans`` on the book, ``low_rate`` and ``high_rate`` of the coincident rate (Wilson, 95 %, each loan
        one trial, also of a share of balance), ``is_small`` (fewer than ``LEAST_LOANS``).

    Notes
    -----
    **Source**: house definitions D1a, D1b, D2. The coincident rate is diluted while the book grows.
    """
    shares = buckets(states, basis)
    book = shares.groupby("month")["amount"].sum()
    parts = []
    for days in terms.PAST_DUE_DAYS:
        late = shares[shares["state"].isin(late_states(days))].groupby("month")["amount"].sum()
        before = pd.DatetimeIndex(book.index) - pd.DateOffset(months=LAG_MONTHS[days])
        lagged = pd.Series(book.reindex(before).to_numpy(dtype=float), index=book.index)
        part = pd.DataFrame({"late": late, "book": book, "rate": _rate(late, book), "lagged_book": lagged})
        parts.append(part.assign(lagged_rate=_rate(late, lagged), past_due_days=days).reset_index())
    columns = ["month", "past_due_days", "late", "book", "rate", "lagged_book", "lagged_rate"]
    found = pd.concat(parts, ignore_index=True)[columns].sort_values(["month", "past_due_days"], ignore_index=True)
    found["loans"] = found["month"].map(shares.groupby("month")["loans"].sum())
    as_loans = _counted(found.assign(alike=found["rate"].fillna(0.0) * found["loans"]), "alike", "loans")
    return as_loans.drop(columns="alike")


def _rate(numerator: pd.Series, denominator: pd.Series | float) -> pd.Series:
    """Nothing to divide by is unknown, not zero."""
    return numerator / pd.Series(denominator, index=numerator.index).astype(float).replace(0.0, np.nan)
