"""One notation of a policy: JSON with a hash that comes back to itself, and SQL that decides the same by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, FromClause, Label, Select, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.dialects import registry

from jiebei_dash.book import schema
from jiebei_dash.book.offers import LIMITS, PRICES, RATE_DAY_STEP, Cell, Cells, value_in
from jiebei_dash.book.policy import RULES, Policy, SegmentThreshold
from jiebei_dash.book.rules import BY_KEY, check_threshold
from jiebei_dash.errors import PolicyChanged, PolicyInvalid

_PARTS = {"exceptions", "limits", "order", "prices", "thresholds"}


def read_policy(text: str, sha256: str = "") -> Policy:
    """Return the policy that canonical JSON describes.

    Parameters
    ----------
    text
        What :meth:`Policy.json` wrote: an object of thresholds by rule key, or one with ``thresholds``, ``order``,
        ``exceptions``, ``limits`` and ``prices``.
    sha256
        The hash that it should have; empty is not to check.

    Raises
    ------
    PolicyInvalid
        It is not JSON of a policy, or lacks a part.
    BadArgument
        A rule or a segment is unknown, or a threshold is out of range.
    PolicyChanged
        It does not have that hash.
    """
    try:
        tree = json.loads(text)
    except ValueError as error:
        raise PolicyInvalid(part="JSON") from error
    if not isinstance(tree, dict):
        raise PolicyInvalid(part="JSON")
    is_plain = not set(tree) & _PARTS
    if not is_plain and set(tree) != _PARTS:
        raise PolicyInvalid(part=sorted(set(tree) ^ _PARTS)[0])
    thresholds = _thresholds(tree if is_plain else tree["thresholds"])
    if is_plain:
        policy = Policy(tuple((key, thresholds[key]) for key in BY_KEY if key in thresholds))
    else:
        policy = _whole(tree, thresholds)
    if sha256 and policy.sha256() != sha256:
        raise PolicyChanged(expected=sha256[:12], found=policy.sha256()[:12])
    return policy


def draft_of(today: Policy, draft: str, thresholds: Mapping[str, float]) -> Policy:
    """Return the policy that is proposed.

    Parameters
    ----------
    today
        What a draft starts from.
    draft
        A whole policy as canonical JSON; empty is today's. Rules that it does not name stand at their loosest.
    thresholds
        What is changed of it, by rule key.

    Raises
    ------
    PolicyInvalid, BadArgument
    """
    if not draft:
        return today.changed(thresholds) if thresholds else today
    return completed(read_policy(draft)).changed(thresholds)


def completed(policy: Policy) -> Policy:
    """Return a policy with every rule: those that it does not name stand at their loosest, after the others."""
    if policy.is_plain:
        return replace(policy, thresholds=tuple((rule.key, policy[rule.key]) for rule in RULES))
    named = dict(policy.thresholds)
    rest = tuple((rule.key, rule.loosest) for rule in RULES if rule.key not in named)
    return replace(policy, thresholds=(*policy.thresholds, *rest))


def _thresholds(given: object) -> dict[str, float]:
    if not isinstance(given, dict):
        raise PolicyInvalid(part="thresholds")
    for key, value in given.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise PolicyInvalid(part=str(key))
        check_threshold(key, value)
    return {key: float(value) for key, value in given.items()}


def _whole(tree: dict[str, Any], thresholds: dict[str, float]) -> Policy:
    order = tree["order"]
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(thresholds):
        raise PolicyInvalid(part="order")
    try:
        exceptions = [
            SegmentThreshold(str(key), str(dimension), code, float(threshold))
            for key, dimension, code, threshold in tree["exceptions"]
        ]
        limits, prices = (_cells(tree[name]) for name in ("limits", "prices"))
    except (TypeError, ValueError) as error:
        raise PolicyInvalid(part="exceptions, limits, prices") from error
    plain = Policy(tuple((key, thresholds[key]) for key in order))
    return plain.where(exceptions).offering(limits, prices)


def _cells(given: list[Any]) -> Cells:
    return tuple(Cell(str(band), int(lowest), float(value)) for band, lowest, value in given)


def decides(policy: Policy) -> Select[Any]:
    """Return the statement by which a policy decides every decision of the book anew.

    Parameters
    ----------
    policy
        Any.

    Returns
    -------
    Select
        One row a decision: ``decision_id``, ``decision`` (APPROVED, DECLINED), ``main_reason`` (the first rule hit in
        the policy's order; null if none), ``is_referred``, and for whoever was approved then ``limit_fen`` and
        ``rate_day`` as it would offer them before legal caps. Ordered by number. Source: the policy itself.
    """
    decision, inputs, hit = schema.decision, schema.feature_snapshot, schema.rule_hit
    trim = and_(hit.c.decision_id == decision.c.decision_id, hit.c.rule_key == "amount_cap")
    names = ("decision_id", "score_points", "zhima_band", "product_class", "channel", "province_code", "term_months")
    rows = (
        select(
            *(decision.c[name] for name in names),
            decision.c.rate_day,
            case((decision.c.limit_fen > 0, func.coalesce(hit.c.observed_value, decision.c.limit_fen))).label(
                "offered"
            ),
            *(
                inputs.c[rule.column]
                for rule in BY_KEY.values()
                if rule.column in inputs.c and rule.effect == "decline"
            ),
        )
        .select_from(decision.outerjoin(inputs, inputs.c.decision_id == decision.c.decision_id).outerjoin(hit, trim))
        .subquery("decided")
    )
    declining = [rule for rule in policy.order if rule.effect == "decline"]
    fails = {rule.key: policy.fails(rule, rows) for rule in declining}
    referring = [policy.fails(rule, rows) for rule in policy.order if rule.effect == "refer"]
    first = case(*((failed, literal(key)) for key, failed in fails.items()), else_=null()) if fails else null()
    declined = or_(*fails.values()) if fails else literal(False)
    return select(
        rows.c.decision_id,
        case((declined, "DECLINED"), else_="APPROVED").label("decision"),
        first.label("main_reason"),
        and_(~declined, or_(*referring) if referring else literal(False)).label("is_referred"),
        *offered(policy, rows, rows.c.offered, rows.c.rate_day),
    ).order_by(rows.c.decision_id)


def offered(policy: Policy, rows: FromClause, limit: Any, rate_day: Any) -> tuple[Label[int], Label[float]]:
    """Return limit and day rate as a policy offers them, from what was offered before any trim.

    Parameters
    ----------
    policy, rows
        Rows have ``zhima_band`` and ``score_points``.
    limit, rate_day
        Columns of what was offered; null stays null.
    """
    widened = cast(func.floor(limit * value_in(LIMITS, policy.limits, rows) + 0.5), BigInteger)
    moved = rate_day + value_in(PRICES, policy.prices, rows) * RATE_DAY_STEP
    return policy.trimmed(widened).label("limit_fen"), case((moved < 0, 0.0), else_=moved).label("rate_day")


def as_sql(policy: Policy, dialect: str = "duckdb") -> str:
    """Return :func:`decides` as a text with its values filled in, to read and to run by hand on the database."""
    kind = registry.load(dialect)
    return str(decides(policy).compile(dialect=kind(), compile_kwargs={"literal_binds": True}))
