import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.paired import Side, change

Z = 1.959963984540054


def counted(values: list[float], counts: list[float]) -> Side:
    return Side(pd.Series(values), pd.Series(counts), pd.Series(counts))


def test_an_interval_of_amounts_is_that_of_a_ratio() -> None:
    # Amounts 1, 1 and 2; the last is of the kind: a half, residuals -1/2, -1/2 and 1
    side = Side(pd.Series([0.0, 1.0]), pd.Series([2.0, 2.0]), pd.Series([2.0, 4.0]))
    assert side.share == 0.5
    low, high = side.interval()
    half = Z * math.sqrt(0.25 * 2 + 0.25 * 4) / 4
    assert (low, high) == (max(0.0, 0.5 - half), min(1.0, 0.5 + half))


def test_over_nobody_all_is_unknown() -> None:
    nobody = counted([1.0], [0.0])
    assert math.isnan(nobody.share)
    assert all(math.isnan(value) for value in change(counted([1.0], [3.0]), nobody, pd.Series([0.0])))


def test_two_samples_without_a_common_member_are_independent() -> None:
    today, proposed = counted([1, 0, 0, 0], [10, 30, 0, 0]), counted([0, 0, 1, 0], [0, 0, 20, 20])
    moved, low, high = change(today, proposed, pd.Series([0.0] * 4))
    assert moved == pytest.approx(0.25)
    assert high - moved == pytest.approx(Z * math.sqrt(0.25 * 0.75 / 40 + 0.5 * 0.5 / 40))
    assert moved - low == pytest.approx(high - moved)


def test_the_interval_holds_the_true_change_as_often_as_it_says() -> None:
    """Two policies on one sample: approvals overlap, and whoever is taken is the same under both."""
    chance = np.random.default_rng(5)
    cells = np.array([0.30, 0.25, 0.05, 0.05, 0.20, 0.15])
    in_today = np.array([1, 1, 1, 1, 0, 0])
    in_draft = np.array([1, 1, 0, 0, 1, 1])
    taken = np.array([1.0, 0, 1, 0, 1, 0])
    truth = (cells * in_draft * taken).sum() / (cells * in_draft).sum() - (cells * in_today * taken).sum() / (
        cells * in_today
    ).sum()
    inside = 0
    for _ in range(1000):
        n = chance.multinomial(400, cells)
        sides = [counted(list(taken), list((n * chosen).astype(float))) for chosen in (in_today, in_draft)]
        _, low, high = change(*sides, pd.Series((n * in_today * in_draft).astype(float)))
        inside += low <= truth <= high
    assert 930 <= inside <= 970
