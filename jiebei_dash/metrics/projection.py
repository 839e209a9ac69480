"""Where the book goes if it keeps rolling as it did: the matrix applied month after month, with a range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.delinquency import AMOUNT_OF
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis, Lending

HORIZON_MONTHS = 6
POOL_MONTHS = 24
"""The range is drawn from so many months of moves."""
RUN_MONTHS = 3
"""Months are drawn in runs, since one bad month is often followed by another."""
LENT_OVER_MONTHS = 3
TESTED_AT_MONTHS = (3, 6)
AGES = 25
"""Months on book kept apart; the last is 24 and more."""
_LOW, _HIGH = 0.05, 0.95
_WIDTH = len(terms.BUCKETS)
_PLACE = {bucket: place for place, bucket in enumerate(terms.BUCKETS)}
_OPENING_OF = {"balance": "opening_fen", "count": "loans"}
_COLUMNS = [
    "month", "past_due_days", "observed_rate", "projected_rate", "low_rate", "high_rate",
    "book", "projected_book", "low_book", "high_book",
]  # fmt: skip
_TESTED = ["is_inside", "is_book_inside"]


@dataclass(frozen=True)
class History:
    """What a projection is made from: of each month a row, the months without a gap.

    Parameters
    ----------
    months
        The months; the projection starts at the end of the last.
    opening
        Month x age x origin (``terms.BUCKETS``, then new on the book): fen or loans.
    moved
        Month x age x origin x bucket: what of it stood in a bucket at the month's end.
    """

    months: pd.DatetimeIndex
    opening: np.ndarray
    moved: np.ndarray

    @property
    def stock(self) -> np.ndarray:
        """Return the book: month x age x bucket."""
        return np.asarray(self.moved.sum(axis=2))

    @property
    def is_rolling(self) -> bool:
        """Return whether anything is on the book at its end, and anything was that could move."""
        return bool(len(self.months) and self.stock[-1].sum() and self.opening[:, :, :-1].sum())

    def until(self, month: pd.Timestamp) -> History:
        """Return what was known at the end of a month."""
        known = self.months <= month
        return History(self.months[known], self.opening[known], self.moved[known])


@dataclass(frozen=True)
class Matrices:
    """The rolls of some months: of current loans at each age, of late loans whatever their age.

    Parameters
    ----------
    current
        Age (of arrival) x bucket.
    late
        Bucket x bucket.
    """

    current: np.ndarray
    late: np.ndarray


def history(aged: pd.DataFrame, basis: Basis) -> History:
    """Return the moves of a book by age, from the first month after which no month is missing.

    Parameters
    ----------
    aged
        ``month``, ``mob`` (at arrival), ``prev_state`` (null for what was not on the book before), ``state``,
        ``loans``, ``opening_fen``, ``balance_fen``.
    basis
        ``balance`` or ``count``.
    """
    amount, opening = AMOUNT_OF[basis], _OPENING_OF[basis]
    need(aged, "month", "mob", "prev_state", "state", "loans", opening, amount)
    every = pd.DatetimeIndex(sorted(aged["month"].unique()))
    last = every[-1]
    months = pd.date_range(every[0], last, freq="MS")
    missing = months.difference(every)
    months = months[months > missing[-1]] if len(missing) else months
    rows = aged[aged["month"].isin(months)]
    place = [
        months.get_indexer(pd.DatetimeIndex(rows["month"])),
        rows["mob"].clip(0, AGES - 1).to_numpy(dtype=int),
        rows["prev_state"].map(_PLACE).fillna(_WIDTH).to_numpy(dtype=int),
    ]
    to = rows["state"].map(_PLACE).fillna(_WIDTH).to_numpy(dtype=int)
    stays = to < _WIDTH
    openings = np.zeros((len(months), AGES, _WIDTH + 1))
    moved = np.zeros((*openings.shape, _WIDTH))
    np.add.at(openings, tuple(place), rows[opening].to_numpy(dtype=float))
    np.add.at(moved, (*(at[stays] for at in place), to[stays]), rows[amount].to_numpy(dtype=float)[stays])
    return History(months, openings, moved)


def path(known: History, window_months: int, lending: Lending = "none", shown_months: int = 13) -> pd.DataFrame:
    """Return the observed book and rates, and where both go in the next six months.

    Parameters
    ----------
    known
        Of :func:`history`.
    window_months
        The matrix is that of so many months, added up.
    lending
        ``none``, or ``recent``: each month the mean of what came on the book in the last three.
    shown_months
        Observed months, up to the last.

    Returns
    -------
    DataFrame
        One row a ``month`` and ``past_due_days``: ``observed_rate`` up to the last month; ``projected_rate`` from the
        last month on, ``low_rate``, ``high_rate``; the same of the ``book`` (fen or loans). What is not observed or
        not projected is NaN, and so is a range that cannot be drawn from six months.

    Notes
    -----
    **Source**: house definition 1.6: the whole matrix, applied each month; current loans roll as current loans of their
    age did, since an old loan repays a larger part each month. What nobody was in during the window rolls as in all
    months known, and stays where it is if nobody ever was in it. The range goes from the 5th to the 95th of 100 of all
    pairs of runs of three months in a row out of the last 24, each month with its own whole matrix, and is widened to
    hold the projection itself.
    """
    centre, paths = _paths(known, window_months, lending)
    start = known.months[-1]
    ahead = pd.date_range(start, periods=HORIZON_MONTHS + 1, freq="MS")
    shown = known.months[-shown_months:]
    observed = known.stock[-shown_months:].sum(axis=1)
    months = shown.union(ahead)
    parts = []
    for days in terms.PAST_DUE_DAYS:
        late, spread = _late_rate(centre, days), _range(_late_rate(paths, days), _late_rate(centre, days))
        of_book = _range(paths.sum(axis=2), centre.sum(axis=1))
        columns = {
            "observed_rate": pd.Series(_late_rate(observed, days), index=shown),
            "projected_rate": pd.Series(late, index=ahead),
            "low_rate": pd.Series(spread[0], index=ahead),
            "high_rate": pd.Series(spread[1], index=ahead),
            "book": pd.Series(observed.sum(axis=1), index=shown),
            "projected_book": pd.Series(centre.sum(axis=1), index=ahead),
            "low_book": pd.Series(of_book[0], index=ahead),
            "high_book": pd.Series(of_book[1], index=ahead),
        }
        parts.append(pd.DataFrame(columns, index=months).assign(past_due_days=days).rename_axis("month").reset_index())
    found = pd.concat(parts, ignore_index=True)[_COLUMNS]
    return found.sort_values(["month", "past_due_days"], ignore_index=True)


def back_test(known: History, window_months: int, lending: Lending = "none") -> pd.DataFrame:
    """Return the projection that would have been made six months ago, beside what happened since.

    Parameters
    ----------
    known
        All that is known now.
    window_months, lending
        As in :func:`path`; without lending, what happened is that of the loans that were on the book then.

    Returns
    -------
    DataFrame
        Three and six months after its start, one row a ``past_due_days``: columns of :func:`path`, with what happened
        as ``observed_rate`` and ``book``, and ``is_inside``, ``is_book_inside`` (absent without a range). Empty where
        nothing was known then.
    """
    start = known.months[-1] - pd.DateOffset(months=HORIZON_MONTHS)
    then = known.until(start)
    if not then.is_rolling:
        return pd.DataFrame(columns=[*_COLUMNS, *_TESTED])
    projected = path(then, window_months, lending)
    parts = []
    for ahead in TESTED_AT_MONTHS:
        month = start + pd.DateOffset(months=ahead)
        first_age = ahead if lending == "none" else 0
        held = known.stock[known.months == month][:, first_age:].sum(axis=1)
        rows = projected[projected["month"] == month].reset_index(drop=True)
        happened = [float(_late_rate(held, days)[0]) for days in rows["past_due_days"]]
        parts.append(rows.assign(observed_rate=happened, book=float(held.sum())))
    found = pd.concat(parts, ignore_index=True)
    found["is_inside"] = _inside(found["observed_rate"], found["low_rate"], found["high_rate"])
    found["is_book_inside"] = _inside(found["book"], found["low_book"], found["high_book"])
    return found


def _inside(value: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    known = value.notna() & low.notna()
    return value.between(low, high).astype(object).where(known, None)


def _paths(known: History, window_months: int, lending: Lending) -> tuple[np.ndarray, np.ndarray]:
    """The projection (month x bucket), and the many that make its range (path x month x bucket)."""
    usual = _matrices(known, slice(None), Matrices(np.tile(np.eye(_WIDTH)[0], (AGES, 1)), np.eye(_WIDTH)))
    chosen = _matrices(known, slice(-window_months, None), usual)
    start = known.stock[-1]
    new = known.moved[-LENT_OVER_MONTHS:, :, -1].mean(axis=0)
    lent = new if lending == "recent" else np.zeros_like(new)
    held = start
    centre = [start.sum(axis=0)]
    for _ in range(HORIZON_MONTHS):
        held = _next(held, chosen, lent)
        centre.append(held.sum(axis=0))
    runs = _runs(known, usual)
    if not runs:
        return np.array(centre), np.empty((0, HORIZON_MONTHS + 1, _WIDTH))
    first, ends = _rolled(start[None], runs, lent)
    second, _ = _rolled(ends, runs, lent)
    count = len(runs)
    today = np.broadcast_to(start.sum(axis=0), (count * count, 1, _WIDTH))
    return np.array(centre), np.concatenate([today, np.repeat(first, count, axis=0), second], axis=1)


def _matrices(known: History, months: slice, otherwise: Matrices) -> Matrices:
    """Rolls over some months; where nobody was, those of ``otherwise``, and at an age where nobody was, of all ages."""
    opening, moved = known.opening[months].sum(axis=0), known.moved[months].sum(axis=0)
    late = _rates(moved.sum(axis=0)[:_WIDTH], opening.sum(axis=0)[:_WIDTH], otherwise.late)
    return Matrices(_rates(moved[:, 0], opening[:, 0], np.tile(late[0], (AGES, 1))), late)


def _rates(moved: np.ndarray, opening: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    some = opening > 0
    return np.where(some[:, None], moved / np.where(some, opening, 1.0)[:, None], otherwise)


def _next(held: np.ndarray, rolls: Matrices, lent: np.ndarray) -> np.ndarray:
    """A month later: ``... x age x bucket``; who is at the last age stays there."""
    older = held[..., 1:] @ rolls.late[..., 1:, :]
    grown = np.zeros_like(held)
    grown[..., 1:, :] = older[..., :-1, :] + held[..., :-1, :1] * rolls.current[..., 1:, :]
    grown[..., -1, :] += older[..., -1, :] + held[..., -1, :1] * rolls.current[..., -1, :]
    return np.asarray(grown + lent)


def _runs(known: History, usual: Matrices) -> list[list[Matrices]]:
    """Every run of three months in a row of the last 24 in which anything moved; none where there are not six."""
    rolled = np.flatnonzero(known.opening[:, :, :-1].sum(axis=(1, 2)))
    pool = rolled[-POOL_MONTHS:]
    if len(pool) < HORIZON_MONTHS:
        return []
    monthly = [_matrices(known, slice(at, at + 1), usual) for at in range(pool[0], len(known.months))]
    return [monthly[at : at + RUN_MONTHS] for at in range(len(monthly) - RUN_MONTHS + 1)]


def _rolled(starts: np.ndarray, runs: list[list[Matrices]], lent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every start through every run, the runs fastest: the months by bucket, and the ends by age and bucket."""
    held = np.repeat(starts[:, None], len(runs), axis=1)
    seen = []
    for month in range(RUN_MONTHS):
        current = np.stack([run[month].current for run in runs])
        late = np.stack([run[month].late for run in runs])
        held = _next(held, Matrices(current, late), lent)
        seen.append(held.sum(axis=2))
    flat = len(starts) * len(runs)
    return np.stack(seen, axis=2).reshape(flat, RUN_MONTHS, _WIDTH), held.reshape(flat, AGES, _WIDTH)


def _late_rate(amounts: np.ndarray, past_due_days: int) -> np.ndarray:
    """Late over book along the last axis; unknown where nothing is on the book."""
    first = terms.BUCKETS.index(terms.buckets_beyond(past_due_days)[0])
    book = amounts.sum(axis=-1)
    late = amounts[..., first:].sum(axis=-1)
    return np.asarray(np.divide(late, book, out=np.full(book.shape, np.nan), where=book > 0))


def _range(paths: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(paths):
        return np.full(len(centre), np.nan), np.full(len(centre), np.nan)
    low, high = np.quantile(paths, (_LOW, _HIGH), axis=0)
    return np.minimum(low, centre), np.maximum(high, centre)
