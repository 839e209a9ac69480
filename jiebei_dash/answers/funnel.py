"""Who applies, who gets credit, and how fast?"""

from __future__ import annotations

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, need_basis, one_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.policy import RULES
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import funnel as metrics
from jiebei_dash.metrics import take_up as take_up_metrics
from jiebei_dash.queries import funnel as queries
from jiebei_dash.terms import Basis, CashBy

MOST_MONTHS = 120


def approval(scope: Scope, fetch: Fetch, by: str | None = None, months: int = 13) -> Answer:
    """Return the approval rate through time, by count and by amount; withdrawn and pending apart.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    by
        A dimension to split by, or None.
    months
        How many months of submission, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.approval`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    if by is not None:
        one_of("by", by, DIMENSION_KEYS)
    question = queries.results_by_month(scope, month_plus(scope.as_of_month, 1 - months), *([by] if by else []))
    results = fetch(question)
    if results.empty:
        raise EmptyScope
    return Answer("funnel.approval", metrics.approval(results, by, scope.as_of_end), (question,))


def approval_parts(scope: Scope, fetch: Fetch, by: str = "channel", months: int = 3) -> Answer:
    """Return the approval rate of each code of a dimension over a window, with its interval.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    by
        A dimension.
    months
        How many months of submission, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.approval_parts`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    one_of("by", by, DIMENSION_KEYS)
    question = queries.results_by_month(scope, month_plus(scope.as_of_month, 1 - months), by)
    results = fetch(question)
    if results.empty:
        raise EmptyScope
    return Answer("funnel.approval_parts", metrics.approval_parts(results, by), (question,))


def stages(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return how many applications entered and passed each stage, beside as many months before.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        Length of each of the two windows; the latest ends with the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.stages`, windows ``latest`` and ``before``.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    last = scope.as_of_month
    windows = {
        "latest": (month_plus(last, 1 - months), last),
        "before": (month_plus(last, 1 - 2 * months), month_plus(last, -months)),
    }
    question = queries.stages_by_month(scope, windows["before"][0])
    found = metrics.stages(fetch(question), windows)
    if found.empty:
        raise EmptyScope
    return Answer("funnel.stages", found, (question,))


def declines(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return why applications were declined: first reason, any hit and sole hit.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many months of submission, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.declines`; without rows if nothing was declined.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants", "declined_applicants")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    hits, gates = queries.rule_hits(scope, first), queries.stages_by_month(scope, first)
    return Answer("funnel.declines", metrics.declines(fetch(hits), fetch(gates)), (hits, gates))


def kills(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return what each gate and rule takes out, alone and together with those before it in the policy's order.

    Parameters
    ----------
    scope, fetch, months
        As in :func:`declines`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.kills`; without rows if nothing was declined.

    Raises
    ------
    BadArgument, BookLacks
    """
    asked = declines(scope, fetch, months)
    counts = fetch(asked.questions[1])
    order = [rule.key for rule in RULES]
    return Answer("funnel.kills", metrics.kills(asked.frame, counts, order), asked.questions)


def time_to_cash(scope: Scope, fetch: Fetch, months: int = 3) -> Answer:
    """Return how long people waited for a decision and for their money.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many months, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.funnel.waits`; without rows if no wait is known.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants")
    between("months", months, 1, MOST_MONTHS)
    first = month_plus(scope.as_of_month, 1 - months)
    decisions, cash = queries.decision_waits(scope, first), queries.cash_waits(scope, first)
    found = metrics.waits(fetch(decisions), fetch(cash), terms.WAIT_EDGES_SECONDS)
    return Answer("funnel.time_to_cash", found, (decisions, cash))


def cash_percentiles(scope: Scope, fetch: Fetch, cash_by: CashBy = "requested_hour", months: int = 3) -> Answer:
    """Return how long the money took, by hour of the day, by channel or by funder.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    cash_by
        ``requested_hour`` (when the money was asked for), ``channel``, or ``funder_code`` (whoever lent the largest
        share of the loan).
    months
        How many months of payout, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.take_up.cash_percentiles`, a funder by its name; without rows if no wait is
        known.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants", *(("funding",) if cash_by == "funder_code" else ()))
    one_of("cash_by", cash_by, terms.CASH_BY)
    between("months", months, 1, MOST_MONTHS)
    questions = [queries.cash_waits(scope, month_plus(scope.as_of_month, 1 - months), cash_by)]
    found = take_up_metrics.cash_percentiles(fetch(questions[0]), cash_by, terms.WAIT_EDGES_SECONDS)
    if cash_by == "funder_code":
        questions.append(queries.funders(scope))
        names = fetch(questions[1]).set_index("funder_code")["name"]
        found = found.assign(funder_code=found["funder_code"].map(lambda code: names.get(code, code)))
    return Answer("funnel.cash_percentiles", found, tuple(questions))


def take_up(scope: Scope, fetch: Fetch, months: int = 13) -> Answer:
    """Return what share of the lines granted in each month was drawn within 7, 30 and 90 days.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    months
        How many months of approval, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.take_up.curves`; without rows while no month is old enough.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("applicants")
    between("months", months, 1, MOST_MONTHS)
    question = queries.lines_by_month(scope, month_plus(scope.as_of_month, 1 - months))
    return Answer("funnel.take_up", take_up_metrics.curves(fetch(question), scope.as_of_end), (question,))


def lent(scope: Scope, fetch: Fetch, basis: Basis = "balance", months: int = 13) -> Answer:
    """Return the average drawdown, the average of a borrower, and the share of those who paid off a loan before.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    basis
        ``balance`` weighs by principal, ``count`` by drawdowns.
    months
        How many months of payout, up to the as-of month.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.take_up.lent`; without rows if nothing was lent.

    Raises
    ------
    BadArgument, BookLacks
    """
    scope.need("borrowers")
    need_basis(scope, basis)
    between("months", months, 1, MOST_MONTHS)
    question = queries.borrowers_by_month(scope, month_plus(scope.as_of_month, 1 - months))
    return Answer("funnel.lent", take_up_metrics.lent(fetch(question), basis), (question,))
