"""The table that heads the risk monthly."""

from __future__ import annotations

from jiebei_dash.answers import overview as front_page
from jiebei_dash.answers import unit_economics
from jiebei_dash.answers.arguments import one_of
from jiebei_dash.answers.non_performing import is_allowance_known
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.classes import read_classes
from jiebei_dash.metrics import monthly as metrics
from jiebei_dash.metrics import overview
from jiebei_dash.queries import non_performing as queries
from jiebei_dash.terms import Basis

_NEEDS = {
    "approval": ("applicants", "declined_applicants"),
    "entry": ("instalments",),
    "recovered": ("write_offs", "amounts"),
    "coverage": ("allowance", "amounts"),
    **dict.fromkeys(metrics.ECONOMICS, ("amounts", "cash_flows")),
    **dict.fromkeys(("managed", "written_off", "sold", "loss"), ("write_offs",)),
}
_MONTHS_BACK = 2 * metrics.YEAR_MONTHS
"""The losses of twelve months, also for the figure of a year ago."""


def headline(scope: Scope, fetch: Fetch, basis: Basis = "balance") -> Answer:
    """Return the figures of the month, each beside last month, three months ago and a year ago.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` or ``count``; a book without amounts is counted.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.monthly.headline`; a figure that cannot be known stays as a row that says
        what is lacking.

    Raises
    ------
    BadArgument, ClassesInvalid, EmptyScope
    """
    one_of("basis", basis, ("balance", "count"))
    shown: Basis = "count" if "amounts" in scope.lacks else basis
    lacks = front_page.lacking(scope, _NEEDS)
    if not is_allowance_known(scope):
        lacks.setdefault("coverage", "narrow_allowance")
    frames, questions = front_page.read_months(scope, fetch, _MONTHS_BACK, lacks)
    recovered, tables = frames["recovered"], read_classes()
    first = month_plus(scope.as_of_month, -_MONTHS_BACK)
    asked = {"states": queries.states_by_month(scope, first)}
    if "coverage" not in lacks:
        asked["held"] = queries.allowance_by_month(scope, first)
    bad = {name: fetch(question) for name, question in asked.items()}
    values = overview.monthly(
        frames["states"], frames["opened"], frames.get("results"), frames.get("due"), recovered, shown
    )
    values |= metrics.added(bad["states"], recovered, tables, shown)
    if "held" in bad:
        values["coverage"] = metrics.covered(bad["held"], bad["states"], tables)
    if not lacks.keys() & set(metrics.ECONOMICS) and (frames["states"]["month"].dt.date == scope.as_of_month).any():
        rates, more = unit_economics.by_month(scope, fetch, metrics.YEAR_MONTHS)
        values |= metrics.economics(rates)
        questions += more
    kept = {kpi: value for kpi, value in values.items() if kpi not in lacks}
    found = metrics.headline(kept, scope.as_of_month, shown, lacks)
    return Answer("monthly.headline", found, (*questions, *asked.values()))


def moved(scope: Scope, fetch: Fetch, basis: Basis = "balance") -> Answer:
    """Return the figures of the front page that moved beyond their own noise: what an alert begins with.

    Parameters
    ----------
    scope, fetch, basis
        As in :func:`headline`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.overview.what_moved`, those beyond noise alone; without rows if none is.

    Raises
    ------
    BadArgument, EmptyScope
    """
    answer = front_page.headline(scope, fetch, basis)
    found = front_page.moved(answer)
    return Answer("monthly.moved", found[found["is_beyond_noise"]].reset_index(drop=True), answer.questions)
