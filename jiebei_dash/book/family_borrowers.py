"""The statement of the family of borrowers: each of them once a month, in the bucket of the worst of the loans."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Select, String, and_, cast, func, literal, select, union_all

from jiebei_dash.book import schema
from jiebei_dash.book.scope import DIMENSION_KEYS
from jiebei_dash.book.within import Within, dims
from jiebei_dash.terms import BUCKETS

NO_SPLIT = "none"
"""Of a row that counts a borrower once in the whole book."""


def borrowers(within: Within) -> Select:
    """A row a borrower with a loan on the book and month-end: once in the whole book, and once in each code of a split.

    Who has loans of two channels is one borrower of the whole and one of each channel, so codes do not add up to the
    whole; ``code`` is empty where ``split`` is none. A borrower's bucket is the worst of the borrower's loans.
    """
    table, loan = schema.loan_month, schema.loan
    borrowed = and_(loan.c.loan_id == table.c.loan_id, loan.c.opened_month == table.c.opened_month)
    keys = [table.c.month, loan.c.customer_id, *dims(table)]
    # One reading of the book; names of buckets sort as their days do, on every engine.
    worst = (
        select(*keys, func.max(table.c.state).label("bucket"))
        .select_from(table.join(loan, borrowed))
        .where(*within(table), table.c.state.in_(BUCKETS))
        .group_by(*keys)
        .cte("worst_of_borrower")
    )
    parts = [_once(worst, NO_SPLIT, None), *(_once(worst, key, worst.c[key]) for key in DIMENSION_KEYS)]
    every = union_all(*parts).subquery("every_borrower")
    return select(*every.c)


def _once(worst: FromClause, split: str, code: ColumnElement[object] | None) -> Select:
    keys = [worst.c.month, worst.c.customer_id, *([] if code is None else [code])]
    return select(
        worst.c.month,
        cast(literal(split), String).label("split"),
        (cast(literal(""), String) if code is None else cast(code, String)).label("code"),
        func.max(worst.c.bucket).label("bucket"),
        literal(1).label("borrowers"),
    ).group_by(*keys)
