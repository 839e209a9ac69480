"""Arguments as a link, a command line or a notebook gives them: known, or refused with what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Scope
from jiebei_dash.errors import BadArgument
from jiebei_dash.terms import Basis

OPENED = "opened"
"""Key of a pool that is a span of opening months."""
_CODES = {dimension.key: dimension.codes for dimension in DIMENSIONS}


def one_of(name: str, value: object, allowed: Sequence[object]) -> None:
    """Refuse a value that is not among those allowed.

    Raises
    ------
    BadArgument
    """
    if value not in allowed:
        raise BadArgument(name=name, value=str(value), allowed=", ".join(map(str, allowed)))


def between(name: str, value: int, low: int, high: int) -> None:
    """Refuse a number outside a range, both ends allowed.

    Raises
    ------
    BadArgument
    """
    if not low <= value <= high:
        raise BadArgument(name=name, value=value, allowed=f"{low} - {high}")


def need_basis(scope: Scope, basis: Basis) -> None:
    """Refuse an unknown basis, and balances of a book that has no amounts.

    Raises
    ------
    BadArgument, BookLacks
    """
    one_of("basis", basis, ("balance", "count"))
    if basis == "balance":
        scope.need("amounts")


def pool_scope(scope: Scope, pool: str) -> Scope:
    """Return the part of a scope that a pool is.

    Parameters
    ----------
    scope
        What holds for every pool.
    pool
        ``<dimension>=<code>``, ``opened=YYYY`` or ``opened=YYYY-MM:YYYY-MM``.

    Raises
    ------
    BadArgument
    """
    key, _, text = pool.partition("=")
    if key == OPENED:
        first, last = _span(pool, text)
        first = max(first, scope.opened_from or first)
        return replace(scope, opened_from=first, opened_to=min(last, scope.opened_to or last))
    one_of("pools", key, (*DIMENSION_KEYS, OPENED))
    codes = {str(code): code for code in _CODES[key]}
    one_of("pools", text, tuple(codes))
    chosen = getattr(scope, key)
    # A code that the scope leaves out is a pool without a loan.
    outside = replace(scope, opened_from=date(1, 2, 1), opened_to=date(1, 1, 1))
    if chosen and codes[text] not in chosen:
        return outside
    return replace(scope, **{key: (codes[text],)})  # type: ignore[arg-type]


def _span(pool: str, text: str) -> tuple[date, date]:
    first, _, last = text.partition(":")
    try:
        if not last:
            return date(int(first), 1, 1), date(int(first), 12, 1)
        return date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    except ValueError as error:
        raise BadArgument(name="pools", value=pool, allowed=f"{OPENED}=YYYY, {OPENED}=YYYY-MM:YYYY-MM") from error
