"""The scale against its published anchors."""

import numpy as np
import pytest

from jiebei_dash.model.points import Scale, pd_of


def test_twenty_points_double_the_odds_and_600_is_thirty_to_one() -> None:
    scale = Scale()
    assert scale.factor == pytest.approx(28.8539, abs=5e-5)
    assert scale.offset == pytest.approx(501.862, abs=5e-4)
    assert scale.points_of(np.log([1 / 30, 1 / 60])) == pytest.approx([600, 620])


@pytest.mark.parametrize(("pd_rate", "points"), [(0.01, 634.4), (0.02, 614.2), (0.05, 586.8), (0.10, 565.3)])
def test_a_pd_has_its_points_and_points_their_pd(pd_rate: float, points: float) -> None:
    log_odds = np.array([np.log(pd_rate / (1 - pd_rate))])
    assert Scale().points_of(log_odds) == pytest.approx([points], abs=0.05)
    assert Scale().pd_of(Scale().points_of(log_odds)) == pytest.approx([pd_rate], abs=1e-11)


def test_a_pd_is_kept_to_twelve_decimals() -> None:
    third = pd_of(np.log(np.array([0.5])))[0]
    assert third == 0.333333333333
