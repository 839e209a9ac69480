"""What moved a ratio between two month-ends, and which loans stand behind it?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Scope, month_plus
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.metrics import bridge as metrics
from jiebei_dash.queries import bridge as queries
from jiebei_dash.queries import funnel
from jiebei_dash.terms import Basis, Ratio

MOST_MONTHS = 120
MOST_LOANS = 500
"""On one page of the list."""
_CODES = {dimension.key: dimension.codes for dimension in DIMENSIONS} | {metrics.AGE_BAND: terms.AGE_BANDS}
BY = (*DIMENSION_KEYS, metrics.AGE_BAND)


def change(
    scope: Scope,
    fetch: Fetch,
    ratio: Ratio = "past_due_30",
    by: str = "product_class",
    across: str | None = None,
    basis: Basis = "balance",
    months_back: int = 12,
) -> Answer:
    """Return whether a ratio moved by the mix of the book or by the rates within it, and in which cells.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it; the later month is its as-of month.
    ratio
        One of ``terms.RATIOS``; ``approval`` is by count and by month of submission, whatever the basis.
    by
        A dimension of the scope, or ``age_band`` (not of ``approval``).
    across
        Another of them, or None: then a cell is a pair of codes.
    basis
        ``balance`` or ``count``.
    months_back
        Compared with how many months before.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.bridge.change`, with ``year_ago``.

    Raises
    ------
    BadArgument, BookLacks
    EmptyScope
        Also where one of the two months has no denominator.
    """
    _check(scope, ratio, by, across, basis)
    between("months_back", months_back, 1, MOST_MONTHS)
    keys = [by, *([across] if across else [])]
    after = scope.as_of_month
    before = month_plus(after, -months_back)
    months = tuple(sorted({before, after, month_plus(before, -12), month_plus(after, -12)}))
    amounts, question = _amounts(scope, fetch, ratio, keys, basis, months)
    found = metrics.change(amounts, keys, pd.Timestamp(before), pd.Timestamp(after))
    if found.empty:
        raise EmptyScope
    then = [pd.Timestamp(month_plus(month, -12)) for month in (before, after)]
    found = metrics.with_year_ago(found, metrics.change(amounts, keys, then[0], then[1]), keys)
    return Answer("bridge.change", found, (question,))


def sides(answer: Answer) -> dict[str, float]:
    """Return whether the numerator moved the ratio or the denominator; see :func:`jiebei_dash.metrics.bridge.sides`.

    Parameters
    ----------
    answer
        Of :func:`change`.
    """
    return metrics.sides(answer.frame)


def loans(
    scope: Scope,
    fetch: Fetch,
    code: str,
    ratio: Ratio = "past_due_30",
    by: str = "product_class",
    across: str | None = None,
    across_code: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Answer:
    """Return one page of the loans in the numerator of a cell at the as-of month-end, the largest first.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    code, across_code
        The cell's codes of ``by`` and ``across``.
    ratio, by, across
        As the cell was asked for; ``approval`` has no loans.
    page, page_size
        From 1; at most ``MOST_LOANS`` a page.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.queries.bridge.loans`; empty past the last page.

    Raises
    ------
    BadArgument
    """
    between("page", page, 1, 1_000_000)
    between("page_size", page_size, 1, MOST_LOANS)
    cell, mobs = _cell(ratio, {by: code} | ({across: across_code} if across else {}))
    question = queries.loans(scope, ratio, cell, mobs, (page - 1) * page_size, page_size)
    return Answer("bridge.loans", fetch(question), (question,))


def count(
    scope: Scope,
    fetch: Fetch,
    code: str,
    ratio: Ratio = "past_due_30",
    by: str = "product_class",
    across: str | None = None,
    across_code: str = "",
) -> Answer:
    """Return how many loans stand in the numerator of a cell, and what they owe.

    Parameters
    ----------
    scope, fetch, code, ratio, by, across, across_code
        As in :func:`loans`.

    Returns
    -------
    Answer
        One row: ``loans``, ``balance_fen``.

    Raises
    ------
    BadArgument
    """
    cell, mobs = _cell(ratio, {by: code} | ({across: across_code} if across else {}))
    question = queries.count(scope, ratio, cell, mobs)
    return Answer("bridge.count", fetch(question), (question,))


def _check(scope: Scope, ratio: Ratio, by: str, across: str | None, basis: Basis) -> None:
    one_of("ratio", ratio, terms.RATIOS)
    allowed = DIMENSION_KEYS if ratio == "approval" else BY
    one_of("by", by, allowed)
    if across is not None:
        one_of("across", across, [key for key in allowed if key != by])
    if ratio == "approval":
        scope.need("applicants", "declined_applicants")
    else:
        need_basis(scope, basis)


def _amounts(
    scope: Scope, fetch: Fetch, ratio: Ratio, keys: list[str], basis: Basis, months: tuple[date, ...]
) -> tuple[pd.DataFrame, Question]:
    if ratio == "approval":
        question = funnel.results_by_month(scope, months[0], *keys)
        return metrics.of_results(fetch(question), keys), question
    asked = tuple("mob" if key == metrics.AGE_BAND else key for key in keys)
    question = (queries.entries if ratio == "entry_roll" else queries.states)(scope, months, asked)
    rows = fetch(question)
    if "mob" in asked:
        rows = metrics.with_age(rows)
    if ratio == "entry_roll":
        return metrics.of_entries(rows, keys, basis), question
    return metrics.of_states(rows, keys, int(ratio.rsplit("_", 1)[1]), basis), question


def _cell(ratio: Ratio, codes: dict[str, str]) -> tuple[dict[str, str | int], tuple[int, int | None] | None]:
    """The codes as the book has them; an age apart."""
    one_of("ratio", ratio, [known for known in terms.RATIOS if known != "approval"])
    cell: dict[str, str | int] = {}
    mobs = None
    for key, text in codes.items():
        one_of("by", key, BY)
        known = _CODES[key]
        code = next((code for code in known if str(code) == str(text)), None)
        if code is None:
            raise BadArgument(name=key, value=str(text), allowed=", ".join(map(str, known)))
        if key == metrics.AGE_BAND:
            mobs = metrics.months_of(str(code))
        else:
            cell[key] = code
    return cell, mobs
