"""How far past due loans have ever been, and at what age they first were: counts of loans."""

from __future__ import annotations

from sqlalchemy import case, func, literal, select

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.errors import BadArgument


def worst_days(scope: Scope) -> Question:
    """Ask for the loans by their worst days past due at any month-end up to the as-of month.

    Returns
    -------
    Question
        ``worst_dpd_days``, ``loan_count``; one row a number of days that occurs.
    """
    months = schema.loan_month
    # A loan that was written off or sold in a month is no longer past due at its end.
    on_the_book = case((months.c.state.in_(terms.BUCKETS), months.c.dpd_days), else_=0)
    worst = (
        select(months.c.loan_id, func.max(on_the_book).label("worst_dpd_days"))
        .where(*scope.conditions(months), months.c.month <= scope.as_of_month)
        .group_by(months.c.loan_id)
        .subquery("worst")
    )
    return Question(
        "ever_past_due.worst_days",
        select(worst.c.worst_dpd_days, func.count().label("loan_count"))
        .group_by(worst.c.worst_dpd_days)
        .order_by(worst.c.worst_dpd_days),
        scope,
    )


def first_past_due_by_age(scope: Scope, past_due_days: int = 30, observed_over_months: int | None = None) -> Question:
    """Ask for the loans by cohort and by their age when they were first past due.

    Parameters
    ----------
    scope
        Which loans, as of when.
    past_due_days
        More than how many days; one of ``terms.PAST_DUE_DAYS``.
    observed_over_months
        Count only loans whose last month in the book has an age above this; None counts all.

    Returns
    -------
    Question
        ``opened_month``, ``first_mob`` (null: not past due by the as-of month), ``loan_count`` (all loans of the row)
        and ``observed_count`` (of them, observed for long enough); one row a cohort and age that occurs.

    Raises
    ------
    BadArgument
        There is no milestone of that many days.
    """
    if past_due_days not in terms.PAST_DUE_DAYS:
        raise BadArgument(name="past_due_days", value=past_due_days, allowed=", ".join(map(str, terms.PAST_DUE_DAYS)))
    loans, months = schema.loan, schema.loan_month
    reached = loans.c[f"first_{past_due_days}_month"] <= scope.as_of_month
    last = (
        select(months.c.loan_id, func.max(months.c.mob).label("last_mob"))
        .where(*scope.conditions(months), months.c.month <= scope.as_of_month)
        .group_by(months.c.loan_id)
        .subquery("last")
    )
    counts = literal(1) if observed_over_months is None else case((last.c.last_mob > observed_over_months, 1), else_=0)
    one = (
        select(
            loans.c.opened_month,
            case((reached, loans.c[f"first_{past_due_days}_mob"])).label("first_mob"),
            counts.label("observed"),
        )
        .select_from(loans if observed_over_months is None else loans.join(last, last.c.loan_id == loans.c.loan_id))
        .where(*scope.conditions(loans))
        .subquery("one")
    )
    return Question(
        "ever_past_due.first_past_due_by_age",
        select(
            one.c.opened_month,
            one.c.first_mob,
            func.count().label("loan_count"),
            sum_of(one.c.observed).label("observed_count"),
        )
        .group_by(one.c.opened_month, one.c.first_mob)
        .order_by(one.c.opened_month, one.c.first_mob.nulls_last()),
        scope,
    )
