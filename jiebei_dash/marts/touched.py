"""Which months of a family have to be summed again when a book has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, select

from jiebei_dash.book import schema
from jiebei_dash.book.families import Family
from jiebei_dash.book.family_migrated import MIGRATION_MONTHS
from jiebei_dash.book.family_rows import BAD_BY_MOB
from jiebei_dash.book.scope import month_plus
from jiebei_dash.marts.marks import CLOSINGS, COVERED, FIRST_DRAWS, Marks
from jiebei_dash.terms import LATER_INSTALMENTS


@dataclass(frozen=True)
class Change:
    """Two versions of a book.

    Parameters
    ----------
    before, after
        Contents of both; nothing is known before the first.
    """

    before: Marks
    after: Marks

    def months(self, name: str) -> set[date]:
        """Return the months in which a table, or what is seen of one, differs."""
        every = {mark for mark in (*self.before, *self.after) if mark[0] == name}
        return {mark[1] for mark in every if self.before.get(mark) != self.after.get(mark)}


@dataclass(frozen=True)
class Link:
    """How a family's months depend on a table that is stored by other months.

    Parameters
    ----------
    changed
        The other months, from what changed.
    touched
        Asks the book which months of the family they touch now.
    column
        Key of the family's marts that tells which they touched before: a day in the other month.
    """

    changed: Callable[[Change], set[date]]
    touched: Callable[[list[date]], Select]
    column: str


def _months_of_draws(change: Change) -> set[date]:
    """A line's first drawdown is bad early, or not, by what its first months on book say."""
    seen = {month_plus(month, -age) for month in change.months("loan_month") for age in range(BAD_BY_MOB + 1)}
    return change.months(FIRST_DRAWS) | seen


def _decisions_of(opened_months: list[date]) -> Select:
    loan, decision = schema.loan, schema.decision
    drawn = and_(
        loan.c.application_id == decision.c.application_id,
        loan.c.draw_no == 1,
        loan.c.opened_month.in_(opened_months),
    )
    return select(decision.c.submitted_month).distinct().select_from(decision.join(loan, drawn))


def _lines_of(opened_months: list[date]) -> Select:
    loan, line = schema.loan, schema.application
    drawn = and_(
        loan.c.application_id == line.c.application_id, loan.c.draw_no == 1, loan.c.opened_month.in_(opened_months)
    )
    return select(line.c.submitted_month).distinct().select_from(line.join(loan, drawn))


def _cohorts_of(due_months: list[date]) -> Select:
    first = schema.instalment.c
    return select(first.opened_month).distinct().where(first.instalment_no == 1, first.due_month.in_(due_months))


def _years_before(change: Change) -> set[date]:
    """Where a loan stands touches every month-end of the year before."""
    changed = change.months("loan_month")
    return {month_plus(month, -age) for month in changed for age in range(MIGRATION_MONTHS + 1)}


def _kept(months: list[date]) -> Select:
    table = schema.loan_month.c
    return select(table.month).distinct().where(table.month.in_(months))


def _cohorts_of_early(due_months: list[date]) -> Select:
    """Whether an instalment is given depends on the one before it."""
    early = schema.instalment.c
    most = max(LATER_INSTALMENTS)
    return select(early.opened_month).distinct().where(early.instalment_no <= most, early.due_month.in_(due_months))


LINKS: dict[str, Link] = {
    "decided": Link(_months_of_draws, _decisions_of, "drawn_month"),
    "lined": Link(lambda change: change.months("loan"), _lines_of, "drawn_month"),
    "migrated": Link(_years_before, _kept, "month"),
    "first_due": Link(lambda change: change.months("instalment"), _cohorts_of, "due_on"),
    "early_due": Link(lambda change: change.months("instalment"), _cohorts_of_early, "due_on"),
}

Linked = Callable[[Family, Link, list[date]], set[date]]
"""Asks the book and the marts so far which months of a family a link touches."""


def months_touched(family: Family, change: Change, linked: Linked) -> tuple[list[date], list[date]]:
    """Return the months of a family whose sums may differ between two versions of a book.

    Parameters
    ----------
    family
        The facts.
    change
        Both versions.
    linked
        Follows a link.

    Returns
    -------
    list of date
        Months to be summed, in order.
    list of date
        Months to be let go of: these and those that are no longer there.
    """
    own = [name for name in family.sources if schema.book.tables[name].info["period"] == family.period]
    last = max((month for name, month in change.after if name == COVERED))
    months = {month for name, month in change.after if name in own and month <= last}
    if not change.before:
        return sorted(months), []
    known = max((month for name, month in change.before if name == COVERED))
    gone = {month for name, month in change.before if name in own and month <= known}
    touched = {month for name in own for month in change.months(name)}
    # Months that are closed now and were not, or the other way round: their contents need not have changed.
    touched |= {month for month in months if month > known} | {month for month in gone if month > last}
    if family.looks_back:
        first = min(touched | change.months("loan_month") | change.months(CLOSINGS), default=None)
        touched = {month for month in months | gone if first is not None and month >= first}
    elif family.name in LINKS:
        link = LINKS[family.name]
        others = link.changed(change)
        touched |= linked(family, link, sorted(others)) if others else set()
    return sorted(touched & months), sorted(touched & (months | gone))
