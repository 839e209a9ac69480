"""How bad the bad book is: five classes, non-performing ratios, what was written off, and what is held against it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.classes import ClassTable, table_at
from jiebei_dash.metrics.delinquency import AMOUNT_OF, LEAST_LOANS, late_states
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.overview import LEAST_CHANGES
from jiebei_dash.terms import Basis

YEAR_MONTHS = 12
SIZES = ("book", "npl", "late", "written_off", "sold", "lost_year", "cured")
"""Columns of :func:`ratios` that are principal or loans."""
_LOST = {"balance": "lost_fen", "count": "loans"}


def classes(states: pd.DataFrame, tables: tuple[ClassTable, ...], basis: Basis) -> pd.DataFrame:
    """Return what share of the book was of each of the five classes at each month-end.

    Parameters
    ----------
    states
        ``month``, ``state``, ``long_days``, ``loans``, ``balance_fen``; any number of rows a month and state.
    tables
        Of :func:`jiebei_dash.classes.read_classes`; that in force at a month-end holds for it.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        ``month``, ``risk_class`` (every class, in order), ``amount_fen`` and ``total_fen`` (``amount`` and ``total`` by
        count), ``share_rate`` (the shares of a month sum to 1; NaN where nothing is on the book), ``loans``; by count
        also ``low_rate`` and ``high_rate`` (Wilson's 95 % interval of the share of loans).

    Notes
    -----
    **Source**: house definition N1, by days past due alone: where days are unknown the bucket decides.
    """
    on_book = _classed(states, tables)
    months = sorted(states["month"].unique())
    every = pd.MultiIndex.from_product([months, terms.RISK_CLASSES], names=["month", "risk_class"])
    sums = on_book.groupby(["month", "risk_class"])[["loans", "balance_fen"]].sum().reindex(every, fill_value=0)
    amount = sums[AMOUNT_OF[basis]]
    total = amount.groupby("month").transform("sum")
    found = pd.DataFrame({"amount": amount, "total": total, "share_rate": _rate(amount, total), "loans": sums["loans"]})
    return _in_unit(_with_interval(found.reset_index(), "amount", "total", basis), ("amount", "total"), basis)


def ratios(states: pd.DataFrame, tables: tuple[ClassTable, ...], basis: Basis) -> pd.DataFrame:
    """Return the non-performing ratios of each month-end, plain and managed, with what sales and write-offs did.

    Parameters
    ----------
    states
        ``month``, ``prev_state``, ``state``, ``long_days``, ``loans``, ``balance_fen``, ``lost_fen``.
    tables, basis
        As in :func:`classes`.

    Returns
    -------
    DataFrame
        One row a ``month`` without a gap; columns of ``SIZES`` end in ``_fen`` by balance: ``loans`` on the book,
        ``book``, ``npl``, ``late`` (more than 90 days), ``written_off``, ``sold``, ``cured`` (npl a month before, on
        the book and performing now), ``lost_year`` (written off and sold in twelve months); ``npl_rate`` (by count with
        ``low_rate`` and ``high_rate``, 95 %), its ``change_month`` and ``usual_change`` (standard deviation of the
        monthly changes before, NaN if fewer than ``LEAST_CHANGES``), ``managed_rate`` = (npl + lost_year) / (book +
        lost_year), ``late_rate``, ``late_managed_rate``, ``deviation_rate`` = late / npl, ``formation_rate`` = 12 x
        (npl - npl before + written off + sold + cured) / mean book, ``unsold_rate`` and ``late_unsold_rate`` (had what
        was non-performing, or late, a month before and was sold in the month been kept), ``is_small`` (fewer than
        ``LEAST_LOANS`` non-performing loans). What needs twelve months is NaN until they are there.

    Notes
    -----
    **Source**: house definitions N2, N3, N4 and D2. A write-off or a sale moves from npl to lost_year: it cannot lower
    the managed ratio.
    """
    need(states, "month", "prev_state", "state", "long_days", "loans", "balance_fen", "lost_fen")
    months = pd.date_range(states["month"].min(), states["month"].max(), freq="MS", name="month")
    amount, lost = AMOUNT_OF[basis], _LOST[basis]
    on_book = _classed(states, tables)
    is_npl = on_book["risk_class"].isin(terms.NON_PERFORMING)

    def by_month(rows: pd.DataFrame, column: str) -> pd.Series:
        return rows.groupby("month")[column].sum().reindex(months, fill_value=0)

    was_npl = _began(states, tables)
    was_late = states["prev_state"].isin(late_states(90))
    found = pd.DataFrame(
        {
            "loans": by_month(on_book, "loans"),
            "book": by_month(on_book, amount),
            "npl": by_month(on_book[is_npl], amount),
            "late": by_month(on_book[on_book["state"].isin(late_states(90))], amount),
            "written_off": by_month(states[states["state"] == "WO"], lost),
            "sold": by_month(states[states["state"] == "SOLD"], lost),
            "cured": by_month(on_book[was_npl.loc[on_book.index] & ~is_npl], amount),
        }
    )
    gone = found["written_off"] + found["sold"]
    year = gone.astype(float).rolling(YEAR_MONTHS, min_periods=YEAR_MONTHS).sum()
    found.insert(6, "lost_year", year)
    found["npl_rate"] = _rate(found["npl"], found["book"])
    found["change_month"] = found["npl_rate"].diff()
    found["usual_change"] = found["change_month"].shift().expanding(min_periods=LEAST_CHANGES).std()
    found["managed_rate"] = _rate(found["npl"] + year, found["book"] + year)
    found["late_rate"] = _rate(found["late"], found["book"])
    found["late_managed_rate"] = _rate(found["late"] + year, found["book"] + year)
    found["deviation_rate"] = _rate(found["late"], found["npl"])
    formed = found["npl"].diff() + gone + found["cured"]
    found["formation_rate"] = 12 * _rate(formed, found["book"].rolling(2).mean())
    sold = states["state"] == "SOLD"
    for name, part, was in (("unsold_rate", "npl", was_npl), ("late_unsold_rate", "late", was_late)):
        kept = by_month(states[sold & was], lost)
        found[name] = _rate(found[part] + kept, found["book"] + kept)
    found["is_small"] = by_month(on_book[is_npl], "loans") < LEAST_LOANS
    return _in_unit(_with_interval(found.reset_index(), "npl", "book", basis), SIZES, basis)


def write_offs(states: pd.DataFrame) -> pd.DataFrame:
    """Return what left the book as written off and as sold, gross, principal and interest apart.

    Parameters
    ----------
    states
        ``month``, ``state``, ``loans``, ``lost_fen``, ``lost_interest_fen``.

    Returns
    -------
    DataFrame
        One row a ``month`` without a gap: ``written_off_loans``, ``written_off_fen``, ``written_off_interest_fen``,
        ``sold_loans``, ``sold_fen``, ``sold_interest_fen``.

    Notes
    -----
    **Source**: house definition N7: gross of what is recovered later.
    """
    need(states, "month", "state", "loans", "lost_fen", "lost_interest_fen")
    months = pd.date_range(states["month"].min(), states["month"].max(), freq="MS", name="month")
    columns: dict[str, pd.Series] = {}
    for name, state in (("written_off", "WO"), ("sold", "SOLD")):
        gone = states[states["state"] == state].groupby("month")[["loans", "lost_fen", "lost_interest_fen"]].sum()
        gone = gone.reindex(months, fill_value=0)
        columns |= {
            f"{name}_loans": gone["loans"],
            f"{name}_fen": gone["lost_fen"],
            f"{name}_interest_fen": gone["lost_interest_fen"],
        }
    return pd.DataFrame(columns).reset_index()


def coverage(held: pd.DataFrame, states: pd.DataFrame, tables: tuple[ClassTable, ...]) -> pd.DataFrame:
    """Return what is set aside against the non-performing part and against the whole book.

    Parameters
    ----------
    held
        ``month``, ``allowance_fen``; any number of rows a month.
    states
        As for :func:`classes`.
    tables
        As in :func:`classes`.

    Returns
    -------
    DataFrame
        One row a ``month`` for which an allowance is kept: ``allowance_fen``, ``npl_fen``, ``book_fen``,
        ``coverage_rate`` = allowance / npl (NaN where nothing is non-performing), ``allowance_rate`` = allowance /
        book.

    Notes
    -----
    **Source**: house definitions N5 and N6.
    """
    need(held, "month", "allowance_fen")
    kept = held.groupby("month")["allowance_fen"].sum()
    on_book = _classed(states, tables)
    bad = on_book[on_book["risk_class"].isin(terms.NON_PERFORMING)]
    npl, book = (
        rows.groupby("month")["balance_fen"].sum().reindex(kept.index, fill_value=0) for rows in (bad, on_book)
    )
    found = pd.DataFrame({"allowance_fen": kept, "npl_fen": npl, "book_fen": book})
    found["coverage_rate"] = _rate(kept, npl)
    found["allowance_rate"] = _rate(kept, book)
    return found.reset_index()


def migration(moved: pd.DataFrame, then: ClassTable, now: ClassTable, basis: Basis) -> pd.DataFrame:
    """Return how much of each class a year before is in a worse one now, or lost.

    Parameters
    ----------
    moved
        ``state_then``, ``long_days_then``, ``state``, ``long_days``, ``loans``, ``opening_fen``, ``left_fen``.
    then, now
        The tables of the classes in force at both month-ends.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        One row a ``risk_class`` beside loss: ``opening`` (then), ``repaid``, ``worse`` (of what is left, in a worse
        class or lost), ``lost`` (of it written off or sold), all ending in ``_fen`` by balance; ``rate`` = worse /
        (opening - repaid), NaN where nothing is left; ``loans`` (then), by count ``low_rate``, ``high_rate`` (Wilson,
        95 %); ``is_small`` (fewer than 30 loans).

    Notes
    -----
    **Source**: house definition N8. What was written off or sold counts as worse, so that neither lowers a rate.
    """
    need(moved, "state_then", "long_days_then", "state", "long_days", "loans", "opening_fen", "left_fen")
    began = [
        then.class_of(state, int(days))
        for state, days in zip(moved["state_then"], moved["long_days_then"], strict=True)
    ]
    is_lost = moved["state"].isin(("WO", "SOLD"))
    order = [terms.RISK_CLASSES.index(name) for name in began]
    ended = [
        terms.RISK_CLASSES.index(now.class_of(state, int(days))) if state in terms.BUCKETS else -1
        for state, days in zip(moved["state"], moved["long_days"], strict=True)
    ]
    is_worse = is_lost | pd.Series([after > before for before, after in zip(order, ended, strict=True)], moved.index)
    opening = moved["opening_fen" if basis == "balance" else "loans"]
    left = moved["left_fen"] if basis == "balance" else moved["loans"].where(moved["state"] != "PAID", 0)
    parts = pd.DataFrame(
        {
            "risk_class": began,
            "opening": opening,
            "repaid": opening - left,
            "worse": left.where(is_worse, 0),
            "lost": left.where(is_lost, 0),
            "loans": moved["loans"],
        }
    )
    found = parts.groupby("risk_class").sum().reindex(terms.RISK_CLASSES[:-1], fill_value=0).reset_index()
    found["rate"] = _rate(found["worse"], found["opening"] - found["repaid"])
    if basis == "count":
        kept = found["opening"] - found["repaid"]
        limits = [wilson(float(some), float(of)) for some, of in zip(found["worse"], kept, strict=True)]
        found = found.assign(low_rate=[low for low, _ in limits], high_rate=[high for _, high in limits])
    found["is_small"] = found["loans"] < LEAST_LOANS
    return _in_unit(found, ("opening", "repaid", "worse", "lost"), basis)


def _classed(states: pd.DataFrame, tables: tuple[ClassTable, ...]) -> pd.DataFrame:
    """What is on the book, with its class."""
    need(states, "month", "state", "long_days", "loans", "balance_fen")
    on_book = states[states["state"].isin(terms.BUCKETS)]
    named = [
        table_at(tables, month.date()).class_of(state, int(long_days))
        for month, state, long_days in zip(on_book["month"], on_book["state"], on_book["long_days"], strict=True)
    ]
    return on_book.assign(risk_class=pd.Series(named, index=on_book.index, dtype=object))


def _began(states: pd.DataFrame, tables: tuple[ClassTable, ...]) -> pd.Series:
    """Whether a loan was non-performing a month before, which its bucket tells."""
    return pd.Series(
        [
            before in terms.BUCKETS and table_at(tables, month.date()).class_of(before, 0) in terms.NON_PERFORMING
            for month, before in zip(states["month"], states["prev_state"], strict=True)
        ],
        index=states.index,
        dtype=bool,
    )


def _in_unit(found: pd.DataFrame, sizes: tuple[str, ...], basis: Basis) -> pd.DataFrame:
    return found.rename(columns={name: f"{name}_fen" for name in sizes}) if basis == "balance" else found


def _with_interval(found: pd.DataFrame, part: str, whole: str, basis: Basis) -> pd.DataFrame:
    """A share of loans has an interval, one of money has none."""
    if basis == "balance":
        return found
    limits = [wilson(float(some), float(of)) for some, of in zip(found[part], found[whole], strict=True)]
    return found.assign(low_rate=[low for low, _ in limits], high_rate=[high for _, high in limits])


def _rate(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Nothing to divide by is unknown, not zero."""
    return numerator / denominator.astype(float).replace(0.0, np.nan)
