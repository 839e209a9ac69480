"""How the reasons of declines move between today's policy and a draft."""

from __future__ import annotations

from jiebei_dash.answers.drafted import drafted
from jiebei_dash.answers.what_if import MATURITY_MONTHS, WINDOW_MONTHS
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.grid import GRID_RULES
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics import decline_mix as metrics
from jiebei_dash.queries import decline_mix as queries

KEYS: tuple[str, ...] = tuple(rule.key for rule in GRID_RULES)
"""Rule of each bit of a mask."""


def reasons(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the declines of today's policy and of the draft by main reason, any hit and sole hit.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    window_months
        Months of submission.
    draft
        The draft as canonical JSON; empty is today's policy.
    **thresholds
        What is changed of it, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.decline_mix.moved`; rules that nobody hits under either policy and that stand at
        their loosest are left out.

    Raises
    ------
    BookLacks, BadArgument
    EmptyScope
        Nobody was decided in the window.
    """
    both = drafted(scope, fetch, maturity_months, thresholds, draft, window_months)
    asked = queries.crossed(scope, both.window, both.today, both.proposed)
    found = fetch(asked)
    if found.empty:
        raise EmptyScope
    frame = metrics.moved(found, KEYS, order_of(both.today), order_of(both.proposed))
    in_force = {rule.key for policy in (both.today, both.proposed) for rule in GRID_RULES if _is_set(policy, rule.key)}
    hit = set(frame.loc[frame["any_count"] > 0, "reason"])
    kept = frame[frame["reason"].isin(in_force | hit)].reset_index(drop=True)
    return Answer("decline_mix.reasons", kept, (both.question, asked))


def order_of(policy: Policy) -> list[str]:
    """Return every declining rule in the order in which a policy applies them; one that it does not name comes last."""
    named = [rule.key for rule in policy.order if rule.key in KEYS]
    return [*named, *(key for key in KEYS if key not in named)]


def _is_set(policy: Policy, key: str) -> bool:
    loosest = next(rule.loosest for rule in GRID_RULES if rule.key == key)
    return policy[key] != loosest or any(each.rule_key == key for each in policy.exceptions)
