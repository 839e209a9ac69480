"""Which months of a family have to be summed again when a book has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from jiebei_dash.book import schema
from jiebei_dash.book.families import Family

Marks = Mapping[tuple[str, date], str]
"""Content hash by table and month: what a book says in that month."""


def months_touched(family: Family, before: Marks, after: Marks, last_month: date) -> tuple[list[date], list[date]]:
    """Return the months of a family whose sums may differ between two versions of a book.

    Parameters
    ----------
    family
        The facts.
    before, after
        Contents of both versions; nothing is known before the first.
    last_month
        Last closed month of the later version: no question looks beyond it.

    Returns
    -------
    list of date
        Months to be summed, in order.
    list of date
        Months to be let go of: these and those that are no longer there.
    """
    own = [name for name in family.sources if _is_own(family, name)]
    months = {month for name, month in after if name in own and month <= last_month}
    gone = {month for name, month in before if name in own}
    changed = {mark for mark in {*before, *after} if mark[0] in family.sources and before.get(mark) != after.get(mark)}
    if any(name not in own for name, _ in changed):
        return sorted(months), sorted(months | gone)
    first = min((month for _, month in changed), default=None)
    if first is None:
        return [], []
    touched = {month for _, month in changed}
    if family.looks_back:
        touched |= {month for month in months | gone if month >= first}
    return sorted(touched & months), sorted(touched & (months | gone))


def _is_own(family: Family, source: str) -> bool:
    """Whether a source's months are those of the family."""
    period = schema.book.tables[source].info["period"]
    return period == family.period or family.looks_back
