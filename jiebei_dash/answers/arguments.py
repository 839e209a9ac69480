"""Arguments as a link, a command line or a notebook gives them: known, or refused with what is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument
from jiebei_dash.terms import Basis


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
