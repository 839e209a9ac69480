"""What a drop of KS and AUC is made of: another mix of borrowers, and a score that tells them apart less well.

Loans of the recent window are weighted so that they have the base window's mix of segments. What the weighting gives
back was the mix; what stays lost is real.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiebei_dash.lab.population import BAD, REPLICATES, Bytes, Floats, Population
from jiebei_dash.terms import FEWEST_OF_A_CELL, Mix

Places = NDArray[np.int64]

LEVELS: Mapping[Mix, tuple[tuple[str, ...], ...]] = {
    "segments": (("channel", "product_class", "zhima_band"), ("channel", "zhima_band"), ("channel",)),
    "channel": (("channel",),),
    "product_class": (("product_class",),),
    "zhima_band": (("zhima_band",),),
}
"""By what a mix is held alike, the finest first: a cell of few loans is folded into one of the next level."""
KS, AUC = range(2)
BASE, ON_BASE_MIX, RECENT = range(3)
_CODES = 64
"""More than any dimension has codes."""


@dataclass(frozen=True)
class Loans:
    """Loans seen: approved, drawn and old enough, with a score.

    Parameters
    ----------
    points
        Score at decision time.
    is_bad
        Ever more than 30 days past due by month 6.
    replicate
        Of the population.
    segments
        By dimension, the place of the code in its list.
    unscored
        How many loans seen are left out for want of a score.
    """

    points: Floats
    is_bad: NDArray[np.bool_]
    replicate: Bytes
    segments: Mapping[str, Bytes]
    unscored: int = 0

    def __len__(self) -> int:
        """Return how many loans there are."""
        return len(self.points)


@dataclass(frozen=True)
class Cell:
    """A cell of the mix.

    Parameters
    ----------
    segment
        By dimension, the place of its code; empty is everybody who fits no other cell.
    base_count, recent_count
        Its loans.
    base_bad_count, recent_bad_count
        The bad ones of them.
    """

    segment: Mapping[str, int]
    base_count: int
    recent_count: int
    base_bad_count: int
    recent_bad_count: int


@dataclass(frozen=True)
class Apart:
    """A change of discrimination taken apart.

    Parameters
    ----------
    values
        ``[0]`` of all loans, then with each replicate left out in turn; by ``BASE``, ``ON_BASE_MIX``, ``RECENT``; by
        ``KS``, ``AUC``.
    cells
        Of the mix.
    loan_count, bad_count, unscored_count
        Of the base and of the recent window.
    effective_count
        How many loans the weighted ones are worth.
    """

    values: Floats
    cells: tuple[Cell, ...]
    loan_count: tuple[int, int]
    bad_count: tuple[int, int]
    unscored_count: tuple[int, int]
    effective_count: float


def seen(people: Population, months: Collection[int] | None = None) -> Loans:
    """Return the loans seen of a population.

    Parameters
    ----------
    people
        Decisions of a window.
    months
        Months of submission, since 1970-01; None is all.
    """
    chosen = people.is_observed
    if months is not None:
        chosen = chosen & np.isin(people.month, list(months))
    points = people.inputs["score_points"]
    known = chosen & ~np.isnan(points)
    return Loans(
        points=points[known],
        is_bad=people.outcome[known] == BAD,
        replicate=people.replicate[known],
        segments={name: codes[known] for name, codes in people.segments.items()},
        unscored=int(np.count_nonzero(chosen) - np.count_nonzero(known)),
    )


def fold(base: Loans, recent: Loans, mix: Mix) -> tuple[Places, Places, tuple[Cell, ...]]:
    """Return the cell of each loan, and the cells.

    A cell of fewer than ``FEWEST_OF_A_CELL`` loans on a side is folded into one of the next level, at the last into one
    of all that are left, and that, if it is small too, into the largest cell: so every loan of the base has recent ones
    that stand for it.
    """
    sides = (base, recent)
    cell_of = [np.full(len(side), -1, np.int64) for side in sides]
    found: list[Mapping[str, int]] = []
    for names in LEVELS[mix]:
        codes = [_codes(side, names) for side in sides]
        counts = [
            np.bincount(code[cell < 0], minlength=_CODES ** len(names))
            for code, cell in zip(codes, cell_of, strict=True)
        ]
        kept = np.flatnonzero((counts[0] >= FEWEST_OF_A_CELL) & (counts[1] >= FEWEST_OF_A_CELL))
        number = np.full(_CODES ** len(names), -1, np.int64)
        number[kept] = np.arange(len(found), len(found) + len(kept))
        for code, cell in zip(codes, cell_of, strict=True):
            cell[cell < 0] = number[code[cell < 0]]
        found += [_segment(int(code), names) for code in kept]
    left = [int(np.count_nonzero(cell < 0)) for cell in cell_of]
    if any(left):
        if min(left) >= FEWEST_OF_A_CELL or not found:
            found.append({})
            into = len(found) - 1
        else:
            into = int(np.argmax(np.bincount(cell_of[0][cell_of[0] >= 0], minlength=len(found))))
        for cell in cell_of:
            cell[cell < 0] = into
    counted = [
        [np.bincount(cell[which], minlength=len(found)) for which in (slice(None), side.is_bad)]
        for side, cell in zip(sides, cell_of, strict=True)
    ]
    cells = tuple(
        Cell(segment, *(int(counted[side][which][place]) for which in (0, 1) for side in (0, 1)))
        for place, segment in enumerate(found)
    )
    return cell_of[0], cell_of[1], cells


def taken_apart(base: Loans, recent: Loans, mix: Mix) -> Apart:
    """Return KS and AUC of the base, of the recent window, and of the recent one on the mix of the base.

    Parameters
    ----------
    base, recent
        Loans seen.
    mix
        What is held alike, one of ``LEVELS``.

    Returns
    -------
    Apart
        Recent less base is (recent less on the base's mix) plus (on the base's mix less base), to the last bit that
        matters; two equal windows have no difference at all. NaN without goods or bads on a side.

    Notes
    -----
    **Source**: post-stratification, Holt and Smith (1979), Journal of the Royal Statistical Society A 142, 33-46; KS
    and AUC as in :mod:`jiebei_dash.metrics.discrimination`. Cells are those of all loans, weights are made anew for
    each replicate that is left out.
    """
    base_cell, recent_cell, cells = fold(base, recent, mix)
    ranked = _Ranked(base), _Ranked(recent)
    values = np.full((REPLICATES + 1, 3, 2), np.nan)
    whole = np.zeros(len(recent))
    for part in range(REPLICATES + 1):
        keeps_base, keeps_recent = (np.asarray(side.replicate != part - 1, float) for side in (base, recent))
        weight = _weight(base_cell, keeps_base, recent_cell, keeps_recent, len(cells))
        whole = weight if part == 0 else whole
        values[part, BASE] = ranked[0].power(keeps_base)
        values[part, ON_BASE_MIX] = ranked[1].power(weight)
        values[part, RECENT] = ranked[1].power(keeps_recent)
    squares = float((whole**2).sum())
    return Apart(
        values=values,
        cells=cells,
        loan_count=(len(base), len(recent)),
        bad_count=(int(base.is_bad.sum()), int(recent.is_bad.sum())),
        unscored_count=(base.unscored, recent.unscored),
        effective_count=float(whole.sum()) ** 2 / squares if squares else 0.0,
    )


def power(points: Floats, is_bad: NDArray[np.bool_], weight: Floats) -> tuple[float, float]:
    """Return KS and AUC of weighted loans, ties complete; NaN without goods or without bads."""
    return _Ranked(Loans(points, is_bad, np.zeros(len(points), np.uint8), {})).power(weight)


class _Ranked:
    """Loans in the order of their score, to be judged under many weights."""

    def __init__(self, loans: Loans) -> None:
        self._order = np.argsort(loans.points, kind="stable")
        ranked = loans.points[self._order]
        self._is_bad = loans.is_bad[self._order]
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else np.zeros(0, int)

    def power(self, weight: Floats) -> tuple[float, float]:
        ranked = weight[self._order]
        bad = np.cumsum(ranked * self._is_bad)[self._ends]
        good = np.cumsum(ranked * ~self._is_bad)[self._ends]
        if not (len(bad) and bad[-1] > 0 and good[-1] > 0):
            return np.nan, np.nan
        bad, good = bad / bad[-1], good / good[-1]
        bad_before = np.concatenate(([0.0], bad[:-1]))
        good_here = np.diff(good, prepend=0.0)
        return float(np.abs(bad - good).max()), float((good_here * (bad + bad_before) / 2).sum())


def _weight(base_cell: Places, keeps_base: Floats, recent_cell: Places, keeps_recent: Floats, cells: int) -> Floats:
    """Loans of the base over recent loans, by cell; a cell that a replicate emptied weighs nothing."""
    wanted = np.bincount(base_cell, weights=keeps_base, minlength=cells)
    there = np.bincount(recent_cell, weights=keeps_recent, minlength=cells)
    factor = np.divide(wanted, there, out=np.zeros(cells), where=there > 0)
    return np.asarray(factor[recent_cell] * keeps_recent, float)


def _codes(loans: Loans, names: tuple[str, ...]) -> Places:
    code = np.zeros(len(loans), np.int64)
    for name in names:
        code = code * _CODES + loans.segments[name]
    return code


def _segment(code: int, names: tuple[str, ...]) -> dict[str, int]:
    places = {}
    for name in reversed(names):
        code, places[name] = divmod(code, _CODES)
    return dict(reversed(places.items()))
