"""What if a threshold moved: today's policy and a proposed one on the same applications."""

from __future__ import annotations

from jiebei_dash.answers.trying import MATURITIES_MONTHS as MATURITIES_MONTHS
from jiebei_dash.answers.trying import MATURITY_MONTHS as MATURITY_MONTHS
from jiebei_dash.answers.trying import METHOD as METHOD
from jiebei_dash.answers.trying import METHODS as METHODS
from jiebei_dash.answers.trying import NEEDS as NEEDS
from jiebei_dash.answers.trying import WINDOW_MONTHS as WINDOW_MONTHS
from jiebei_dash.answers.trying import WINDOWS_MONTHS as WINDOWS_MONTHS
from jiebei_dash.answers.trying import Replay as Replay
from jiebei_dash.answers.trying import policy_today as policy_today
from jiebei_dash.answers.trying import replay as replay
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.policy import declining_rule
from jiebei_dash.book.scope import Scope


def consequences(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return what today's policy and the proposed one do: approvals, volume, bad rate, loss, margin.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    method
        How the declined are inferred: one of ``METHODS``.
    window_months
        Months of submission.
    draft
        The proposal as canonical JSON; empty is today's policy.
    **thresholds
        What is changed of it, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.consequences`: a row for today, a row for the proposal; and
        ``referred_count``, ``cut_line_count``, ``cut_rate_count``: whom a person looks at, and whose line or price a
        legal cap cuts.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months).consequences()


def differences(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return by how much the proposal differs from today, with intervals; parameters as :func:`consequences`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.differences`: a row a figure.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months).differences()


def swap_set(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return who is kept, swapped out, swapped in, and declined by both; parameters as :func:`consequences`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.swap_set`: four rows.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months).swap_set()


def by_segment(
    scope: Scope,
    fetch: Fetch,
    by: str = "zhima_band",
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return both policies by the codes of a dimension; other parameters as :func:`consequences`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.by_segment`: a row a segment and policy.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months).by_segment(by)


def trade_off(
    scope: Scope,
    fetch: Fetch,
    rule_key: str = "score_floor",
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return approval against bad rate along one rule, all other rules as proposed.

    Parameters
    ----------
    rule_key
        The declining rule that is swept; other parameters as :func:`consequences`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.trade_off.trade_off`.
    """
    declining_rule(rule_key)
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months).trade_off(rule_key)


def moved_cases(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    most: int = 200,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return applications that the proposal lets in or keeps out, with the inputs of their decision.

    Parameters
    ----------
    most
        Upper bound on the rows; half for each side. Other parameters as :func:`consequences`.

    Returns
    -------
    Answer
        One row a decision: ``side`` (IN, OUT), ``decision_id``, ``submitted_month``, ``score_points`` and ``pd_rate``
        as stored, ``requested_fen``, and every model input.
    """
    done = replay(scope, fetch, maturity_months, thresholds, draft, window_months=window_months)
    return done.moved_cases(fetch, most)
