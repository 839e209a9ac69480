"""What is the book made of, and is it too much of one thing?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, need_basis, one_of, pool_scope
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import stratification as metrics
from jiebei_dash.queries import stratification as queries
from jiebei_dash.terms import Basis

CODES: Mapping[str, Sequence[str | int]] = {
    **{dimension.key: dimension.codes for dimension in DIMENSIONS},
    "age_band": terms.AGE_BANDS,
    "state": terms.BUCKETS,
}
"""Fields that the book can be stratified by, with their codes in order."""
CONCENTRATED: tuple[str, ...] = (*DIMENSION_KEYS, "funder_code")
LENT_MONTHS = 12
"""Funders are measured by what was lent in so many months."""
MOST_POOLS = 5
MOST_MONTHS = 60


def table(scope: Scope, fetch: Fetch, by: str = "product_class", basis: Basis = "balance") -> Answer:
    """Return the book at the as-of month-end by one field.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    by
        A dimension of the scope, ``age_band`` or ``state``.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.table`; the mean term is unknown by province.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    one_of("by", by, tuple(CODES))
    # The province is summed beforehand alone: with the term it would be a question to the rows.
    found, question = _table(scope, fetch, (by,), basis, has_term=by != "province_code")
    return Answer("stratification.table", found, (question,))


def crossed(
    scope: Scope, fetch: Fetch, by: str = "product_class", across: str = "zhima_band", basis: Basis = "balance"
) -> Answer:
    """Return the book at the as-of month-end by two fields.

    Parameters
    ----------
    scope, fetch, basis
        As in :func:`table`.
    by, across
        Two different fields of ``CODES``. The province beside another dimension is added up from the rows.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.table`, one row a pair of codes that is on the book.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    one_of("by", by, tuple(CODES))
    one_of("across", across, tuple(key for key in CODES if key != by))
    found, question = _table(scope, fetch, (by, across), basis)
    return Answer("stratification.crossed", found, (question,))


def pools(
    scope: Scope,
    fetch: Fetch,
    pools: Sequence[str],
    by: str = "age_band",
    basis: Basis = "balance",
) -> Answer:
    """Return two to five pools side by side, by one field, each against the first.

    Parameters
    ----------
    scope, fetch, by, basis
        As in :func:`table`.
    pools
        Each ``<dimension>=<code>``, ``opened=YYYY`` or ``opened=YYYY-MM:YYYY-MM``; all within the scope.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.compared`, its pool in ``pool_key`` and ``pool_code``. A pool
        without a loan is left out.

    Raises
    ------
    BadArgument, BookLacks
    EmptyScope
        Also where fewer than two pools hold a loan.
    """
    return _pools(scope, fetch, pools, (by,), basis, "stratification.pools")


def pool_totals(scope: Scope, fetch: Fetch, pools: Sequence[str], basis: Basis = "balance") -> Answer:
    """Return two to five pools as wholes, each against the first.

    Parameters
    ----------
    scope, fetch, pools, basis
        As in :func:`pools`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.compared`, one row a pool.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    return _pools(scope, fetch, pools, (), basis, "stratification.pool_totals")


def concentration(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return how much of the book lies in few products, channels, provinces, bands, terms and funders, by month.

    Parameters
    ----------
    scope, fetch, basis
        As in :func:`table`.
    months
        How many, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.concentration`, dimension by dimension. Funders are of what
        was lent in twelve months; they are left out where the book does not know them.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    wanted = _months(scope, months)
    amount = "balance_fen" if basis == "balance" else "loans"
    parts, questions = [], []
    for key in DIMENSION_KEYS:
        question = queries.strata(scope, wanted, (key,))
        parts.append(metrics.concentration(fetch(question), key, amount))
        questions.append(question)
    if all(part.empty for part in parts):
        raise EmptyScope
    if "funding" not in scope.lacks:
        lent, asked = funded(scope, fetch, months)
        measured = "principal_fen" if basis == "balance" else "loans"
        parts.append(metrics.concentration(lent, "funder_code", measured))
        questions += asked
    return Answer("stratification.concentration", pd.concat(parts, ignore_index=True), tuple(questions))


def utilisation(scope: Scope, fetch: Fetch, by: str | None = None, months: int = 13) -> Answer:
    """Return how much of the limits of credit lines is drawn, at each month-end.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it; a line has no opening month of its loans, so a choice of them is not
        applied, neither to balances.
    by
        A dimension of the scope, or None for the whole; by one only the as-of month is shown.
    months
        How many month-ends.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.stratification.utilisation`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("limits", "amounts")
    between("months", months, 1, MOST_MONTHS)
    if by is not None:
        one_of("by", by, DIMENSION_KEYS)
    lines = of_lines(scope)
    keys = () if by is None else (by,)
    wanted = _months(scope, 1 if by else months)
    balances, limits = queries.strata(lines, wanted, keys), queries.limits_by_month(lines, keys)
    owed, changed = fetch(balances), fetch(limits)
    if changed.empty and owed.empty:
        raise EmptyScope
    found = metrics.utilisation(owed, changed, keys, wanted)
    if by is not None:
        found = found.sort_values(by, key=lambda codes: codes.map(list(CODES[by]).index), ignore_index=True)
    return Answer("stratification.utilisation", found, (balances, limits))


def of_lines(scope: Scope) -> Scope:
    """Return a scope without a choice of opening months, which credit lines do not have."""
    return replace(scope, opened_from=None, opened_to=None)


def funded(scope: Scope, fetch: Fetch, months: int) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    """Return what each funder lent in the twelve months up to each of the last months, and the questions.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many windows, each ending a month after the one before.

    Returns
    -------
    tuple
        Frame of :func:`jiebei_dash.metrics.stratification.of_trailing_months` with ``funder_code`` (the own book by
        its code, any other by its name) and ``given_code``; and the questions.
    """
    question = queries.funded_by_month(scope, month_plus(scope.as_of_month, 2 - months - LENT_MONTHS))
    called = queries.funders(scope)
    funders = fetch(called)
    names = funders[funders["kind"] != "OWN"].set_index("funder_code")["name"].to_dict()
    lent = metrics.of_trailing_months(fetch(question), _months(scope, months), LENT_MONTHS)
    codes = lent["funder_code"]
    return lent.assign(funder_code=codes.map(names).fillna(codes), given_code=codes), (question, called)


def _months(scope: Scope, months: int) -> tuple[date, ...]:
    return tuple(month_plus(scope.as_of_month, back) for back in range(1 - months, 1))


def _table(
    scope: Scope, fetch: Fetch, keys: tuple[str, ...], basis: Basis, has_term: bool = False
) -> tuple[pd.DataFrame, Question]:
    asked = tuple("mob" if key == "age_band" else key for key in keys)
    question = queries.strata(scope, (scope.as_of_month,), asked, has_term)
    strata = fetch(question)
    if strata.empty or not strata["loans"].sum():
        raise EmptyScope
    return metrics.table(strata, {key: CODES[key] for key in keys}, basis), question


def _pools(
    scope: Scope, fetch: Fetch, pools: Sequence[str], keys: tuple[str, ...], basis: Basis, subject: str
) -> Answer:
    need_basis(scope, basis)
    for key in keys:
        one_of("by", key, tuple(CODES))
    names = list(dict.fromkeys(pools))
    between("pools", len(names), 2, MOST_POOLS)
    found: dict[str, pd.DataFrame] = {}
    questions = []
    for name in names:
        try:
            found[name], question = _table(pool_scope(scope, name), fetch, keys, basis)
        except EmptyScope:
            continue
        questions.append(question)
    if len(found) < 2:
        raise EmptyScope
    compared = metrics.compared(found, keys)
    parts = compared.pop("pool").str.partition("=")
    compared.insert(0, "pool_key", parts[0])
    compared.insert(1, "pool_code", parts[2])
    return Answer(subject, compared, tuple(questions))
