"""What would the draft have done to each past vintage?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiebei_dash.answers.arguments import need_basis, one_of
from jiebei_dash.answers.what_if import policy_today
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.notation import draft_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import back_test as metrics
from jiebei_dash.metrics.past_vintages import Vintages, gather
from jiebei_dash.queries import back_test as queries
from jiebei_dash.terms import SPANS, Basis, Span

NEEDS: tuple[str, ...] = ("declined_applicants", "decision_features")
SPAN: Span = "quarter"


@dataclass(frozen=True)
class Past:
    """Two policies on every past vintage, counted.

    Parameters
    ----------
    policy_version
        Name of the policy live at the as-of month; empty if the book holds none.
    today, proposed
        Both whole policies.
    found
        See :class:`jiebei_dash.metrics.past_vintages.Vintages`.
    questions
        Everything asked.
    """

    policy_version: str
    today: Policy
    proposed: Policy
    found: Vintages
    questions: tuple[Question, ...]

    def vintages(self) -> Answer:
        """Return the vintages beside each other; see :func:`vintages`."""
        return Answer("back_test.vintages", metrics.vintages(self.found), self.questions)

    def curves(self) -> Answer:
        """Return the curve of each vintage; see :func:`curves`."""
        return Answer("back_test.curves", metrics.curves(self.found), self.questions)


def replay(
    scope: Scope, fetch: Fetch, span: Span, basis: Basis, thresholds: Mapping[str, float], draft: str = ""
) -> Past:
    """Replay today's policy and a draft on every vintage of the scope.

    Parameters
    ----------
    scope, fetch
        Whose loans, and how a question is answered.
    span
        A vintage is a ``month``, ``quarter`` or ``year`` of opening.
    basis
        ``count`` of loans, or ``balance``: of the principal lent.
    thresholds
        What the draft changes, by rule key.
    draft
        The policy that it changes, as canonical JSON; empty is today's.

    Raises
    ------
    BookLacks
        The book has no declined applicants, no inputs of decisions, or no amounts where they are asked about.
    BadArgument
        An unknown span, basis or rule, or a threshold out of range.
    EmptyScope
        No loan was made.
    """
    scope.need(*NEEDS)
    one_of("span", span, SPANS)
    need_basis(scope, basis)
    assumptions = read_assumptions()
    version, today, asked_policy = policy_today(scope, fetch)
    proposed = draft_of(today, draft, thresholds)
    asked = queries.made(scope, today, proposed)
    made = fetch(asked)
    if made.empty:
        raise EmptyScope()
    asked_others = queries.decided(scope, today, proposed, assumptions.reject_factors)
    found = gather(made, fetch(asked_others), scope.as_of_month, span, basis, assumptions["take_up_ratio"])
    return Past(version, today, proposed, found, (asked_policy, asked, asked_others))


def vintages(
    scope: Scope, fetch: Fetch, span: Span = SPAN, basis: Basis = "count", draft: str = "", **thresholds: float
) -> Answer:
    """Return each past vintage at month 6: as it was, under today's policy, under the draft, and their difference.

    Parameters
    ----------
    scope, fetch
        Whose loans, and how a question is answered.
    span
        A vintage is a ``month``, ``quarter`` or ``year`` of opening.
    basis
        ``count`` of loans, or ``balance``: of the principal lent.
    draft
        The policy that the draft changes, as canonical JSON; empty is today's.
    **thresholds
        What the draft changes, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.back_test.vintages`; no row where no vintage has closed month 6.
    """
    return replay(scope, fetch, span, basis, thresholds, draft).vintages()


def curves(
    scope: Scope, fetch: Fetch, span: Span = SPAN, basis: Basis = "count", draft: str = "", **thresholds: float
) -> Answer:
    """Return the curve of each past vintage by age: as it was, under today's policy, under the draft.

    Parameters as :func:`vintages`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.back_test.curves`.
    """
    return replay(scope, fetch, span, basis, thresholds, draft).curves()
