"""The parts of a score add up to it, and are the published values."""

import numpy as np
import pandas as pd
import pytest
import shap

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.expert import expert_card
from jiebei_dash.model.explanation import explain
from jiebei_dash.model.scoring import matrix_of, score
from jiebei_dash.model.training import Trained
from tests.model.conftest import Matured


def random_people() -> pd.DataFrame:
    """A thousand rows far beyond what was trained on, a tenth of the cells missing."""
    chance = np.random.default_rng(5)
    people = pd.DataFrame(chance.lognormal(4, 3, (1_000, len(FEATURE_KEYS))), columns=list(FEATURE_KEYS))
    return people.mask(chance.random(people.shape) < 0.1)


@pytest.mark.parametrize("population", ["matured", "random"])
def test_base_and_parts_add_up_to_the_score(artefact: Artefact, matured: Matured, population: str) -> None:
    people = matured.inputs.head(1_000) if population == "matured" else random_people()
    explanation = explain(artefact, people)
    added = explanation.base_points + explanation.points.sum(axis=1)
    assert (added - score(artefact, people)["score_points"]).abs().max() < 1e-9


def test_parts_of_trees_are_shap_values_in_points(trained: Trained, matured: Matured) -> None:
    people = matured.inputs.head(50)
    own = shap.TreeExplainer(trained.artefact.trees)
    values = own.shap_values(matrix_of(trained.artefact, people))
    expected = -(20 / np.log(2)) * trained.artefact.slope * values
    assert explain(trained.artefact, people).points.to_numpy() == pytest.approx(expected, abs=1e-12)


def test_the_base_of_trees_is_the_average_score_of_the_loans_the_trees_saw(trained: Trained, matured: Matured) -> None:
    seen = matured.inputs[matured.opened_month < "2023-08-01"]
    average = score(trained.artefact, seen)["score_points"].mean()
    assert explain(trained.artefact, seen.head(1)).base_points == pytest.approx(average, abs=1e-6)


def test_a_part_of_the_card_is_its_line_and_an_input_without_a_line_gives_nothing(matured: Matured) -> None:
    person = matured.inputs.head(1).assign(zhima_score=620.0)
    points = explain(expert_card("A1"), person).points.iloc[0]
    assert points["zhima_score"] == pytest.approx(-0.5 * 20 / np.log(2))
    assert points["device_account_count"] == 0


def test_a_better_zhima_score_speaks_for_the_applicant(artefact: Artefact, matured: Matured) -> None:
    person = matured.inputs.head(1)
    weak, strong = (explain(artefact, person.assign(zhima_score=value)).points["zhima_score"] for value in (560, 790))
    assert weak.iloc[0] < -5 and strong.iloc[0] > 5


def test_one_row_is_explained_as_in_the_batch(artefact: Artefact, matured: Matured) -> None:
    batch = explain(artefact, matured.inputs.head(100)).points
    one = explain(artefact, matured.inputs.iloc[[42]]).points
    pd.testing.assert_frame_equal(one, batch.iloc[[42]], check_exact=True)
    assert list(one) == list(FEATURE_KEYS)
