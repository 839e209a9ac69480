"""What the book is made of, and whether it is too much of one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from jiebei_dash.metrics.bridge import with_age
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.terms import Basis

SMALL_LOANS = 30
"""Fewer loans than this carry no rate of their own. Source: house definition, small cells."""
TOP = (3, 10)
_UNIT: Mapping[Basis, tuple[str, str]] = {"balance": ("balance_fen", "fen"), "count": ("loans", "loans")}
_SUMS = ("loans", "balance_fen", "late_loans", "late_fen", "age_loans", "age_fen")
_TERM = ("term_loans", "term_fen", "termed_loans", "termed_fen")
_LEAD = ["loans", "amount", "total", "share_rate", "average_fen", "late", "late_rate", "low_rate", "high_rate"]


def table(strata: pd.DataFrame, codes: Mapping[str, Sequence[object]], basis: Basis) -> pd.DataFrame:
    """Return a stratification: one row a stratum that is on the book.

    Parameters
    ----------
    strata
        Of one month: the keys, ``loans``, ``balance_fen``, ``late_loans``, ``late_fen``, ``age_loans``, ``age_fen``,
        and where the term was asked ``term_loans``, ``term_fen``, ``termed_loans``, ``termed_fen``.
    codes
        Of each key its codes in order; a stratum of ``age_band`` is made from ``mob``.
    basis
        ``balance`` or ``count``: what shares, rates and means are weighed by.

    Returns
    -------
    DataFrame
        The keys; ``loans``; ``amount`` and ``total`` (fen or loans); ``share_rate`` (sums to 1); ``average_fen``
        remaining a loan; ``late`` (fen or loans) and ``late_rate`` more than 30 days past due, with Wilson's 95 %
        interval over the loans in ``low_rate`` and ``high_rate``; ``mean_mob``; ``mean_term`` (months, NaN where it was
        not asked or no loan has one); ``is_small`` below 30 loans; ``whole_late_rate``, ``whole_average_fen``,
        ``whole_mean_mob`` and ``whole_mean_term`` of all strata together, alike in each row.

    Notes
    -----
    **Source**: house definition 1.16 and D1a. By balance the interval takes each loan as one trial, whatever it owes.
    """
    keys = list(codes)
    frame = with_age(strata) if "age_band" in keys else strata
    need(frame, *keys, *_SUMS)
    kept = [*_SUMS, *(name for name in _TERM if name in frame)]
    order = [frame[key].map({code: place for place, code in enumerate(codes[key])}) for key in keys]
    placed = frame.assign(**{f"place_{key}": place for key, place in zip(keys, order, strict=True)})
    places = [f"place_{key}" for key in keys]
    if keys:
        # A code that no list knows stands behind those of the list.
        sums = placed.groupby([*places, *keys], dropna=False)[kept].sum().reset_index().drop(columns=places)
    else:
        sums = frame[kept].sum().to_frame().T
    amount, unit = _UNIT[basis]
    found = sums.assign(
        amount=sums[amount],
        total=sums[amount].sum(),
        share_rate=_over(sums[amount], sums[amount].sum()),
        average_fen=_over(sums["balance_fen"], sums["loans"]) if basis == "balance" else np.nan,
        late=sums[f"late_{unit}"],
        late_rate=_over(sums[f"late_{unit}"], sums[amount]),
        mean_mob=_over(sums[f"age_{unit}"], sums[amount]),
        mean_term=_over(sums[f"term_{unit}"], sums[f"termed_{unit}"]) if f"term_{unit}" in sums else np.nan,
        is_small=sums["loans"] < SMALL_LOANS,
    )
    found[["low_rate", "high_rate"]] = [
        wilson(rate * loans, loans) for rate, loans in zip(found["late_rate"], found["loans"], strict=True)
    ]
    whole = sums[kept].sum()
    alike = {
        "whole_late_rate": _part(whole[f"late_{unit}"], whole[amount]),
        "whole_average_fen": _part(whole["balance_fen"], whole["loans"]) if basis == "balance" else np.nan,
        "whole_mean_mob": _part(whole[f"age_{unit}"], whole[amount]),
        "whole_mean_term": _part(whole[f"term_{unit}"], whole[f"termed_{unit}"]) if f"term_{unit}" in whole else np.nan,
    }
    return found[[*keys, *_LEAD, "mean_mob", "mean_term", "is_small"]].assign(**alike)


def compared(pools: Mapping[str, pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """Return pools side by side, each against the first.

    Parameters
    ----------
    pools
        Of :func:`table` by the pool's name, all by the same keys; the first is what the others are compared with.
    keys
        The keys; none compares the pools as wholes.

    Returns
    -------
    DataFrame
        ``pool`` and the columns of :func:`table`, one row a pool and stratum that any pool has (0 loans where this one
        has none); ``share_difference`` and ``late_difference`` (fractions, against the first pool; NaN for the first
        itself); ``is_share_beyond_noise`` and ``is_late_beyond_noise``: Newcombe's 95 % interval over the loans
        excludes zero, with at least 30 loans on both sides.
    """
    frame = pd.concat([part.assign(pool=name) for name, part in pools.items()], ignore_index=True)
    if keys:
        cells = frame[list(keys)].drop_duplicates()
        every = pd.DataFrame({"pool": list(pools)}).merge(cells, how="cross")
        frame = every.merge(frame, on=["pool", *keys], how="left")
        whole = frame.groupby("pool")["total"].transform("max")
        frame["total"] = whole
        zero = ["loans", "amount", "share_rate", "late"]
        frame[zero] = frame[zero].fillna(0)
        frame["is_small"] = frame["loans"] < SMALL_LOANS
    frame["all_loans"] = frame.groupby("pool")["loans"].transform("sum")
    first = frame[frame["pool"] == next(iter(pools))]
    base = first.set_index(list(keys)) if keys else first
    rows = []
    for row in frame.to_dict("records"):
        here = tuple(row[key] for key in keys)
        other = (base.loc[here[0] if len(here) == 1 else here] if keys else base.iloc[0]).to_dict()
        rows.append((np.nan, np.nan, False, False) if row["pool"] == next(iter(pools)) else _against(row, other))
    names = ["share_difference", "late_difference", "is_share_beyond_noise", "is_late_beyond_noise"]
    frame[names] = pd.DataFrame(rows, columns=names, index=frame.index)
    columns = ["pool", *keys, *_LEAD, "mean_mob", "mean_term", "is_small", *names]
    return frame[columns].astype({"loans": "int64"})


def _against(row: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, float, bool, bool]:
    share = _beyond(row["share_rate"], row["all_loans"], other["share_rate"], other["all_loans"])
    late = _beyond(row["late_rate"], row["loans"], other["late_rate"], other["loans"])
    return row["share_rate"] - other["share_rate"], row["late_rate"] - other["late_rate"], share, late


def _beyond(rate: float, trials: float, other_rate: float, other_trials: float) -> bool:
    if min(trials, other_trials) < SMALL_LOANS:
        return False
    low, high = difference(rate * trials, trials, other_rate * other_trials, other_trials)
    return low > 0 or high < 0


def concentration(sizes: pd.DataFrame, by: str, amount: str) -> pd.DataFrame:
    """Return how much of a whole lies in few groups, by month.

    Parameters
    ----------
    sizes
        ``month``, the column ``by`` and the column ``amount``; one row a month and group.
    by, amount
        The column of groups, and that of what is concentrated.

    Returns
    -------
    DataFrame
        One row a month: ``by`` (its name), ``groups`` that hold something, ``largest`` (its code as text),
        ``largest_rate``, ``top_3_rate``, ``top_10_rate``, ``herfindahl`` (sum of squared shares, 0-1) and
        ``equal_groups`` (1 / herfindahl: so many groups of one size would be as concentrated); ``total``.

    Notes
    -----
    **Source**: house definition 1.16; Herfindahl-Hirschman index. A group of unknown code counts as one group.
    """
    need(sizes, "month", by, amount)
    held = sizes[sizes[amount] > 0]
    total = held.groupby("month")[amount].transform("sum")
    ranked = held.assign(share=held[amount] / total, total=total)
    ranked = ranked.sort_values(["month", "share"], ascending=[True, False], kind="stable")
    months = ranked.groupby("month")
    found = pd.DataFrame(
        {
            "by": by,
            "groups": months.size(),
            "largest": months[by].first().astype(str),
            "largest_rate": months["share"].first(),
            **{f"top_{top}_rate": months["share"].apply(lambda shares, top=top: shares.head(top).sum()) for top in TOP},
            "herfindahl": months["share"].apply(lambda shares: float((shares**2).sum())),
            "total": months["total"].first(),
        }
    )
    return found.assign(equal_groups=1 / found["herfindahl"]).reset_index()


def of_trailing_months(funded: pd.DataFrame, months: Sequence[object], window: int) -> pd.DataFrame:
    """Return what each funder lent in a window of months that ends at each month.

    Parameters
    ----------
    funded
        ``opened_month``, ``funder_code``, ``loans``, ``principal_fen``.
    months
        Last months of the windows.
    window
        Months of a window.

    Returns
    -------
    DataFrame
        ``month``, ``funder_code``, ``loans``, ``principal_fen``.
    """
    need(funded, "opened_month", "funder_code", "loans", "principal_fen")
    parts = []
    for month in pd.DatetimeIndex(pd.to_datetime(list(months))):
        first = month - pd.DateOffset(months=window - 1)
        held = funded[(funded["opened_month"] >= first) & (funded["opened_month"] <= month)]
        sums = held.groupby("funder_code")[["loans", "principal_fen"]].sum().reset_index()
        parts.append(sums.assign(month=month))
    return pd.concat(parts, ignore_index=True)[["month", "funder_code", "loans", "principal_fen"]]


def utilisation(
    balances: pd.DataFrame, limits: pd.DataFrame, keys: Sequence[str], months: Sequence[object]
) -> pd.DataFrame:
    """Return how much of the limits granted is drawn, at month-ends.

    Parameters
    ----------
    balances
        ``month``, the keys, ``balance_fen``.
    limits
        ``month``, the keys, ``active_delta_fen``, ``frozen_delta_fen``: changes in each month since the first.
    keys
        Dimensions, or none.
    months
        Month-ends wanted.

    Returns
    -------
    DataFrame
        ``month``, the keys, ``balance_fen``, ``active_fen``, ``frozen_fen``, ``rate`` (balance / active limits) and
        ``with_frozen_rate`` (balance / all limits); NaN where there is no limit.

    Notes
    -----
    **Source**: house definition F5. The balance is that of all loans on book, those of frozen lines included.
    """
    need(limits, "month", *keys, "active_delta_fen", "frozen_delta_fen")
    need(balances, "month", *keys, "balance_fen")
    parts = []
    for month in pd.DatetimeIndex(pd.to_datetime(list(months))):
        to_date = limits[limits["month"] <= month]
        at = balances[balances["month"] == month]
        if keys:
            summed = to_date.groupby(list(keys))[["active_delta_fen", "frozen_delta_fen"]].sum()
            owed = at.groupby(list(keys))["balance_fen"].sum()
            part = summed.join(owed, how="outer").fillna(0).reset_index()
        else:
            part = pd.DataFrame([{**to_date[["active_delta_fen", "frozen_delta_fen"]].sum(),
                                  "balance_fen": at["balance_fen"].sum()}])  # fmt: skip
        parts.append(part.assign(month=month))
    found = pd.concat(parts, ignore_index=True)
    found = found.rename(columns={"active_delta_fen": "active_fen", "frozen_delta_fen": "frozen_fen"})
    found = found.assign(
        rate=_over(found["balance_fen"], found["active_fen"]),
        with_frozen_rate=_over(found["balance_fen"], found["active_fen"] + found["frozen_fen"]),
    )
    columns = ["month", *keys, "balance_fen", "active_fen", "frozen_fen", "rate", "with_frozen_rate"]
    return found[columns].astype(dict.fromkeys(("balance_fen", "active_fen", "frozen_fen"), "int64"))


def _over(numerator: pd.Series, denominator: pd.Series | float) -> pd.Series:
    """Nothing to divide by is unknown, not zero."""
    return numerator / pd.Series(denominator, index=numerator.index).astype(float).replace(0.0, np.nan)


def _part(top: float, below: float) -> float:
    """One number over another; nothing to divide by is unknown."""
    return float(top) / float(below) if below else float("nan")
