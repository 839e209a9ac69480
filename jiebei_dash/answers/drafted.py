"""Today's policy and a draft with the window in which both are replayed: what every consequence starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiebei_dash.answers import what_if
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.notation import draft_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument
from jiebei_dash.queries import what_if as queries
from jiebei_dash.queries.replaying import Window


@dataclass(frozen=True)
class Drafted:
    """Two policies on one population, nothing counted yet.

    Parameters
    ----------
    scope, window
        Whose decisions.
    policy_version
        Name of the policy live at the as-of month; empty if the book holds none.
    today, proposed
        Both whole.
    question
        What named today's policy.
    """

    scope: Scope
    window: Window
    policy_version: str
    today: Policy
    proposed: Policy
    question: Question


def drafted(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int,
    thresholds: Mapping[str, float],
    draft: str = "",
    window_months: int = what_if.WINDOW_MONTHS,
) -> Drafted:
    """Return today's policy and the draft, on the window of the policy lab.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month, as in :func:`jiebei_dash.answers.what_if.replay`: the
        same population, though nothing here waits for an outcome.
    thresholds
        What the draft changes, by rule key.
    draft
        A whole policy as canonical JSON, changed by the thresholds; empty is today's.
    window_months
        Months of submission.

    Raises
    ------
    BookLacks
        The book has no declined applicants, no inputs of decisions or no amounts.
    BadArgument
        An unknown rule, or a threshold, window or maturity out of range.
    PolicyInvalid
        The draft is no policy.
    """
    scope.need(*what_if.NEEDS)
    if not queries.BAD_BY_MOB <= maturity_months <= 36:
        raise BadArgument(name="maturity_months", value=maturity_months, allowed=f"{queries.BAD_BY_MOB} - 36")
    if not 1 <= window_months <= 120:
        raise BadArgument(name="window_months", value=window_months, allowed="1 - 120")
    version, today, question = what_if.policy_today(scope, fetch)
    window = queries.window_of(scope, maturity_months, window_months)
    return Drafted(scope, window, version, today, draft_of(today, draft, thresholds), question)
