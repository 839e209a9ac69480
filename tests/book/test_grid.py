"""How many thresholds of a slider an input passes: the same as comparing with each of them."""

from __future__ import annotations

import math

import pytest
import sqlalchemy as sa
from sqlalchemy import Double, column, select, values

from jiebei_dash.book.grid import GRID_RULES, grid, steps_passed
from jiebei_dash.book.policy import Rule


def counted(rule: Rule, value: float | None) -> int:
    """The definition: one threshold after the other."""
    if value is None:
        return len(grid(rule))
    return sum(value >= each if rule.keeps == "at_least" else value <= each for each in grid(rule))


def test_a_grid_runs_from_the_loosest_threshold_to_the_strictest() -> None:
    grids = {rule.key: grid(rule) for rule in GRID_RULES}
    assert grids["zhima_floor"][:2] == (350.0, 355.0)
    assert grids["overdue_cap"][:2] == (12.0, 11.0)
    assert grids["overdue_cap"][-1] == 0.0
    # 0.15, not 0.15000000000000002
    assert grids["dti_cap"][-5:] == (0.2, 0.15, 0.1, 0.05, 0.0)
    assert [len(each) for each in grids.values()] == [121, 21, 31, 13, 31, 101, 21]


@pytest.mark.parametrize("rule", GRID_RULES, ids=lambda rule: rule.key)
def test_the_steps_are_right_to_the_last_bit_on_either_side_of_every_threshold(rule: Rule) -> None:
    tried: list[float | None] = [None, rule.low - 1e9, rule.low - 0.5, rule.high + 0.5, rule.high + 1e9, math.inf]
    for threshold in grid(rule):
        lower = upper = threshold
        for _ in range(4):
            tried += [lower, upper]
            lower, upper = math.nextafter(lower, -math.inf), math.nextafter(upper, math.inf)
        tried += [threshold + rule.step / 2, threshold + rule.step / 3]
    given = values(column("place", sa.Integer), column("input", Double), name="given").data(list(enumerate(tried)))
    asked = select(given.c.place, steps_passed(rule, sa.cast(given.c.input, Double))).order_by(given.c.place)
    with sa.create_engine("duckdb:///:memory:").connect() as connection:
        found = [steps for _, steps in connection.execute(asked)]
    assert found == [counted(rule, value) for value in tried]
