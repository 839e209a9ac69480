"""The solver against every combination of three rules, against the figures of a replay, and against itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from jiebei_dash.book.policy import SegmentThreshold
from jiebei_dash.errors import LimitsClash, LimitUnreachable
from jiebei_dash.lab import thresholds
from jiebei_dash.lab.climbing import Judge, Wanted
from jiebei_dash.lab.setting import set_up
from jiebei_dash.lab.solver import STEP, solve
from jiebei_dash.lab.thresholds import APPROVED, BADS, DRAWN, LOANS, MARGIN, OWN, Problem
from jiebei_dash.lab.trying import Bench
from jiebei_dash.metrics.what_if import consequences
from jiebei_dash.ui.frontier_words import STEPS
from tests.lab.lots import ASSUMPTIONS, COSTS, bench, worth

THREE = ("score_floor", "other_lenders_cap", "dti_cap")
SIX = ("score_floor", "zhima_floor", "other_lenders_cap", "queries_cap", "dti_cap", "account_age_floor")
WANTED = [
    Wanted(),
    Wanted(bad_rate=0.03),
    Wanted(bad_rate=0.02, approval=0.2),
    Wanted(bad_rate=0.04, approval=0.45),
    Wanted(approval=0.5, own_share=0.5),
    Wanted(bad_rate=0.05, approval=0.5, own_share=0.52),
]


def problem_on(on: Bench, move: tuple[str, ...]) -> Problem:
    # More of the better ones are of the own book in this made-up place.
    own = np.where(np.arange(len(on.people)) % 2 == 0, 0.9, 0.1) + 0.05 * (on.people.inputs["score_points"] > 610)
    return set_up(on, on.policy, move, worth(on), own)


def every_need(problem: Problem) -> np.ndarray:
    return np.array(list(itertools.product(*(range(size) for size in problem.sizes))), np.uint8)


@pytest.fixture(scope="module")
def small() -> tuple[Bench, Problem, np.ndarray]:
    on = bench(400, 3)
    problem = problem_on(on, THREE)
    table = problem.crossed(problem.need_of(on.policy), 0, 1)
    assert table.shape == (101, 21, 6)
    return on, problem, every_need(problem)


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("seed", [3, 4])
def test_no_combination_of_three_rules_is_better(wanted: Wanted, seed: int) -> None:
    on = bench(400, seed)
    problem = problem_on(on, THREE)
    sums = problem.at(every_need(problem))
    judge = Judge(wanted, "margin", problem.decided, problem.least_loans, problem.is_exact)
    _, (broken, best_fen) = judge.best(sums)
    assert broken == 0
    found = solve(problem, problem.need_of(on.policy), wanted)
    assert found.sums[MARGIN] == pytest.approx(best_fen, rel=1e-9)


@pytest.mark.parametrize("wanted", WANTED)
def test_six_rules_keep_to_the_limits_and_are_no_worse_than_three(wanted: Wanted) -> None:
    on = bench()
    today = problem_on(on, SIX)
    six, three = (solve(each, each.need_of(on.policy), wanted) for each in (today, problem_on(on, THREE)))
    assert six.sums[MARGIN] >= three.sums[MARGIN] - 1
    sums = six.sums
    if wanted.bad_rate is not None:
        assert sums[BADS] / sums[LOANS] <= wanted.bad_rate + 1e-11
    if wanted.approval is not None:
        assert sums[APPROVED] / len(on.people) >= wanted.approval - 1e-11
    if wanted.own_share is not None:
        assert sums[OWN] / sums[DRAWN] >= wanted.own_share - 1e-11


def test_sums_are_the_figures_of_a_replay() -> None:
    on = bench()
    problem = problem_on(on, SIX)
    found = solve(problem, problem.need_of(on.policy), Wanted(bad_rate=0.03, approval=0.3))
    tried = on.tried(on.policy.changed(found.thresholds))
    row = consequences(tried.today, tried.proposed, on.loan_weight, ASSUMPTIONS, COSTS).iloc[1]
    assert row["approved_count"] == found.sums[APPROVED]
    assert row["loan_count"] == pytest.approx(found.sums[LOANS], rel=1e-9)
    assert row["expected_bad_rate"] == pytest.approx(found.sums[BADS] / found.sums[LOANS], rel=1e-6)
    assert row["margin_fen"] == pytest.approx(found.sums[MARGIN], rel=1e-6)
    assert row["drawn_fen"] == pytest.approx(found.sums[DRAWN], rel=1e-9)
    assert row["expected_bad_rate"] <= 0.03
    assert row["approval_rate"] >= 0.3


def test_a_pass_along_rules_and_pairs_gives_what_each_policy_gives() -> None:
    on = bench(2_000, 5)
    problem = problem_on(on, SIX)
    need = problem.need_of(on.policy)
    for rule, curve in enumerate(problem.along(need)):
        for place in range(0, problem.sizes[rule], 3):
            moved = need.copy()
            moved[rule] = place
            assert curve[place] == pytest.approx(problem.at(moved[None])[0], rel=1e-9, abs=1e-3)
    tables, lowest, which = problem.pairs(need, 5)
    for pair, (first, second) in enumerate(which):
        for one, other in itertools.product((0, 4, 10), repeat=2):
            moved = need.copy()
            moved[first], moved[second] = lowest[first] + one, lowest[second] + other
            assert tables[pair, one, other] == pytest.approx(problem.at(moved[None])[0], rel=1e-9, abs=1e-3)
    crossed = problem.crossed(need, 1, 4)
    moved = need.copy()
    moved[1], moved[4] = 60, 9
    assert crossed[60, 9] == pytest.approx(problem.at(moved[None])[0], rel=1e-9)


def test_looser_limits_never_cost_margin() -> None:
    on = bench(2_000, 7)
    problem = problem_on(on, THREE)
    today = problem.need_of(on.policy)
    margins = [solve(problem, today, Wanted(bad_rate=rate)).sums[MARGIN] for rate in (0.02, 0.03, 0.05, 0.1)]
    assert margins == sorted(margins)
    margins = [solve(problem, today, Wanted(approval=rate)).sums[MARGIN] for rate in (0.55, 0.4, 0.2, 0.0)]
    assert margins == sorted(margins)


def test_a_limit_that_binds_has_a_price_and_one_that_does_not_has_none() -> None:
    on = bench(2_000, 7)
    problem = problem_on(on, THREE)
    today = problem.need_of(on.policy)
    free = solve(problem, today, Wanted())
    approval = free.sums[APPROVED] / problem.decided
    prices = solve(problem, today, Wanted(bad_rate=0.9, approval=min(approval + 0.1, 0.55))).prices
    by_limit = {price.limit: price for price in prices}
    assert (by_limit["bad_rate"].binds, by_limit["bad_rate"].gain_fen) == (False, 0.0)
    assert by_limit["approval"].binds
    assert by_limit["approval"].gain_fen > 0


def test_the_same_seed_gives_the_same_policy() -> None:
    on = bench(2_000, 9)
    problem = problem_on(on, SIX)
    wanted = Wanted(bad_rate=0.03, approval=0.4)
    first, second = (solve(problem, problem.need_of(on.policy), wanted, seed=5).thresholds for _ in range(2))
    assert first == second


def test_a_limit_that_nothing_reaches_is_named_with_the_best_there_is() -> None:
    on = bench(2_000, 9)
    problem = problem_on(on, THREE)
    with pytest.raises(LimitUnreachable) as error:
        solve(problem, problem.need_of(on.policy), Wanted(bad_rate=0.5, approval=1.0))
    loosest = problem.at(np.zeros((1, 3), np.uint8))[0, APPROVED] / problem.decided
    assert error.value.facts == {"limit": "approval", "wanted": "100.00%", "best": f"{loosest:.2%}"}


def test_two_limits_that_clash_are_named() -> None:
    on = bench(2_000, 9)
    problem = problem_on(on, THREE)
    with pytest.raises(LimitsClash) as error:
        solve(problem, problem.need_of(on.policy), Wanted(bad_rate=0.01, approval=0.55, own_share=0.1))
    assert (error.value.facts["limit"], error.value.facts["other_limit"]) == ("bad_rate", "approval")
    every = problem.at(every_need(problem))
    held = every[(every[:, BADS] <= 0.01 * every[:, LOANS]) & (every[:, LOANS] >= problem.least_loans)]
    assert error.value.facts["best"] == f"{held[:, APPROVED].max() / problem.decided:.2%}"


class Stopped(Exception):
    """Somebody stops."""


@pytest.mark.parametrize("after", [0, 3, 40])
def test_a_search_that_is_stopped_leaves_nothing_behind(after: int) -> None:
    on = bench(2_000, 9)
    problem = problem_on(on, SIX)
    today, wanted = problem.need_of(on.policy), Wanted(bad_rate=0.03)
    whole = solve(problem, today, wanted).thresholds
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if len(told) > after:
            raise Stopped

    with pytest.raises(Stopped):
        solve(problem, today, wanted, stop)
    assert len(told) == after + 1
    assert today.tolist() == problem.need_of(on.policy).tolist()
    assert solve(problem, today, wanted).thresholds == whole


def test_progress_never_goes_back_and_ends_at_one() -> None:
    on = bench(2_000, 9)
    problem = problem_on(on, SIX)
    told: list[float] = []
    solve(problem, problem.need_of(on.policy), Wanted(bad_rate=0.03), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_segment_with_a_threshold_of_its_own_stands_still() -> None:
    on = bench(2_000, 11)
    band = SegmentThreshold("score_floor", "zhima_band", "LT600", 640.0)
    start = on.policy.where([band])
    problem = set_up(on, start, ("score_floor", "dti_cap"), worth(on), None)
    for floor, cap in ((560.0, 0.8), (620.0, 0.5), (500.0, 1.5)):
        policy = start.changed({"score_floor": floor, "dti_cap": cap})
        tried = on.tried(policy)
        row = consequences(tried.today, tried.proposed, on.loan_weight, ASSUMPTIONS, COSTS).iloc[1]
        sums = problem.at(problem.need_of(policy)[None])[0]
        assert sums[APPROVED] == row["approved_count"]
        assert sums[MARGIN] == pytest.approx(row["margin_fen"], rel=1e-6)


def test_a_large_population_is_polished_on_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if memory were short: values of seven digits, search on a part, limits kept on all."""
    monkeypatch.setattr(thresholds, "EXACT_UP_TO", 1_000)
    for name, most in (("EXPLORED", 2_000), ("NARROWED", 4_000)):
        monkeypatch.setattr(f"jiebei_dash.lab.solver.{name}", most)
    on = bench(12_000, 13)
    problem = problem_on(on, SIX)
    assert problem.values.dtype == np.float32
    found = solve(problem, problem.need_of(on.policy), Wanted(bad_rate=0.03, approval=0.3))
    tried = on.tried(on.policy.changed(found.thresholds))
    row = consequences(tried.today, tried.proposed, on.loan_weight, ASSUMPTIONS, COSTS).iloc[1]
    assert row["expected_bad_rate"] <= 0.03
    assert row["approval_rate"] >= 0.3
    assert row["margin_fen"] == pytest.approx(found.sums[MARGIN], rel=1e-5)


def test_the_page_says_the_step_that_the_solver_takes() -> None:
    assert STEPS == STEP
