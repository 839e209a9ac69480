"""The truth of a window, from that of an average month."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jiebei_dash.lab.inference import guess
from jiebei_dash.lab.population import BAD, DECLINED, GOOD
from jiebei_dash.lab.true_chances import beside_truth, true_chances
from tests.lab.people import people_of

FACTORS = (1.0, 1.5, 2.5)


def test_a_window_of_stress_is_above_an_average_month_by_one_shift() -> None:
    # A true chance of 5 % in an average month; 10 % of those seen went bad. Whoever was declined has 20 % on average.
    outcome = [BAD] * 10 + [GOOD] * 90 + [DECLINED] * 50
    people = people_of(outcome, [0.05] * 150)
    average = np.log(np.array([0.05 / 0.95] * 100 + [0.2 / 0.8] * 50))
    true = true_chances(people, average)
    assert true[:100].mean() == pytest.approx(0.1)
    shift = math.log(0.1 / 0.9) - math.log(0.05 / 0.95)
    assert true[-1] == pytest.approx(1 / (1 + math.exp(-(math.log(0.2 / 0.8) + shift))))


def test_without_a_bad_the_average_month_is_taken_and_unknown_stays_unknown() -> None:
    people = people_of([GOOD] * 3 + [DECLINED, DECLINED], [0.05] * 5)
    true = true_chances(people, np.array([-3.0, -3.0, -3.0, -2.0, math.nan]))
    assert true[3] == pytest.approx(1 / (1 + math.exp(2.0)))
    assert math.isnan(true[4])


def test_whom_the_draft_lets_in_are_of_the_declined() -> None:
    outcome = [BAD] * 50 + [GOOD] * 450 + [DECLINED] * 40
    people = people_of(outcome, [0.1] * 540)
    # Of forty declined the draft lets ten in, who are half as bad.
    bits = np.array([0] * 500 + [0] * 10 + [1] * 30, np.uint8)
    average = np.log(np.array([0.1 / 0.9] * 500 + [0.05 / 0.95] * 10 + [0.1 / 0.9] * 30))
    told = beside_truth(people, bits, average, [guess(people, "model_pd", FACTORS)])
    by = {each.declined_group: each for each in told}
    assert (by["LET_IN"].people_count, by["DECLINED"].people_count) == (10, 40)
    assert by["LET_IN"].true_rate == pytest.approx(0.05)
    assert by["DECLINED"].true_rate == pytest.approx((10 * 0.05 + 30 * 0.1) / 40)
    assert by["DECLINED"].central_rate == pytest.approx(0.1, abs=1e-6)
    nobody = beside_truth(people, np.ones(540, np.uint8), average, [guess(people, "model_pd", FACTORS)])
    assert nobody[0].people_count == 0
    assert math.isnan(nobody[0].true_rate)
