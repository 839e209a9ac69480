"""Thresholds that a slider of the policy offers, and how many of them an input passes.

That number stands in the mart of decisions: it is small and whole, so thresholds are compared many times faster than
with the input itself. A threshold that no slider offers, such as one of an older policy, is compared with the input.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Double, SmallInteger, case, cast, func, or_

from jiebei_dash.book.policy import RULES, Rule

GRID_RULES: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.effect == "decline")


def steps_name(rule: Rule) -> str:
    """Return the name of the column that holds how many thresholds of a rule's grid are passed."""
    return f"{rule.key}_steps"


STEPS: tuple[str, ...] = tuple(steps_name(rule) for rule in GRID_RULES)


@cache
def grid(rule: Rule) -> tuple[float, ...]:
    """Return the thresholds of a rule's slider, from the loosest to the strictest, in the rule's unit."""
    count = round((rule.high - rule.low) / rule.step)
    rising = (float(f"{rule.low + place * rule.step:.6f}") for place in range(count + 1))
    return tuple(sorted(rising, reverse=rule.keeps == "at_most"))


def steps_passed(rule: Rule, value: ColumnElement[Any]) -> ColumnElement[int]:
    """Return how many thresholds of the grid a value passes, the loosest first; a missing value passes all.

    Parameters
    ----------
    rule
        Whose grid.
    value
        The input that the rule looks at.

    Notes
    -----
    A quotient by a fraction may be off in its last bit, and so by a step: the thresholds on both sides are compared.
    They are whole numbers over a power of ten, and the quotient of the two is the threshold to the last bit.
    """
    thresholds = grid(rule)
    at_least = rule.keeps == "at_least"

    def passes(threshold: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = value >= threshold if at_least else value <= threshold
        return condition

    # The strictest threshold that is passed, by its place from the lowest; a place further is stricter or looser.
    distance = (value - float(rule.low)) / float(rule.step)
    place: ColumnElement[Any] = cast((func.floor if at_least else func.ceil)(distance), Double)
    lowest, width, whole = _whole(rule)
    further = 1.0 if at_least else -1.0
    if whole != 1:
        stricter = passes((lowest + (place + further) * width) / whole)
        place = case(
            (stricter, place + further),
            (passes((lowest + place * width) / whole), place),
            else_=place - further,
        )
    passed = place + 1.0 if at_least else float(len(thresholds)) - place
    beyond = value < thresholds[0] if at_least else value > thresholds[0]
    every = or_(value.is_(None), passes(thresholds[-1]))
    return cast(case((every, float(len(thresholds))), (beyond, 0.0), else_=passed), SmallInteger)


def fails_step(rule: Rule, threshold: float, steps: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that so many steps do not reach a threshold of the grid."""
    return steps <= grid(rule).index(threshold)


def _whole(rule: Rule) -> tuple[float, float, float]:
    """The lowest threshold and the step in whole units, and how many units make one."""
    exponents = [Decimal(f"{number:g}").as_tuple().exponent for number in (rule.low, rule.step)]
    whole = 10.0 ** max(0, *(-int(each) for each in exponents))
    return float(round(rule.low * whole)), float(round(rule.step * whole)), whole
