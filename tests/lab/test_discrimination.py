"""KS and AUC of weighted loans, and a change that is taken apart: golden vectors, and worlds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from jiebei_dash.lab.discrimination import AUC, BASE, KS, ON_BASE_MIX, RECENT, Loans, fold, power, seen, taken_apart
from jiebei_dash.lab.population import REPLICATES
from jiebei_dash.terms import FEWEST_OF_A_CELL, MIXES
from tests.lab.populations import people_of

POINTS = np.array([720, 700, 690, 680, 680, 660, 650, 640, 620, 600], float)
BAD = np.array([0, 0, 0, 0, 1, 0, 1, 0, 1, 1], bool)


def loans_of(count: int, seed: int, partner_share: float = 0.3, slope: float = 0.06) -> Loans:
    """Borrowers of two channels; a partner's lie lower and closer together, and ``slope`` is what the score knows."""
    chance = np.random.default_rng(seed)
    partner = chance.random(count) < partner_share
    points = np.round(np.where(partner, chance.normal(590, 12, count), chance.normal(630, 30, count)))
    is_bad = chance.random(count) < 1 / (1 + np.exp(1.5 + slope * (points - 600)))
    segments = {
        "channel": np.where(partner, 3, 0).astype(np.uint8),
        "product_class": chance.integers(0, 3, count).astype(np.uint8),
        "zhima_band": chance.integers(0, 5, count).astype(np.uint8),
    }
    return Loans(points, is_bad, chance.integers(0, REPLICATES, count).astype(np.uint8), segments)


def parts_of(loans: Loans, times: np.ndarray) -> Loans:
    """Each loan so many times over, in the same replicate."""
    return Loans(
        np.repeat(loans.points, times),
        np.repeat(loans.is_bad, times),
        np.repeat(loans.replicate, times),
        {name: np.repeat(codes, times) for name, codes in loans.segments.items()},
    )


def test_ties_are_read_at_their_end_and_count_half() -> None:
    assert power(POINTS, BAD, np.ones(10)) == (pytest.approx(0.583333, abs=5e-7), pytest.approx(0.854167, abs=5e-7))
    order = np.random.default_rng(1).permutation(10)
    assert power(POINTS[order], BAD[order], np.ones(10)) == pytest.approx(power(POINTS, BAD, np.ones(10)))


def test_a_weight_of_two_is_the_loan_twice() -> None:
    weight = np.array([1, 2, 1, 3, 1, 1, 2, 1, 1, 2])
    twice = power(np.repeat(POINTS, weight), np.repeat(BAD, weight), np.ones(int(weight.sum())))
    assert power(POINTS, BAD, weight.astype(float)) == pytest.approx(twice)


def test_without_goods_or_bads_nothing_is_known() -> None:
    assert np.isnan(power(POINTS, np.zeros(10, bool), np.ones(10))).all()
    assert np.isnan(power(np.zeros(0), np.zeros(0, bool), np.zeros(0))).all()


@pytest.mark.parametrize("mix", MIXES)
def test_the_same_window_twice_has_no_change_at_all(mix: str) -> None:
    loans = loans_of(4_000, 3)
    values = taken_apart(loans, loans, mix).values  # type: ignore[arg-type]
    assert np.array_equal(values[:, BASE], values[:, RECENT])
    assert np.allclose(values[:, ON_BASE_MIX], values[:, RECENT], atol=1e-12, rtol=0)


def test_a_change_of_the_mix_alone_is_wholly_given_back() -> None:
    # Every partner's loan five times over: nothing but the mix differs, and all of the drop is the mix.
    base = loans_of(6_000, 4)
    recent = parts_of(base, np.where(base.segments["channel"] == 3, 5, 1))
    for mix in ("channel", "segments"):
        values = taken_apart(base, recent, mix).values[0]  # type: ignore[arg-type]
        assert values[RECENT, KS] < values[BASE, KS] - 0.02
        assert values[ON_BASE_MIX] == pytest.approx(values[BASE], abs=1e-12)


def test_a_score_that_has_lost_its_power_is_told_from_a_mix_that_moved() -> None:
    base, worse = loans_of(30_000, 5), loans_of(30_000, 6, partner_share=0.6, slope=0.02)
    moved = loans_of(30_000, 7, partner_share=0.6)
    lost, held = (taken_apart(base, recent, "channel").values[0] for recent in (worse, moved))
    assert held[ON_BASE_MIX, KS] - held[BASE, KS] == pytest.approx(0, abs=0.025)
    assert held[RECENT, KS] < held[BASE, KS] - 0.03
    assert lost[ON_BASE_MIX, AUC] < lost[BASE, AUC] - 0.1


def test_small_cells_are_folded_and_every_loan_of_the_base_has_recent_ones_for_it() -> None:
    base, recent = loans_of(2_000, 8), loans_of(900, 9)
    base_cell, recent_cell, cells = fold(base, recent, "segments")
    assert base_cell.min() >= 0 and recent_cell.min() >= 0
    assert sum(cell.base_count for cell in cells) == 2_000
    assert sum(cell.recent_bad_count for cell in cells) == recent.is_bad.sum()
    assert all(min(cell.base_count, cell.recent_count) >= FEWEST_OF_A_CELL for cell in cells)
    # A channel that the recent window does not have at all goes into the largest cell.
    alone = parts_of(recent, (recent.segments["channel"] == 0).astype(int))
    assert [dict(cell.segment) for cell in fold(base, alone, "channel")[2]] == [{"channel": 0}]
    few = parts_of(recent, (np.arange(900) < 20).astype(int))
    assert [dict(cell.segment) for cell in fold(base, few, "segments")[2]] == [{}]


def test_a_cell_knows_its_codes() -> None:
    base, recent = loans_of(9_000, 10), loans_of(9_000, 11)
    cells = fold(base, recent, "segments")[2]
    one = next(cell for cell in cells if len(cell.segment) == 3)
    alike = np.ones(len(base), bool)
    for name, place in one.segment.items():
        alike &= base.segments[name] == place
    assert one.base_count == alike.sum()
    assert one.base_bad_count == base.is_bad[alike].sum()


def test_loans_seen_are_those_with_an_outcome_and_a_score() -> None:
    people = people_of(3_000, 12)
    people.inputs["score_points"][:500] = np.nan
    loans = seen(people)
    assert len(loans) + loans.unscored == people.is_observed.sum()
    assert loans.unscored == people.is_observed[:500].sum()
    assert len(seen(people, [1])) == 0
    assert len(seen(people, [660])) == len(loans)
