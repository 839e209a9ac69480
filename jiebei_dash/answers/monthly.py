"""The table that heads the risk monthly."""

from __future__ import annotations

from jiebei_dash.answers import overview as front_page
from jiebei_dash.answers import unit_economics
from jiebei_dash.answers.arguments import one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import monthly as metrics
from jiebei_dash.metrics import overview
from jiebei_dash.terms import Basis

_NEEDS = {
    "approval": ("applicants", "declined_applicants"),
    "entry": ("instalments",),
    "recovered": ("write_offs", "amounts"),
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
    BadArgument, EmptyScope
    """
    one_of("basis", basis, ("balance", "count"))
    shown: Basis = "count" if "amounts" in scope.lacks else basis
    lacks = dict(metrics.NOT_COMPUTED) | front_page.lacking(scope, _NEEDS)
    frames, questions = front_page.read_months(scope, fetch, _MONTHS_BACK, lacks)
    states, recovered = frames["states"], frames["recovered"]
    values = overview.monthly(states, frames["opened"], frames.get("results"), frames.get("due"), recovered, shown)
    values |= metrics.added(states, recovered, shown)
    if not lacks.keys() & set(metrics.ECONOMICS) and (states["month"].dt.date == scope.as_of_month).any():
        rates, more = unit_economics.by_month(scope, fetch, metrics.YEAR_MONTHS)
        values |= metrics.economics(rates)
        questions += more
    kept = {kpi: value for kpi, value in values.items() if kpi not in lacks}
    found = metrics.headline(kept, scope.as_of_month, shown, lacks)
    return Answer("monthly.headline", found, questions)


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
