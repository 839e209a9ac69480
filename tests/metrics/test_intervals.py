import math

import pytest

from jiebei_dash.metrics.intervals import excess_chance, paired_difference, ratio, risk_ratio, wilson


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


def test_katz_by_hand_and_where_the_logarithm_knows_no_spread() -> None:
    """12 of 40 over 48 of 80: 0.5 exp(-+1.96 x 0.2582)."""
    assert risk_ratio(12, 40, 48, 80) == pytest.approx((0.30144, 0.82937), abs=1e-4)
    low, high = risk_ratio(0, 40, 48, 80)
    assert 0 < low < high < 0.5
    low, high = risk_ratio(40, 40, 80, 80)
    assert 0.9 < low < 1 < high < 1.1
    assert all(math.isnan(end) for end in (*risk_ratio(5, 40, 0, 80), *risk_ratio(0, 0, 5, 9)))


def test_newcombe_for_pairs_is_the_published_one() -> None:
    """Newcombe (1998), method 10, of 36, 12, 2 and 0 cases: 0.0569 to 0.3404."""
    assert paired_difference(36, 2, 12, 0) == pytest.approx((0.0569, 0.3404), abs=1e-4)
    low, high = paired_difference(36, 12, 2, 0)
    assert (low, high) == pytest.approx((-0.3404, -0.0569), abs=1e-4)
    assert all(math.isnan(end) for end in paired_difference(0, 0, 0, 0))
