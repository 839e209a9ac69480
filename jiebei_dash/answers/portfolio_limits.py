"""Are we inside every limit, and how far?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.answers import stratification
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.caps import Cap, read_caps
from jiebei_dash.classes import read_classes
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import delinquency, monthly
from jiebei_dash.metrics import portfolio_limits as metrics
from jiebei_dash.metrics import stratification as strata_metrics
from jiebei_dash.queries import delinquency as states_queries
from jiebei_dash.queries import non_performing as bad_queries
from jiebei_dash.queries import stratification as queries
from jiebei_dash.terms import Basis

_MONTHS = metrics.PACE_MONTHS + 1
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "managed": ("write_offs",),
    "lost_month": ("write_offs",),
    "utilisation": ("limits", "amounts"),
    "coverage": ("allowance", "amounts"),
}
NOT_COMPUTED: Mapping[str, str] = {"leverage": "equity"}
"""Figures that no book answers yet, and why."""


def status(scope: Scope, fetch: Fetch) -> Answer:
    """Return every limit in force with where the whole book stands against it at the as-of month-end.

    Parameters
    ----------
    scope, fetch
        Which book as of when, and how to ask it. Limits are of the whole book: a choice of dimensions or of opening
        months is not applied. A book without amounts is counted in loans.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.portfolio_limits.status`, in the order of the file; a limit whose figure the
        book does not give is ``unknown`` and says what is lacking.

    Raises
    ------
    LimitsInvalid, EmptyScope
    """
    whole = whole_book(scope)
    caps = in_force(scope)
    asked = _Asked(whole, fetch)
    if asked.states().empty:
        raise EmptyScope
    figures = {cap.key: _figure(cap, whole, asked) for cap in caps}
    return Answer("portfolio_limits.status", metrics.status(caps, figures), tuple(asked.questions))


def in_force(scope: Scope) -> list[Cap]:
    """Return the limits that hold on the last day of the as-of month, in the order of the file.

    Raises
    ------
    LimitsInvalid
    """
    last_day = month_plus(scope.as_of_month, 1) - timedelta(days=1)
    return [cap for cap in read_caps() if cap.holds_on(last_day)]


def whole_book(scope: Scope) -> Scope:
    """Return a scope without any choice but its as-of month and what it knows of its book."""
    every = dict.fromkeys(DIMENSION_KEYS, ())
    return replace(scope, opened_from=None, opened_to=None, **every)  # type: ignore[arg-type]


def is_whole(scope: Scope) -> bool:
    """Return whether nothing narrows the book."""
    return whole_book(scope) == scope


class _Asked:
    """What the limits are made of, each asked once."""

    def __init__(self, scope: Scope, fetch: Fetch) -> None:
        self.scope, self._fetch = scope, fetch
        self.basis: Basis = "count" if "amounts" in scope.lacks else "balance"
        self.questions: list[Question] = []
        self._kept: dict[str, pd.DataFrame] = {}

    def _once(self, name: str, ask: Callable[[], Question]) -> pd.DataFrame:
        if name not in self._kept:
            question = ask()
            self.questions.append(question)
            self._kept[name] = self._fetch(question)
        return self._kept[name]

    def states(self) -> pd.DataFrame:
        back = _MONTHS - 2 + monthly.YEAR_MONTHS
        return self._once(
            "states", lambda: states_queries.states_by_month(self.scope, month_plus(self.scope.as_of_month, -back))
        )

    def sizes(self, by: str) -> tuple[pd.DataFrame, str]:
        months = tuple(month_plus(self.scope.as_of_month, -back) for back in range(_MONTHS - 1, -1, -1))
        if by == "funder_code":
            if by not in self._kept:
                self._kept[by], asked = stratification.funded(self.scope, self._fetch, _MONTHS)
                self.questions += asked
            return self._kept[by], "principal_fen" if self.basis == "balance" else "loans"
        return self._once(by, lambda: queries.strata(self.scope, months, (by,))), _amount(self.basis)

    def _by_days(self) -> pd.DataFrame:
        first = month_plus(self.scope.as_of_month, 2 - _MONTHS - monthly.YEAR_MONTHS)
        return self._once("by_days", lambda: bad_queries.states_by_month(self.scope, first))

    def managed(self) -> pd.DataFrame:
        states = self._by_days()
        nothing_came = pd.DataFrame({"month": states["month"].head(0), "recovered_fen": pd.Series(dtype="int64")})
        return monthly.added(states, nothing_came, read_classes(), self.basis)["managed"]

    def covered(self) -> pd.DataFrame:
        first = month_plus(self.scope.as_of_month, 1 - _MONTHS)
        held = self._once("allowance", lambda: bad_queries.allowance_by_month(self.scope, first))
        return monthly.covered(held, self._by_days(), read_classes())

    def used(self) -> pd.DataFrame:
        limits = self._once("lines", lambda: queries.limits_by_month(self.scope, ()))
        states = self.states()
        found = strata_metrics.utilisation(states, limits, (), sorted(states["month"].unique()))
        named = found.rename(columns={"balance_fen": "numerator", "active_fen": "denominator", "rate": "value"})
        return named.set_index("month")


def _figure(cap: Cap, scope: Scope, asked: _Asked) -> Mapping[str, Any]:
    if cap.figure in NOT_COMPUTED:
        return {"lacks": NOT_COMPUTED[cap.figure]}
    needs: Sequence[str] = ("funding",) if cap.dimension == "funder_code" else _NEEDS.get(cap.figure, ())
    lacking = next((name for name in needs if name in scope.lacks), None)
    if lacking is not None:
        return {"lacks": lacking}
    if cap.figure == "utilisation":
        return {"series": asked.used()}
    if cap.figure == "managed":
        return {"series": asked.managed()}
    if cap.figure == "coverage":
        return {"series": asked.covered()}
    if cap.figure == "herfindahl":
        sizes, amount = asked.sizes(cap.dimension)
        found = strata_metrics.concentration(sizes, cap.dimension, amount).set_index("month")
        return {"series": found.rename(columns={"herfindahl": "value"})}
    if cap.figure in ("largest", "top"):
        sizes, amount = asked.sizes(cap.dimension)
        if sizes.empty:
            return {}
        wanted = cap.code
        if cap.dimension == "funder_code" and cap.code:
            called = sizes.loc[sizes["given_code"] == cap.code, "funder_code"]
            if called.empty:
                return {"lacks": "funder"}
            wanted = str(called.iloc[0])
        code, series = metrics.group_share(sizes, cap.dimension, amount, wanted, cap.top)
        # Who is in a share of balance is known loan by loan; a loan of two funders is not one trial.
        trials = {} if cap.dimension == "funder_code" else {"loans": _loans(sizes)}
        return {"series": series, "code": code, **trials}
    return _of_states(cap.figure, asked)


def _of_states(figure: str, asked: _Asked) -> Mapping[str, Any]:
    states, basis = asked.states(), asked.basis
    if figure == "lost_month":
        lost = "lost_fen" if basis == "balance" else "loans"
        return {"series": metrics.lost_share(states, _amount(basis), lost)}
    late = delinquency.past_due(states, basis)
    of_days = late[late["past_due_days"] == int(figure.rsplit("_", 1)[1])].set_index("month")
    named = of_days.rename(columns={"late": "numerator", "book": "denominator", "rate": "value"})
    return {"series": named, "loans": _loans(states[states["state"].isin(terms.BUCKETS)])}


def _amount(basis: Basis) -> str:
    return "balance_fen" if basis == "balance" else "loans"


def _loans(frame: pd.DataFrame) -> int:
    return int(frame.loc[frame["month"] == frame["month"].max(), "loans"].sum())
