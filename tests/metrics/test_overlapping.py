"""A sum of independent proportions against Newcombe's published interval of a difference."""

import math

import pytest

from jiebei_dash.metrics.intervals import difference
from jiebei_dash.metrics.overlapping import combined


def test_weights_of_one_and_minus_one_give_newcombes_table() -> None:
    # Newcombe (1998), table II, (a): 56/70 less 48/80, method 10: 0.0524 to 0.3339
    total, below, above = combined([1, -1], [56 / 70, 48 / 80], [70, 80])
    assert total == pytest.approx(0.2)
    assert (total - below, total + above) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (total - below, total + above) == pytest.approx(difference(56, 70, 48, 80))


def test_a_group_without_trials_counts_for_nothing() -> None:
    assert combined([0.5, -0.5, 1.0], [0.1, 0.2, math.nan], [40, 50, 0]) == combined([0.5, -0.5], [0.1, 0.2], [40, 50])


def test_what_has_no_weight_has_no_interval() -> None:
    assert combined([0.0, 0.0], [0.3, 0.4], [10, 10]) == (0.0, 0.0, 0.0)
