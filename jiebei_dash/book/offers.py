"""What a policy offers, by cell of Zhima band and score band: a factor on the limit and steps on the price.

Offers of the book are facts; a policy says by how much they would differ, so a policy without cells changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal

from jiebei_dash import terms
from jiebei_dash.errors import BadArgument

SCORE_BANDS_FROM: tuple[int, ...] = (0, 600, 620, 640, 660)
"""Lowest points of each band of the score; a missing score is in the first."""
RATE_DAY_STEP = 0.00005
"""Prices move by steps of 0.005 % a day, about 1.8 points a year. Source: house price grid."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    zhima_band
        One of ``terms.ZHIMA_BANDS``.
    score_from
        One of ``SCORE_BANDS_FROM``.
    value
        Factor on the limit, or steps of the day rate.
    """

    zhima_band: str
    score_from: int
    value: float


Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Kind:
    """What a cell may hold: name in a policy, range, step, and the value that changes nothing."""

    name: str
    low: float
    high: float
    step: float
    unchanged: float


LIMITS = Kind("limits", 0.1, 3.0, 0.05, 1.0)
PRICES = Kind("prices", -8.0, 8.0, 1.0, 0.0)


def score_band(points: float) -> int:
    """Return the lowest points of the band that a score lies in."""
    return max(lowest for lowest in SCORE_BANDS_FROM if lowest <= points or lowest == 0)


def checked(kind: Kind, cells: Iterable[Cell]) -> Cells:
    """Return cells in one order, without those that change nothing.

    Raises
    ------
    BadArgument
        If a band is unknown, a cell is named twice, or a value is out of range.
    """
    found: dict[tuple[str, int], Cell] = {}
    for cell in cells:
        place = f"{cell.zhima_band}/{cell.score_from}"
        if cell.zhima_band not in terms.ZHIMA_BANDS or cell.score_from not in SCORE_BANDS_FROM:
            raise BadArgument(
                name=kind.name,
                value=place,
                allowed=f"{', '.join(terms.ZHIMA_BANDS)} / {', '.join(str(each) for each in SCORE_BANDS_FROM)}",
            )
        if not kind.low <= cell.value <= kind.high or (cell.zhima_band, cell.score_from) in found:
            raise BadArgument(name=f"{kind.name} {place}", value=cell.value, allowed=f"{kind.low:g} - {kind.high:g}")
        found[cell.zhima_band, cell.score_from] = cell
    order = {band: place for place, band in enumerate(terms.ZHIMA_BANDS)}
    kept = [cell for cell in found.values() if cell.value != kind.unchanged]
    return tuple(sorted(kept, key=lambda cell: (order[cell.zhima_band], cell.score_from)))


def as_tree(cells: Cells) -> list[list[str | int | float]]:
    """Return cells as lists, for JSON."""
    return [[cell.zhima_band, cell.score_from, cell.value] for cell in cells]


def value_in(kind: Kind, cells: Cells, table: FromClause) -> float | ColumnElement[float]:
    """Return the value of the cell that each row of a table lies in; it has ``zhima_band`` and ``score_points``."""
    if not cells:
        return kind.unchanged
    points = func.coalesce(table.c.score_points, 0.0)
    highest = dict(zip(SCORE_BANDS_FROM, [*SCORE_BANDS_FROM[1:], None], strict=True))

    def lies_in(cell: Cell) -> ColumnElement[bool]:
        inside = [table.c.zhima_band == cell.zhima_band]
        if cell.score_from > 0:
            inside.append(points >= float(cell.score_from))
        if (end := highest[cell.score_from]) is not None:
            inside.append(points < float(end))
        return and_(*inside)

    whens = [(lies_in(cell), literal(float(cell.value))) for cell in cells]
    return case(*whens, else_=literal(kind.unchanged))


def by_cell(kind: Kind, cells: Cells) -> Mapping[tuple[str, int], float]:
    """Return the value of every cell, those not named unchanged."""
    every = {(band, lowest): kind.unchanged for band in terms.ZHIMA_BANDS for lowest in SCORE_BANDS_FROM}
    return every | {(cell.zhima_band, cell.score_from): cell.value for cell in cells}
