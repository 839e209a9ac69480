"""How the declined are inferred: closed forms, and populations from which nothing can be learnt."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from jiebei_dash.errors import BadArgument
from jiebei_dash.lab.fitting import fitted, shift_to
from jiebei_dash.lab.inference import METHODS, Method, guess, judge
from jiebei_dash.lab.population import BAD, DECLINED, GOOD, NOT_DRAWN, WAITING, Population
from tests.lab.people import people_of

FACTORS = (1.0, 1.5, 2.5)


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def cells(*counts: tuple[float, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds and bads of cells: stored chance, bad, good."""
    x = np.concatenate([np.full(bad + good, log_odds(chance)) for chance, bad, good in counts])
    return x, np.concatenate([np.r_[np.ones(bad), np.zeros(good)] for _, bad, good in counts])


def test_a_table_of_two_by_two_has_its_closed_form() -> None:
    x, bad = cells((0.02, 40, 960), (0.10, 90, 410))
    fit = fitted(x, bad, np.ones(len(x)))
    width = log_odds(0.10) - log_odds(0.02)
    ratio = math.log(90 / 410) - math.log(40 / 960)
    assert fit.is_fitted
    assert fit.slope == pytest.approx(ratio / width, rel=1e-8)
    assert fit.level == pytest.approx(math.log(40 / 960) - fit.slope * log_odds(0.02), rel=1e-8)
    # The standard error of a log odds ratio: Woolf (1955). A model with a chance of its own for each cell is saturated,
    # so the sandwich is the same.
    assert math.sqrt(fit.covariance[1, 1]) == pytest.approx(
        math.sqrt(1 / 40 + 1 / 960 + 1 / 90 + 1 / 410) / width, rel=1e-8
    )
    low, central, high = fit.chances(np.array([log_odds(0.02)]))
    assert central[0] == pytest.approx(0.04)
    half = 1.959963984540054 * math.sqrt(1 / 40 + 1 / 960)
    assert (low[0], high[0]) == pytest.approx(
        [1 / (1 + math.exp(-(math.log(40 / 960) + side * half))) for side in (-1, 1)]
    )


def test_a_weight_of_two_is_the_person_twice_for_the_line_and_not_for_its_certainty() -> None:
    x, bad = cells((0.02, 40, 960), (0.10, 90, 410))
    weight = np.where(x > -3, 2.0, 1.0)
    fit, plain = fitted(x, bad, weight), fitted(x, bad, np.ones(len(x)))
    # Saturated: weights that are alike within a cell change nothing, and the sandwich knows it.
    assert (fit.level, fit.slope) == pytest.approx((plain.level, plain.slope), rel=1e-8)
    assert fit.covariance == pytest.approx(plain.covariance, rel=1e-6)


def test_one_chance_for_all_moves_the_level_alone() -> None:
    x, bad = cells((0.05, 100, 900))
    fit = fitted(x, bad, np.ones(len(x)))
    assert (fit.slope, fit.is_fitted) == (1.0, True)
    assert fit.level == pytest.approx(log_odds(0.1) - log_odds(0.05), abs=1e-9)
    # Of the log-odds of a share.
    assert fit.covariance[0, 0] == pytest.approx(1 / 100 + 1 / 900, rel=1e-9)


@pytest.mark.filterwarnings("error")
def test_chances_that_part_good_from_bad_have_no_best_line_and_keep_the_level() -> None:
    x, bad = cells((0.02, 0, 500), (0.05, 0, 300), (0.40, 60, 0), (0.80, 40, 0))
    fit = fitted(x, bad, np.ones(len(x)))
    assert (fit.slope, fit.is_fitted) == (1.0, True)
    assert fit.chances(x)[1].sum() == pytest.approx(100)
    assert np.isfinite(fit.covariance).all()


def test_a_shift_makes_the_chances_add_up() -> None:
    x = np.random.default_rng(3).normal(-3, 1.5, 4_000)
    for bads in (0.5, 100.0, 3_999.5):
        moved = shift_to(x, np.ones(len(x)), bads)
        assert (1 / (1 + np.exp(-(x + moved)))).sum() == pytest.approx(bads)


def test_parcelling_multiplies_the_rate_of_the_band_and_leans_on_the_level_where_few_were_seen() -> None:
    # A band of 600 to 619 points: 100 seen, 10 bad; a declined person there, and one where nobody was seen.
    outcome = [BAD] * 10 + [GOOD] * 90 + [DECLINED, DECLINED]
    points = [605.0] * 100 + [612.0, 520.0]
    found = guess(people_of(outcome, [0.03] * 102, points), "parcelling", FACTORS)
    assert found.bad[100] == pytest.approx([0.1, 0.15, 0.25])
    assert found.bad[101] == pytest.approx([0.03, 0.045, 0.075])
    assert found.bad[:100, 1].tolist() == [1.0] * 10 + [0.0] * 90


def test_a_band_without_a_bad_is_still_a_range() -> None:
    outcome = [GOOD] * 100 + [DECLINED]
    found = guess(people_of(outcome, [0.03] * 101), "parcelling", FACTORS)
    assert found.bad[100] == pytest.approx([0.005, 0.0075, 0.0125])


def test_reweighting_is_the_line_of_the_bands_weighed_by_all_who_stand_there() -> None:
    # Two bands, two chances: a saturated line goes through both shares, whatever the weights.
    outcome = [BAD] * 40 + [GOOD] * 960 + [BAD] * 90 + [GOOD] * 410 + [DECLINED] * 500
    pd_rate = [0.02] * 1_000 + [0.10] * 500 + [0.10] * 500
    points = [650.0] * 1_000 + [605.0] * 1_000
    found = guess(people_of(outcome, pd_rate, points), "reweighting", FACTORS)
    assert found.bad[-1, 1] == pytest.approx(90 / 500, rel=1e-5)
    assert found.bad[-1, 0] < 90 / 500 < found.bad[-1, 2]


def test_fuzzy_with_factor_one_is_the_line_itself() -> None:
    outcome = [BAD] * 40 + [GOOD] * 960 + [BAD] * 90 + [GOOD] * 410 + [DECLINED] * 500
    pd_rate = [0.02] * 1_000 + [0.10] * 500 + [0.05] * 500
    people = people_of(outcome, pd_rate)
    fuzzy = guess(people, "fuzzy", (1.0, 1.5, 2.5)).bad[-1]
    line = guess(people, "model_pd", FACTORS).bad[-1]
    # Whoever enters with the chance of the line does not move it.
    assert fuzzy[0] == pytest.approx(line[1], rel=1e-5)
    assert fuzzy[0] < fuzzy[1] < fuzzy[2]


def test_the_judge_is_not_among_those_who_were_learnt_from() -> None:
    own = [BAD] * 100 + [GOOD] * 900
    lane = [BAD] * 50 + [GOOD] * 50
    without = people_of([*own, *([BAD] * 1 + [GOOD] * 99)], [0.05] * 1_100, lane=[0] * 1_000 + [1] * 100)
    people = people_of([*own, *lane], [0.05] * 1_100, lane=[0] * 1_000 + [1] * 100)
    count, bads, said = judge(people, FACTORS)
    assert (count, bads) == (100, 50)
    # Their own outcomes change nothing of what is said of them.
    assert said == judge(without, FACTORS)[2]
    assert [each.method for each in said] == ["parcelling", "model_pd", "fuzzy", "reweighting"]
    by = {each.method: each for each in said}
    for method in ("parcelling", "model_pd", "reweighting"):
        centre = by[method].low_rate if method == "parcelling" else by[method].central_rate
        assert centre == pytest.approx(0.1, abs=1e-6)


def test_a_mean_of_twenty_million_does_not_stand_still() -> None:
    # A sum of 0.9 in single precision stops rising at 2^24.
    count = 20_000_000
    chance = np.full((count, 3), 0.9, np.float32)
    assert float(chance.mean(axis=0, dtype=np.float64)[0]) == pytest.approx(0.9, abs=1e-6)


HARD: dict[str, Population] = {
    "nobody": people_of([], []),
    "nobody approved": people_of([DECLINED] * 100, [0.1] * 100),
    "everybody approved": people_of([BAD] * 50 + [GOOD] * 950, [0.1] * 1_000),
    "all bad": people_of([BAD] * 200 + [DECLINED] * 20, [0.1] * 220),
    "no bad": people_of([GOOD] * 200 + [DECLINED] * 20, [0.1] * 220),
    "sure of it": people_of(
        [BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20, [1.0] * 50 + [0.0] * 500 + [0.0] * 10 + [1.0] * 10
    ),
    "sure and wrong": people_of(
        [BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20, [0.0] * 50 + [1.0] * 500 + [0.0] * 10 + [1.0] * 10
    ),
    "one chance": people_of([BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20, [0.05] * 570),
    "no score": people_of(
        [BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20, np.linspace(0.01, 0.3, 570).tolist(), [math.nan] * 570
    ),
    "none drawn": people_of([NOT_DRAWN] * 50 + [WAITING] * 50 + [DECLINED] * 20, [0.05] * 120),
    "a score below nothing": people_of(
        [BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20, [0.05] * 570, [-35.0] * 550 + [math.nan] * 10 + [-500.0] * 10
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("method", METHODS)
def test_whatever_comes_a_chance_is_a_range_between_nothing_and_one(name: str, method: Method) -> None:
    people = HARD[name]
    found = guess(people, method, FACTORS)
    bad = found.bad.astype(float)
    assert np.isfinite(bad).all()
    assert ((bad >= 0) & (bad <= 1)).all()
    assert (np.diff(bad, axis=1) >= 0).all()
    assert (bad[people.outcome == BAD] == 1).all() and (bad[people.outcome == GOOD] == 0).all()
    inner = (people.outcome == DECLINED) & (people.pd_rate > 0.005) & (people.pd_rate < 0.5)
    assert (bad[inner, 2] > bad[inner, 0]).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_chance_that_nobody_stored_stays_unknown(method: Method) -> None:
    outcome = [BAD] * 50 + [GOOD] * 500 + [DECLINED] * 20
    people = people_of(outcome, [0.05] * 550 + [math.nan] * 20, [610.0] * 550 + [math.nan] * 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = guess(people, method, FACTORS)
    assert np.isnan(found.bad[-20:]).all()
    assert np.isfinite(found.bad[:-20]).all()


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(BadArgument):
        guess(HARD["one chance"], "extrapolation", FACTORS)  # type: ignore[arg-type]
