"""Boundaries of looks before the end, against published tables and against a simulation."""

import numpy as np
import pytest

from jiebei_dash.metrics.sequential import HIGHEST, boundaries, drift_for, equal_fractions, inflation, spent, stopped


@pytest.mark.parametrize(
    ("looks", "published"),
    [
        (1, (1.960,)),
        (2, (2.963, 1.969)),
        (3, (3.710, 2.511, 1.993)),
        (4, (4.333, 2.963, 2.359, 2.014)),
        (5, (4.877, 3.357, 2.680, 2.290, 2.031)),
    ],
)
def test_boundaries_are_those_of_lan_and_demets(looks: int, published: tuple[float, ...]) -> None:
    """O'Brien-Fleming spending, two-sided 5%, equally spaced: Lan and DeMets (1983), as programs print them."""
    assert boundaries(equal_fractions(looks), 0.05) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize(
    ("looks", "constant", "r_80", "r_90"),
    [(2, 1.977, 1.008, 1.007), (3, 2.004, 1.017, 1.016), (4, 2.024, 1.024, 1.022), (5, 2.040, 1.028, 1.026)],
)
def test_the_recursion_gives_the_tables_of_jennison_and_turnbull(
    looks: int, constant: float, r_80: float, r_90: float
) -> None:
    """Group Sequential Methods (2000), tables 2.3 and 2.4: classical boundaries C root(K/k) spend 5%, and cost R."""
    fractions = equal_fractions(looks)
    critical = [constant / fraction**0.5 for fraction in fractions]
    assert stopped(fractions, critical, 0.0)[-1] == pytest.approx(0.05, abs=1e-4)
    for power, ratio in ((0.8416212, r_80), (1.2815516, r_90)):
        drift = (1.9599640 + power) * ratio**0.5
        wanted = 0.8 if power < 1 else 0.9
        # the table's R has three digits
        assert stopped(fractions, critical, drift)[-1] == pytest.approx(wanted, abs=4e-4)


def test_what_is_spent_rises_to_the_whole() -> None:
    shares = [spent(fraction, 0.05) for fraction in (0.1, 0.25, 0.5, 0.75, 1.0, 1.4)]
    assert shares == sorted(shares)
    assert shares[2] == pytest.approx(0.00305, abs=1e-5)
    assert shares[-2:] == [0.05, 0.05]


def test_looks_need_not_be_equally_spaced_to_spend_the_whole() -> None:
    fractions = (0.03, 0.31, 0.33, 0.9, 1.0)
    critical = boundaries(fractions, 0.05)
    assert critical[0] == HIGHEST
    assert stopped(fractions, critical, 0.0)[-1] == pytest.approx(0.05, abs=1e-6)


def test_a_drift_is_found_as_often_as_was_wanted_and_looking_costs_little() -> None:
    fractions = equal_fractions(4)
    assert stopped(fractions, boundaries(fractions, 0.05), drift_for(4, 0.05, 0.9))[-1] == pytest.approx(0.9, abs=1e-8)
    costs = [inflation(looks, 0.05, 0.8) for looks in (1, 2, 3, 4, 5)]
    assert costs[0] == 1.0
    assert costs == sorted(costs)
    assert costs[-1] < 1.03


def test_of_loans_drawn_alike_one_trial_in_twenty_is_called_different() -> None:
    chance, looks, loans = np.random.default_rng(5), 4, 500
    fractions = equal_fractions(looks)
    bads = chance.binomial(loans, 0.1, size=(20_000, 2, looks)).cumsum(axis=2)
    trials = loans * np.arange(1, looks + 1)
    pooled = bads.sum(axis=1) / (2 * trials)
    z = (bads[:, 0] - bads[:, 1]) / trials / np.sqrt(pooled * (1 - pooled) * 2 / trials)
    called = (np.abs(z) >= np.array(boundaries(fractions, 0.05))).any(axis=1).mean()
    assert called == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 20_000) ** 0.5)
