"""The dozen, submitted November 2023 to April 2024; see ``tests/queries/test_what_if.py`` for the scores."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jiebei_dash.answers import what_if
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.policy import RULES
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text.words import load_words

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
LOOSER = {"score_floor": 560.0}
DECLINING = [rule.key for rule in RULES if rule.effect == "decline"]


@pytest.fixture
def asked(scope_of: ScopeOf, fetch_as: FetchAs) -> tuple[Scope, Fetch]:
    return scope_of("analyst"), fetch_as("analyst")


def test_without_a_change_the_proposal_is_today(asked: tuple[Scope, Fetch]) -> None:
    both = what_if.consequences(*asked, maturity_months=6).frame.drop(columns="policy")
    assert both.iloc[0].equals(both.iloc[1])
    assert both["approval_rate"].iloc[0] == pytest.approx(8 / 11)
    assert both["observed_bad_rate"].iloc[0] == pytest.approx(2 / 8)


def test_a_stricter_floor_is_wholly_observed(asked: tuple[Scope, Fetch]) -> None:
    proposed = what_if.consequences(*asked, maturity_months=6, score_floor=600.0).frame.iloc[1]
    assert (proposed["approved_count"], proposed["observed_bad_rate"]) == (7, pytest.approx(1 / 7))
    assert proposed["observed_share_rate"] == 1.0
    assert proposed["expected_low_rate"] == proposed["expected_high_rate"] == pytest.approx(1 / 7)


def test_a_looser_floor_is_inferred_in_part_and_has_a_range(asked: tuple[Scope, Fetch]) -> None:
    proposed = what_if.consequences(*asked, maturity_months=6, **LOOSER).frame.iloc[1]
    # D02 (seen, bad) and D14 (declined then, PD at 570 points) come in; every line of the window was drawn
    pd_rate = 1 / (1 + 30 * 2 ** (-30 / 20))
    assert proposed["approved_count"] == 10
    assert (proposed["observed_count"], proposed["inferred_count"]) == (9, 1)
    assert proposed["inferred_low_rate"] == pytest.approx(pd_rate)
    assert proposed["inferred_high_rate"] == pytest.approx(2.5 * pd_rate)
    assert proposed["expected_bad_rate"] == pytest.approx((3 + 1.5 * pd_rate) / 10)


def test_the_cells_of_the_swap_set_add_up_to_all_decided(asked: tuple[Scope, Fetch]) -> None:
    cells = what_if.swap_set(*asked, maturity_months=6, score_floor=580.0, zhima_floor=640.0).frame
    counts = dict(zip(cells["cell"], cells["decided_count"], strict=True))
    # D02 has a Zhima score of 620 and stays out; D04 has 610 and goes
    assert counts == {"KEPT": 7, "SWAPPED_OUT": 1, "SWAPPED_IN": 0, "DECLINED": 3}


@pytest.mark.parametrize("rule_key", DECLINING)
@pytest.mark.parametrize("thresholds", [{}, LOOSER, {"zhima_floor": 640.0, "dti_cap": 0.35}])
def test_the_curve_passes_through_the_proposal_and_approvals_never_fall(
    asked: tuple[Scope, Fetch], rule_key: str, thresholds: dict[str, float]
) -> None:
    frame = what_if.trade_off(*asked, rule_key=rule_key, maturity_months=6, **thresholds).frame
    curve = frame[frame["kind"] == "CURVE"]
    mark = frame[frame["kind"] == "PROPOSED"].iloc[0]
    assert curve["approval_rate"].is_monotonic_increasing
    on_curve = curve[curve["threshold"] == mark["threshold"]].iloc[0]
    for column in ("approved_count", "approval_rate", "observed_share_rate", "expected_bad_rate", "expected_high_rate"):
        assert on_curve[column] == pytest.approx(mark[column])


def test_a_cap_on_the_limit_cannot_be_swept(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(BadArgument):
        what_if.trade_off(*asked, rule_key="amount_cap", maturity_months=6)


def test_the_moved_are_listed_by_side(asked: tuple[Scope, Fetch]) -> None:
    frame = what_if.moved_cases(*asked, maturity_months=6, score_floor=570.0, zhima_floor=620.0).frame
    # D02 and D04 as told; D14 has 570 points and a Zhima score of 615
    assert frame[["side", "decision_id"]].to_numpy().tolist() == [["IN", "D02"], ["OUT", "D04"]]


@pytest.mark.parametrize("thresholds", [{"score_flor": 600.0}, {"score_floor": 9.0}])
def test_a_rule_that_is_not_or_a_threshold_out_of_range_is_refused(
    asked: tuple[Scope, Fetch], thresholds: dict[str, float]
) -> None:
    with pytest.raises(BadArgument):
        what_if.consequences(*asked, maturity_months=6, **thresholds)


def test_outcomes_need_six_months(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(BadArgument):
        what_if.consequences(*asked, maturity_months=5)


def test_a_book_without_declined_applicants_says_so(asked: tuple[Scope, Fetch]) -> None:
    scope = replace(asked[0], lacks=frozenset({"declined_applicants"}))
    with pytest.raises(BookLacks):
        what_if.consequences(scope, asked[1])


def test_a_scope_without_a_decision_is_said_to_be_empty(asked: tuple[Scope, Fetch], empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        what_if.consequences(replace(asked[0], channel=("NA",)), asked[1])


def test_every_question_asked_is_named(asked: tuple[Scope, Fetch]) -> None:
    names = [question.name for question in what_if.trade_off(*asked, maturity_months=6).questions]
    assert names == ["live.policy", "lab.decisions"]


def test_an_empty_book_has_the_house_policy(empty_book: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope, fetch = scope_of("analyst", empty_book), fetch_as("analyst", empty_book)
    version, policy, _ = what_if.policy_today(scope, fetch)
    assert (version, policy["score_floor"]) == ("", 590)
    with pytest.raises(EmptyScope):
        what_if.consequences(replace(scope, lacks=frozenset()), fetch)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", what_if.METHODS)
def test_every_way_of_inferring_has_a_name_and_gives_an_answer(
    asked: tuple[Scope, Fetch], method: str, language: Language
) -> None:
    assert load_words(language).code("reject_method", method) != method
    proposed = what_if.consequences(*asked, maturity_months=6, method=method, **LOOSER).frame.iloc[1]
    # D02 was seen; D14 was declined then, and is nobody where nobody is inferred
    assert proposed["approved_count"] == 10
    assert proposed["inferred_count"] == (0 if method == "observed_only" else 1)


def test_an_unknown_way_of_inferring_is_refused(asked: tuple[Scope, Fetch]) -> None:
    with pytest.raises(BadArgument):
        what_if.consequences(*asked, maturity_months=6, method="tea_leaves")
