"""The chain ladder against published tables, and what it does with cohorts that it cannot follow."""

from __future__ import annotations

import warnings

import chainladder
import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.development import develop, mack

SIX = [
    [10.0, 20, 30, 30, 30, 30],
    [20.0, 40, 60, 60, 60],
    [30.0, 60, 90, 90],
    [40.0, 80, 120],
    [50.0, 100],
    [60.0],
]
"""Six cohorts that go alike: doubled by the next age, half as much again by the one after, and then no more."""


def _shipped(name: str) -> np.ndarray:
    """A published triangle as a frame would give it: a row an accident year, NaN where nothing was seen."""
    return np.asarray(_library_triangle(name).values[0, 0], dtype=float)


def _library_triangle(name: str) -> chainladder.Triangle:
    with warnings.catch_warnings():
        # It reads the years of its own files as numbers, which pandas will not do for ever.
        warnings.simplefilter("ignore")
        return chainladder.load_sample(name)


def _cells(
    numerators: list[list[float]], lent: list[float], first: str = "2024-01-01", months: int = 1
) -> pd.DataFrame:
    opened = pd.date_range(first, periods=len(lent), freq=f"{months}MS")
    rows = [
        {"cohort": cohort, "mob": mob, "numerator": value, "denominator": denominator, "loans": 100}
        for cohort, values, denominator in zip(opened, numerators, lent, strict=True)
        for mob, value in enumerate(values)
    ]
    return pd.DataFrame(rows).assign(rate=lambda rows: rows["numerator"] / rows["denominator"])


def test_factors_ultimates_and_errors_are_those_that_mack_printed_for_taylor_and_ashe() -> None:
    """Mack (1993), ASTIN Bulletin 23, tables of the second example.

    Factors, reserves and errors are set down from what is widely known of the paper, which prints reserves and errors
    in thousands; the units of the errors are those of common software. Neither the library nor its tests quote the
    paper for this triangle: the recursion written out below is the second witness.
    """
    found = mack(_shipped("genins"))
    factors = [3.491, 1.747, 1.457, 1.174, 1.104, 1.086, 1.054, 1.077, 1.018]
    assert found.factors.round(3).tolist() == factors
    reserves = [95, 470, 710, 985, 1_419, 2_178, 3_920, 4_279, 4_626]
    latest = [5_339_085, 4_909_315, 4_588_268, 3_873_311, 3_691_712, 3_483_130, 2_864_498, 1_363_294, 344_014]
    assert ((found.expected[1:, -1] - latest) / 1_000).round().tolist() == reserves
    errors = [75_535, 121_699, 133_549, 261_406, 411_010, 558_317, 875_328, 971_258, 1_363_155]
    assert found.errors[1:, -1].round().tolist() == errors
    assert found.errors[0].tolist() == [0.0] * 10


def test_factors_ultimates_and_errors_are_those_that_mack_printed_for_the_reinsurance_association() -> None:
    """Mack (1994), Casualty Actuarial Society Forum: the triangle of the Reinsurance Association of America.

    The errors are those of the lower table on page 130, as the library's own test (``methods/tests/test_mack.py``,
    ``test_mack1994_hardcode``) quotes them; factors and ultimates are set down from what is widely known of the paper.
    """
    found = mack(_shipped("raa"))
    assert found.factors.round(3).tolist() == [2.999, 1.624, 1.271, 1.172, 1.113, 1.042, 1.033, 1.017, 1.009]
    ultimates = [18_834, 16_858, 24_083, 28_703, 28_927, 19_501, 17_749, 24_019, 16_045, 18_402]
    assert found.expected[:, -1].round().tolist() == ultimates
    assert found.errors[1:, -1].round().tolist() == [206, 623, 747, 1_469, 2_002, 2_209, 5_358, 6_333, 24_566]


def test_factors_are_those_that_mack_printed_for_mortgage_guarantees() -> None:
    """Mack (1999), ASTIN Bulletin 29: his example, before the tail that he adds.

    The errors, in thousands, are those of table 2 on page 366, as the library's own test (``test_mack1999_hardcode``)
    quotes them; the factors of table 1 are set down from what is widely known of the paper.
    """
    found = mack(_shipped("mortgage"))
    assert (found.errors[1:, -1] / 1_000).tolist() == pytest.approx(
        [61, 140, 319, 596, 1_038, 1_298, 1_806, 2_182], abs=1
    )
    assert found.factors[0].round(2) == 11.10
    assert found.factors[1:].round(3).tolist() == [4.092, 1.708, 1.276, 1.139, 1.069, 1.026, 1.023]


def test_a_cohort_by_the_ladder_goes_on_by_its_factors_alone() -> None:
    """By hand: 60/40, 90/60 over two, three and four cohorts; (14 + 21)/(10 + 20) = 7/6 would be another triangle."""
    cells = _cells(SIX, [1_000] * 6)
    found = develop(cells, 1)
    fifth = found[found["cohort"] == "2024-05-01"].set_index("mob")
    assert fifth["method"].unique().tolist() == ["CL"]
    assert fifth["predicted_rate"].tolist() == pytest.approx([0.1, 0.15, 0.15])
    # All ratios are alike, so nothing is uncertain.
    assert fifth["low_rate"].tolist() == pytest.approx([0.1, 0.15, 0.15])
    assert fifth["high_rate"].tolist() == pytest.approx([0.1, 0.15, 0.15])
    assert fifth["developed_rate"].iloc[0] == pytest.approx(2 / 3)
    assert found["mature_mob"].unique().tolist() == [1]


def test_a_young_cohort_is_its_own_past_and_the_prior_of_the_mature_ones() -> None:
    """By hand: the mature end at 3, 6, 9, 12 and 15 of 100, in the mean 9 %; of the youngest's 9 % a third is due."""
    cells = _cells(SIX, [1_000] * 6)
    found = develop(cells, 1)
    youngest = found[found["cohort"] == "2024-06-01"].set_index("mob")
    assert youngest["method"].unique().tolist() == ["BF"]
    assert youngest["developed_rate"].iloc[0] == pytest.approx(1 / 3)
    assert youngest.loc[3, "predicted_rate"] == pytest.approx(0.06 + 0.09 * 2 / 3)
    assert youngest.loc[1, "predicted_rate"] == pytest.approx(0.06 + 0.09 * 1 / 3)
    assert youngest.loc[3, "low_rate"] < youngest.loc[3, "predicted_rate"] < youngest.loc[3, "high_rate"]
    assert youngest.loc[3, "low_rate"] > 0.06


def test_bornhuetter_ferguson_is_that_of_the_library() -> None:
    # The last two ages are reached by two cohorts and by one: we follow nothing there.
    triangle = _library_triangle("raa").iloc[:, :, :, :8]
    seen = _shipped("raa")
    cells = _cells([[value for value in row if value == value] for row in seen], [100_000] * 10)
    ours = develop(cells, 1).groupby("cohort").tail(1).set_index("cohort")
    young = ours[ours["method"] == "BF"]
    mature = ours[ours["method"] != "BF"].tail(12)
    prior = mature["predicted_rate"].mean()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model = chainladder.BornhuetterFerguson(apriori=prior).fit(
            chainladder.Development(average="volume").fit_transform(triangle),
            sample_weight=triangle.latest_diagonal * 0 + 100_000,
        )
    theirs = model.ultimate_.values[0, 0, :, 0]
    assert len(young) == 2
    assert (young["predicted_rate"] * 100_000).tolist() == pytest.approx(theirs[-len(young) :].tolist())


def test_ages_before_the_first_loss_have_no_factor_and_take_their_part_from_the_same_cohorts() -> None:
    course = [0, 1, 10, 20, 20, 20]
    cells = _cells([[0, 0, 10, 20, 20, 20, 20], course, course[:5], course[:4], course[:3], [0, 2], [0]], [1_000] * 7)
    found = develop(cells, 1)
    assert found["mature_mob"].unique().tolist() == [2]
    sixth = found[found["cohort"] == "2024-06-01"].set_index("mob")
    assert sixth["method"].unique().tolist() == ["BF"]
    # Of the five cohorts that have reached month 2, four had 1 of their 10 at month 1: 4/50 of a half.
    assert sixth["developed_rate"].iloc[0] == pytest.approx(0.04)
    assert sixth["predicted_rate"].tolist() == pytest.approx([0.002, 0.002 + 0.02 * 0.46, 0.002 + 0.02 * 0.96, 0.0212])
    youngest = found[found["cohort"] == "2024-07-01"]
    assert youngest["predicted_rate"].tolist() == pytest.approx([0, 0.02 * 0.04, 0.01, 0.02, 0.02])
    assert youngest["developed_rate"].iloc[0] == 0


def test_an_age_that_two_cohorts_have_reached_has_no_factor() -> None:
    cells = _cells([[10, 20, 40, 80, 160], [10, 20, 40, 80], [10, 20, 40], [10, 20], [10]], [1_000] * 5)
    found = develop(cells, 1)
    # The two that are older than what can be followed keep their own age.
    assert found.groupby("cohort")["mob"].max().tolist() == [4, 3, 2, 2, 2]
    first = found[found["cohort"] == "2024-01-01"]
    assert first["method"].tolist() == ["SEEN"]
    assert first["predicted_rate"].tolist() == [0.16]
    assert found[found["cohort"] == "2024-04-01"]["predicted_rate"].iloc[-1] == pytest.approx(0.04)


def test_a_measure_that_falls_back_is_followed_down() -> None:
    """Net loss after recoveries: 40 of the 80 come back."""
    cells = _cells([[10, 80, 40, 40, 40], [10, 80, 40, 40], [20, 160, 80], [10, 80], [10]], [1_000] * 5)
    found = develop(cells, 1)
    fourth = found[found["cohort"] == "2024-04-01"]
    assert fourth["predicted_rate"].tolist() == pytest.approx([0.08, 0.04])
    assert fourth["developed_rate"].iloc[0] == pytest.approx(2)


@pytest.mark.parametrize(("cohorts", "ages", "months"), [(5, 3, 1), (9, 4, 1), (30, 20, 1), (30, 75, 3), (94, 80, 1)])
def test_the_errors_of_any_triangle_are_those_of_the_recursion_written_out(
    cohorts: int, ages: int, months: int
) -> None:
    """Mack (1999), ASTIN Bulletin 29, page 363: the error of the next age from that of this one."""
    chance = np.random.default_rng(cohorts)
    seen = np.full((cohorts, ages), np.nan)
    for place in range(cohorts):
        known = min(ages, (cohorts - 1 - place) * months + 1)
        steps = 1 + chance.uniform(-0.05, 0.3, known) / np.arange(1, known + 1)
        seen[place, :known] = 100 * chance.uniform(0.5, 1.5) * np.cumprod(steps)
    found = mack(seen, months)
    full, squares = seen.copy(), np.zeros(seen.shape)
    for age in range(ages - 1):
        both = ~np.isnan(seen[:, age + 1])
        before, after = seen[both, age], seen[both, age + 1]
        factor = after.sum() / before.sum()
        variance = (before * (after / before - factor) ** 2).sum() / (both.sum() - 1)
        going = ~both & ~np.isnan(full[:, age])
        at = full[going, age]
        full[going, age + 1] = at * factor
        squares[going, age + 1] = factor**2 * squares[going, age] + at**2 * variance * (1 / at + 1 / before.sum())
        assert found.factors[age] == pytest.approx(factor)
    assert np.nanmax(np.abs(found.expected / full - 1)) < 1e-9
    assert np.abs(found.errors - np.sqrt(squares)).max() < 1e-9 * full[~np.isnan(full)].max()


@pytest.mark.parametrize("name", ["genins", "raa", "mortgage"])
def test_the_published_triangles_follow_from_their_own_cells(name: str) -> None:
    """By the definition itself: each factor is the sum at the next age over that of the same cohorts at this one, and
    the last diagonal multiplied on."""
    seen = _shipped(name)
    found = mack(seen)
    pairs = [(seen[: -age - 1, age], seen[: -age - 1, age + 1]) for age in range(seen.shape[1] - 1)]
    factors = [after.sum() / before.sum() for before, after in pairs]
    assert found.factors.tolist() == pytest.approx(factors)
    latest = [row[~np.isnan(row)] for row in seen]
    ultimates = [row[-1] * np.prod(factors[len(row) - 1 :]) for row in latest]
    assert found.expected[:, -1].tolist() == pytest.approx(ultimates)


def test_a_negative_increment_is_followed_and_a_cohort_of_one_month_is_young() -> None:
    """30 fell to 20 in one cohort: (20 + 20 + 40) / (30 + 20 + 40) = 8/9 from there; the newest has one cell alone."""
    cells = _cells([[10, 30, 20, 20, 20], [10, 20, 20, 20], [20, 40, 40], [10, 20], [10]], [1_000] * 5)
    found = develop(cells, 1)
    fourth = found[found["cohort"] == "2024-04-01"].set_index("mob")
    assert fourth.loc[2, "predicted_rate"] == pytest.approx(0.02 * 80 / 90)
    newest = found[found["cohort"] == "2024-05-01"]
    assert newest["observed_mob"].unique().tolist() == [0]
    assert newest["predicted_rate"].notna().all()


def test_two_cohorts_or_cohorts_without_a_loss_cannot_be_followed() -> None:
    assert develop(_cells([[1, 2], [1]], [10, 10]), 1).empty
    assert develop(_cells([[0, 0, 0], [0, 0, 0], [0, 0], [0]], [10] * 4), 1).empty
    assert develop(_cells([[5]], [10]), 1).empty
    assert develop(_cells([[1, 2], [1, 2], [1, 2], [1]], [10] * 4), 1).empty


def test_a_month_that_lent_nothing_leaves_a_gap_and_no_row() -> None:
    cells = _cells(
        [[10, 20, 30, 30, 30, 30], [10, 20, 30, 30, 30], [10, 20, 30, 30], [10, 20, 30], [10, 20], [10]], [1_000] * 6
    )
    found = develop(cells[cells["cohort"] != "2024-02-01"], 1)
    assert found["cohort"].dt.month.unique().tolist() == [1, 3, 4, 5, 6]
    assert found[found["cohort"] == "2024-05-01"]["predicted_rate"].iloc[-1] == pytest.approx(0.03)


def test_quarters_are_three_ages_apart() -> None:
    course = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100]
    cells = _cells([course[: 12 - 3 * place] for place in range(4)], [1_000] * 4, months=3)
    found = develop(cells, 3)
    assert found.groupby("cohort")["observed_mob"].first().tolist() == [11, 8, 5, 2]
    third = found[found["cohort"] == "2024-07-01"]
    # Three cohorts have reached month 5, two month 8: nothing is followed beyond month 5.
    assert third["predicted_rate"].tolist() == pytest.approx([0.06])
    youngest = found[found["cohort"] == "2024-10-01"]
    assert youngest["predicted_rate"].tolist() == pytest.approx([0.03, 0.04, 0.05, 0.06])


def test_a_quarter_ahead_of_its_time_is_followed_from_where_the_others_are() -> None:
    """Only the first month of the last quarter lent: it has two ages more than a whole quarter would."""
    course = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100]
    whole = [course[: 12 - 3 * place] for place in range(4)]
    cells = _cells([*whole[:3], course[:5]], [1_000] * 4, months=3)
    found = develop(cells, 3)
    assert found.groupby("cohort")["observed_mob"].first().tolist() == [11, 8, 5, 2]
    assert (
        found["predicted_rate"].tolist() == develop(_cells(whole, [1_000] * 4, months=3), 3)["predicted_rate"].tolist()
    )
