import math

import pytest

from jiebei_dash.metrics.intervals import excess_chance, ratio, wilson


def test_wilson_gives_the_published_interval_for_eighty_one_of_two_hundred_sixty_three() -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, Wilson without continuity correction."""
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_wilson_of_none_in_twenty_starts_at_zero() -> None:
    """Newcombe (1998), table I: 0 of 20 gives 0 to 0.1611."""
    low, high = wilson(0, 20)
    assert low == 0.0
    assert high == pytest.approx(0.1611, abs=5e-5)


def test_nobody_has_no_interval() -> None:
    assert all(math.isnan(end) for end in wilson(0, 0))


def test_the_interval_of_a_ratio_is_that_of_groups_that_differ() -> None:
    """Groups 10/100 and 20/100: r = 15 %, residuals 5 each, sqrt(2 * 50) / 200 = 5 %; t 12.706."""
    low, high = ratio([10, 20], [100, 100])
    assert low == 0
    assert high == pytest.approx(0.15 + 12.7062 * 0.05, abs=1e-5)
    assert ratio([1, 2, 3], [10, 20, 30]) == pytest.approx((0.1, 0.1))
    assert all(math.isnan(end) for end in (*ratio([1], [10]), *ratio([0, 0], [0, 0])))


def test_the_chance_of_an_excess_is_that_of_heads_given_their_sum() -> None:
    """Equal trials: all three of three on one side, 1/8; a third of the trials and two or more of three: 7/27."""
    assert excess_chance(3, 100, 0, 100) == pytest.approx(1 / 8)
    assert excess_chance(2, 100, 1, 200) == pytest.approx(7 / 27)
    assert excess_chance(0, 100, 5, 200) == 1.0
    assert math.isnan(excess_chance(1, 10, 0, 0))
