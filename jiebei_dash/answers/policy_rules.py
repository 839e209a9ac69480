"""Which rule earns its place: the waterfall of today's policy and of the draft, in any order of the rules."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jiebei_dash.answers.trying import MATURITY_MONTHS, METHOD, WINDOW_MONTHS, Replay, replay
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.grid import GRID_RULES
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument
from jiebei_dash.metrics import policy_rules as metrics
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES

RULE_KEYS: tuple[str, ...] = tuple(rule.key for rule in GRID_RULES)
"""The rules that decline, in the house's order."""
SEPARATOR = ","


@dataclass(frozen=True)
class Rules:
    """The rules of both policies of a replay, for whoever has one already.

    Parameters
    ----------
    done
        Two policies on one population.
    """

    done: Replay

    def waterfall(self, order: tuple[str, ...] = ()) -> Answer:
        """Return the waterfall of both policies of a replay; see :func:`waterfall`."""
        frames = []
        for name, policy in (("today", self.done.today), ("proposed", self.done.proposed)):
            table = self.done.bench.by_hits(policy).reshape(-1, len(LOAN_OUTCOMES), len(LAB_MEASURES))
            frame = metrics.waterfall(
                table,
                {key: place for place, key in enumerate(RULE_KEYS)},
                declining_order(policy, order),
                float(self.done.bench.loan_weight),
                self.done.assumptions,
                self.done.costs,
            )
            frame.insert(0, "policy", name)
            frames.append(frame)
        return Answer("policy_rules.waterfall", pd.concat(frames, ignore_index=True), self.done.questions)


def waterfall(
    scope: Scope,
    fetch: Fetch,
    order: str = "",
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return what each rule declines, first and alone, under today's policy and under the draft.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    order
        Keys of rules parted by commas: they come first, in this order, in both policies; empty leaves each policy's
        own order.
    maturity_months, method, window_months, draft, **thresholds
        As for :func:`jiebei_dash.answers.what_if.consequences`.

    Returns
    -------
    Answer
        ``policy`` (today, proposed) and the columns of :func:`jiebei_dash.metrics.policy_rules.waterfall`: a row a
        policy and rule, in the order in which it is applied.

    Raises
    ------
    BadArgument
        A key of ``order`` is no rule that declines, or stands there twice.
    """
    keys = tuple(key for key in order.split(SEPARATOR) if key)
    return Rules(replay(scope, fetch, maturity_months, thresholds, draft, method, window_months)).waterfall(keys)


def declining_order(policy: Policy, order: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the keys of a policy's declining rules in its order, some of them put first.

    Raises
    ------
    BadArgument
    """
    for key in order:
        if key not in RULE_KEYS:
            raise BadArgument(name="order", value=key, allowed=", ".join(RULE_KEYS))
    return tuple(rule.key for rule in ordered(policy, order).order if rule.key in RULE_KEYS)


def policy_keys(policy: Policy) -> tuple[str, ...]:
    """Return the keys of a policy's rules in its order, those that it does not name last."""
    named = [key for key, _ in policy.thresholds]
    return (*named, *(key for key in BY_KEY if key not in named))


def ordered(policy: Policy, order: tuple[str, ...]) -> Policy:
    """Return a policy with its declining rules applied in another order.

    Raises
    ------
    BadArgument
        A key is no rule, or stands there twice.
    """
    whole = Policy(tuple((key, policy[key]) for key in policy_keys(policy)))
    changed = whole.ordered(order)
    return Policy(changed.thresholds, policy.exceptions, policy.limits, policy.prices)
