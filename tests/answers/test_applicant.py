"""Explanations of the dozen's decisions by the expert card and by trees, from a shelf of our own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from jiebei_dash.answers import applicant
from jiebei_dash.answers.moved_reasons import by_side
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, ModelMissing, NotAllowed, RecordNotFound
from jiebei_dash.features import FEATURE_KEYS, FEATURES
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.expert import expert_card
from jiebei_dash.model.points import Scale
from jiebei_dash.model.shelf import put

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]


def small_trees() -> Artefact:
    rng = np.random.default_rng(7)
    inputs = np.column_stack([rng.uniform(feature.low, feature.high, 400) for feature in FEATURES])
    is_bad = rng.random(400) < 1 / (1 + np.exp((inputs[:, 0] - 600) / 80))
    inputs[rng.random(inputs.shape) < 0.1] = np.nan
    trees = HistGradientBoostingClassifier(max_iter=15, max_depth=3, random_state=7).fit(inputs, is_bad)
    return Artefact("EXPERT-1", "hist_gbdt", FEATURE_KEYS, Scale(), -0.5, 0.9, trees=trees)


@pytest.fixture(scope="module", params=["card", "trees"])
def shelved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    shelf = tmp_path_factory.mktemp("shelf")
    artefact = expert_card("EXPERT-1") if request.param == "card" else small_trees()
    return shelf, put(artefact, shelf)


@pytest.fixture
def fetch(fetch_as: FetchAs, shelved: tuple[Path, str]) -> Fetch:
    """The dozen, with the hash of an artefact that is on the shelf."""

    def answer(question: Question) -> pd.DataFrame:
        frame = fetch_as("analyst")(question)
        return frame.assign(artefact_sha256=shelved[1]) if question.name == "live.model" else frame

    return answer


def test_base_and_inputs_add_up_to_the_score_before_and_after(
    scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]
) -> None:
    for number in ("D01", "D05", "D13"):
        frame = applicant.one(scope_of("analyst"), fetch, number, shelved[0], zhima_score=560.0, dti_rate=1.2).frame
        without_score, score = frame[frame["kind"] != "SCORE"], frame[frame["kind"] == "SCORE"].iloc[0]
        assert without_score["points"].sum() == pytest.approx(score["points"], abs=1e-9)
        assert without_score["changed_points"].sum() == pytest.approx(score["changed_points"], abs=1e-9)


def test_a_lower_zhima_score_costs_points_and_what_is_not_changed_stays(
    scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]
) -> None:
    frame = applicant.one(scope_of("analyst"), fetch, "D07", shelved[0], zhima_score=400.0).frame
    score = frame[frame["kind"] == "SCORE"].iloc[0]
    assert score["changed_points"] < score["points"] - 5
    assert score["changed_pd_rate"] > score["pd_rate"]
    inputs = frame[frame["kind"] == "FEATURE"].set_index("feature")
    assert inputs.loc["zhima_score", ["value", "changed_value"]].to_list() == [780.0, 400.0]
    others = inputs.drop(index="zhima_score")
    assert others["value"].equals(others["changed_value"])


def test_without_a_change_nothing_moves(scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]) -> None:
    frame = applicant.one(scope_of("analyst"), fetch, "D07", shelved[0]).frame
    assert frame["points"].equals(frame["changed_points"])


def test_an_application_number_finds_its_decision(scope_of: ScopeOf, fetch: Fetch) -> None:
    row, _ = applicant.frozen(scope_of("analyst"), fetch, "A07")
    assert (row["decision_id"], row["score_points"]) == ("D07", 655.0)


def test_a_missing_input_stays_missing(scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]) -> None:
    frame = applicant.one(scope_of("analyst"), fetch, "D05", shelved[0]).frame.set_index("feature")
    assert np.isnan(frame.loc["bureau_overdue_count", "value"])


@pytest.mark.parametrize("change", [{"gender": 1.0}, {"zhima_score": 1_000.0}])
def test_what_no_score_may_read_or_nobody_can_have_is_refused(
    scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str], change: dict[str, float]
) -> None:
    with pytest.raises(BadArgument):
        applicant.one(scope_of("analyst"), fetch, "D01", shelved[0], **change)


def test_an_unknown_number_or_one_after_the_as_of_month_is_not_found(scope_of: ScopeOf, fetch: Fetch) -> None:
    with pytest.raises(RecordNotFound):
        applicant.frozen(scope_of("analyst"), fetch, "D99")
    with pytest.raises(RecordNotFound):
        applicant.frozen(replace(scope_of("analyst"), as_of_month=date(2024, 2, 1)), fetch, "D07")


def test_a_model_that_is_not_on_the_shelf_is_said(scope_of: ScopeOf, fetch_as: FetchAs, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        applicant.one(scope_of("analyst"), fetch_as("analyst"), "D01", tmp_path)


def test_a_manager_sees_no_applicant(scope_of: ScopeOf, fetch_as: FetchAs, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        applicant.one(scope_of("manager"), fetch_as("manager"), "D01", tmp_path)


def test_a_book_without_inputs_says_so(scope_of: ScopeOf, fetch: Fetch) -> None:
    with pytest.raises(BookLacks):
        applicant.frozen(replace(scope_of("analyst"), lacks=frozenset({"decision_features"})), fetch, "D01")


def test_reasons_of_the_moved_stand_by_side(scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]) -> None:
    answer = by_side(scope_of("analyst"), fetch, shelved[0], maturity_months=6, score_floor=570.0, zhima_floor=620.0)
    # D02 comes in and D04 goes
    assert answer.frame["in_count"].iloc[0] == answer.frame["out_count"].iloc[0] == 1
    into = applicant.one(scope_of("analyst"), fetch, "D02", shelved[0]).frame.set_index("feature")["points"]
    found = answer.frame.set_index("feature")["in_points"]
    assert found["zhima_score"] == pytest.approx(into["zhima_score"])
    assert answer.questions[-1].name == "live.model"


def test_nobody_moved_has_no_reasons(scope_of: ScopeOf, fetch: Fetch, shelved: tuple[Path, str]) -> None:
    assert by_side(scope_of("analyst"), fetch, shelved[0], maturity_months=6).frame.empty
