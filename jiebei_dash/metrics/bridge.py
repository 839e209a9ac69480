"""What a change of a ratio is made of: the mix of the book, the rates within it, and both together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis

AGE_BAND = "age_band"
_AGES = tuple(int(band.split("_")[0]) for band in terms.AGE_BANDS)
_PARTS = ["mix", "rate", "interaction", "total", "carries"]


def months_of(band: str) -> tuple[int, int | None]:
    """Return the first and last month on book of an age band; the last band is open."""
    first, last = band.split("_")
    return int(first), None if last == "UP" else int(last)


def with_age(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the age band of its ``mob``."""
    need(frame, "mob")
    place = np.searchsorted(_AGES, frame["mob"].to_numpy(dtype=int), side="right") - 1
    return frame.assign(**{AGE_BAND: np.array(terms.AGE_BANDS, dtype=object)[place]})


def of_states(states: pd.DataFrame, keys: list[str], past_due_days: int, basis: Basis) -> pd.DataFrame:
    """Return late and book of each cell.

    Parameters
    ----------
    states
        ``month``, the keys, ``state``, ``loans``, ``balance_fen``.
    keys
        Columns of a cell.
    past_due_days
        30, 60 or 90.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    DataFrame
        One row a ``month`` and cell: ``numerator``, ``denominator`` (fen or loans).
    """
    amount = "balance_fen" if basis == "balance" else "loans"
    need(states, "month", *keys, "state", amount)
    on_book = states[states["state"].isin(terms.BUCKETS)]
    late = on_book["state"].isin(terms.buckets_beyond(past_due_days))
    split = on_book.assign(numerator=on_book[amount].where(late, 0), denominator=on_book[amount])
    return _summed(split, keys)


def of_entries(entries: pd.DataFrame, keys: list[str], basis: Basis) -> pd.DataFrame:
    """Return what rolled from current to 1-30 days, and what was current, of each cell; see :func:`of_states`."""
    numerator, denominator = ("late_fen", "opening_fen") if basis == "balance" else ("late_loans", "loans")
    need(entries, "month", *keys, numerator, denominator)
    return _summed(entries.assign(numerator=entries[numerator], denominator=entries[denominator]), keys)


def of_results(results: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return approved and decided of each cell, by month of submission; see :func:`of_states`."""
    need(results, "submitted_month", *keys, "approved", "declined")
    return _summed(
        results.assign(
            month=results["submitted_month"],
            numerator=results["approved"],
            denominator=results["approved"] + results["declined"],
        ),
        keys,
    )


def change(amounts: pd.DataFrame, keys: list[str], before: pd.Timestamp, after: pd.Timestamp) -> pd.DataFrame:
    """Return what each cell gave to the change of a ratio between two months.

    Parameters
    ----------
    amounts
        ``month``, the keys, ``numerator``, ``denominator``.
    keys
        Columns of a cell.
    before, after
        The two months.

    Returns
    -------
    DataFrame
        One row a cell: the keys, ``numerator_before``, ``denominator_before``, ``rate_before`` (NaN without a
        denominator), ``numerator_after``, ``denominator_after``, ``rate_after``; ``mix``, ``rate``, ``interaction`` and
        their sum ``total``; ``carries``, the same with the mix measured against the whole's rate before. ``total`` and
        ``carries`` each sum to the change of the ratio. What carries most of it comes first, with ``carried_rate``, the
        share of the change carried so far (NaN without a change); ``whole_before_rate`` and ``whole_after_rate``, the
        ratio of all cells, alike in each row. Empty where a month has no denominator.

    Notes
    -----
    **Source**: house definition 5.1: sum over g of (s1-s0) r0 + s0 (r1-r0) + (s1-s0)(r1-r0). A cell that was not there
    before has no rate to compare with: its whole part is mix. Shares sum to one, so a mix of (s1-s0)(r0-R0) gives the
    same sum, and a cell that grows with a rate below the whole's lowers the ratio.
    """
    need(amounts, "month", *keys, "numerator", "denominator")
    columns: dict[str, pd.Series] = {}
    for name, month in (("before", before), ("after", after)):
        rows = amounts[amounts["month"] == month].set_index(keys)
        columns |= {f"numerator_{name}": rows["numerator"], f"denominator_{name}": rows["denominator"]}
    found = pd.DataFrame(columns).fillna(0).astype("int64")
    found = found[(found["denominator_before"] > 0) | (found["denominator_after"] > 0)]
    totals = found.sum()
    names = [*keys, *_COLUMNS]
    if found.empty or not totals["denominator_before"] or not totals["denominator_after"]:
        return pd.DataFrame(columns=names)
    for name in ("before", "after"):
        rate = found[f"numerator_{name}"] / found[f"denominator_{name}"].where(found[f"denominator_{name}"] > 0)
        found[f"rate_{name}"] = rate
    share_before = found["denominator_before"] / totals["denominator_before"]
    more = found["denominator_after"] / totals["denominator_after"] - share_before
    rate_before = found["rate_before"].fillna(found["rate_after"])
    moved = found["rate_after"].fillna(rate_before) - rate_before
    found["mix"], found["rate"], found["interaction"] = more * rate_before, share_before * moved, more * moved
    found["total"] = found["mix"] + found["rate"] + found["interaction"]
    whole_before = totals["numerator_before"] / totals["denominator_before"]
    found["carries"] = more * (rate_before - whole_before) + found["rate"] + found["interaction"]
    whole_after = totals["numerator_after"] / totals["denominator_after"]
    changed = whole_after - whole_before
    towards = found["carries"] * (1 if changed >= 0 else -1)
    found = found.loc[towards.sort_values(ascending=False, kind="stable").index]
    found["carried_rate"] = found["carries"].cumsum() / changed if changed else np.nan
    found["whole_before_rate"], found["whole_after_rate"] = whole_before, whole_after
    return found.reset_index()[names]


def with_year_ago(now: pd.DataFrame, year_ago: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return a change with what each cell carried between the same two months a year earlier.

    Parameters
    ----------
    now, year_ago
        Of :func:`change`; the second may be empty.
    keys
        Columns of a cell.

    Returns
    -------
    DataFrame
        With ``year_ago``: 0 for a cell that was not there then, NaN where nothing was.
    """
    if year_ago.empty:
        return now.assign(year_ago=np.nan)
    earlier = year_ago[[*keys, "carries"]].rename(columns={"carries": "year_ago"})
    found = now.merge(earlier, on=keys, how="left")
    return found.assign(year_ago=found["year_ago"].fillna(0.0))


def sides(found: pd.DataFrame) -> dict[str, float]:
    """Return whether the numerator moved a ratio or the denominator.

    Parameters
    ----------
    found
        Of :func:`change`, not empty.

    Returns
    -------
    dict
        ``by_numerator``: what the numerator's change would have done over the denominator before;
        ``by_denominator``: what the denominator's change did to the numerator after; the two sum to the change.
        ``numerator_change_rate``, ``denominator_change_rate``: relative changes, NaN from nothing.

    Notes
    -----
    **Source**: house definition: N1/D1 - N0/D0 = (N1-N0)/D0 + N1 (1/D1 - 1/D0), the numerator first.
    """
    n0, d0, n1, d1 = (
        float(found[f"{side}_{when}"].sum()) for when in ("before", "after") for side in ("numerator", "denominator")
    )
    return {
        "by_numerator": (n1 - n0) / d0,
        "by_denominator": n1 / d1 - n1 / d0,
        "numerator_change_rate": n1 / n0 - 1 if n0 else float("nan"),
        "denominator_change_rate": d1 / d0 - 1,
    }


_COLUMNS = [
    "numerator_before", "denominator_before", "rate_before", "numerator_after", "denominator_after", "rate_after",
    *_PARTS, "carried_rate", "whole_before_rate", "whole_after_rate",
]  # fmt: skip


def _summed(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.groupby(["month", *keys])[["numerator", "denominator"]].sum().reset_index()
