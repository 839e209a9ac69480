"""Who asks, and about which part of the book.

One frozen :class:`Scope` goes through every question of a page, so no figure can be of another state than its
neighbours. A dimension is one record; link, control, condition and sentence are derived from it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, FromClause

from jiebei_dash import terms
from jiebei_dash.errors import BookLacks
from jiebei_dash.terms import Role


@dataclass(frozen=True)
class Reader:
    """Who reads. What a role may ask is decided in :mod:`jiebei_dash.book.access`."""

    name: str
    role: Role


@dataclass(frozen=True)
class Dimension:
    """A way to filter and to split.

    Parameters
    ----------
    key
        Column on every fact, field of :class:`Scope`, name in a link and key of its words.
    codes
        Known values, in display order.
    """

    key: str
    codes: tuple[str, ...] | tuple[int, ...]


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("product_class", terms.PRODUCT_CLASSES),
    Dimension("channel", terms.CHANNELS),
    Dimension("province_code", terms.PROVINCES),
    Dimension("zhima_band", terms.ZHIMA_BANDS),
    Dimension("term_months", terms.TERMS_MONTHS),
)
DIMENSION_KEYS: tuple[str, ...] = tuple(dimension.key for dimension in DIMENSIONS)

_COHORT_COLUMNS = ("opened_month", "submitted_month")


@dataclass(frozen=True)
class Scope:
    """Which part of the book, as of when, for whom.

    Parameters
    ----------
    reader
        Who asks.
    data_version
        Which version of the book answers.
    as_of_month
        First day of the last month that counts; its end has closed.
    product_class, channel, province_code, zhima_band, term_months
        Chosen codes of each dimension; empty means all.
    opened_from, opened_to
        First and last cohort month (of loans by disbursement, of applications by submission); None is open.
    lacks
        Capabilities that the book's source never had.
    marts
        Names of the sums that were made beforehand; none if questions are to add up the rows themselves.
    estimates
        What of the book was derived by a rule and not observed; codes of ``terms.ESTIMATES``.
    known_on
        The book answers as it was known at the end of this day; None is as it is known now.
    """

    reader: Reader
    data_version: str
    as_of_month: date
    product_class: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    province_code: tuple[str, ...] = ()
    zhima_band: tuple[str, ...] = ()
    term_months: tuple[int, ...] = ()
    opened_from: date | None = None
    opened_to: date | None = None
    lacks: frozenset[str] = frozenset()
    marts: frozenset[str] = frozenset()
    estimates: frozenset[str] = frozenset()
    known_on: date | None = None

    @property
    def as_of_end(self) -> date:
        """Return the last day of the as-of month."""
        return month_plus(self.as_of_month, 1) - timedelta(days=1)

    def need(self, *capabilities: str) -> None:
        """Refuse a question that the book's source cannot answer.

        Raises
        ------
        BookLacks
            Naming the first capability that is missing.
        """
        for capability in capabilities:
            if capability in self.lacks:
                raise BookLacks(capability=capability)

    def chosen(self) -> dict[str, Sequence[str | int]]:
        """Return the dimensions that narrow the book, with their codes."""
        return {key: values for key in DIMENSION_KEYS if (values := getattr(self, key))}

    def part_text(self) -> str:
        """Return which part of the book it is, whatever the version and the as-of: equal texts are equal parts."""
        cohorts = {name: f"{month:%Y-%m}" for name in ("opened_from", "opened_to") if (month := getattr(self, name))}
        return json.dumps({**{key: sorted(codes) for key, codes in self.chosen().items()}, **cohorts}, sort_keys=True)

    def conditions(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions that hold ``table`` to this scope.

        Parameters
        ----------
        table
            A fact of :mod:`jiebei_dash.book.schema` or an alias of one. Only the columns it has are used; the
            as-of month bounds the cohort here, and a query bounds its own event month.

        Returns
        -------
        list of ColumnElement
            To be given to ``where(*...)``; never empty for a fact with a cohort.
        """
        found: list[ColumnElement[bool]] = []
        for key, values in self.chosen().items():
            if key in table.c:
                found.append(table.c[key].in_(list(values)))
        for name in _COHORT_COLUMNS:
            if name in table.c:
                found.append(table.c[name] <= self.as_of_month)
                if self.opened_from is not None:
                    found.append(table.c[name] >= self.opened_from)
                if self.opened_to is not None:
                    found.append(table.c[name] <= self.opened_to)
        return found


def months_between(earlier: date, later: date) -> int:
    """Return the number of whole months from one first-of-month to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_plus(month: date, months: int) -> date:
    """Return the first day of the month ``months`` after ``month`` (before it if negative)."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
