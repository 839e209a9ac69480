"""One applicant and a whole book get the same number, whatever the order of columns."""

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.scoring import score
from tests.model.conftest import Matured


def test_one_row_scores_as_in_the_batch_bit_for_bit(artefact: Artefact, matured: Matured) -> None:
    batch = score(artefact, matured.inputs)
    for at in range(0, 20_000, 400):
        one = score(artefact, matured.inputs.iloc[[at]])
        assert one["score_points"].iloc[0].hex() == batch["score_points"].iloc[at].hex()
        assert one["pd_rate"].iloc[0].hex() == batch["pd_rate"].iloc[at].hex()


def test_columns_are_read_by_name(artefact: Artefact, matured: Matured) -> None:
    inputs = matured.inputs.head(500)
    shuffled = inputs[sorted(FEATURE_KEYS)].assign(another=1.0)
    pd.testing.assert_frame_equal(score(artefact, shuffled), score(artefact, inputs), check_exact=True)


def test_points_and_pd_tell_the_same_story(artefact: Artefact, matured: Matured) -> None:
    scored = score(artefact, matured.inputs)
    assert artefact.scale.pd_of(scored["score_points"].to_numpy()) == pytest.approx(scored["pd_rate"], abs=1e-11)


def test_the_index_of_the_inputs_is_kept_and_nobody_scores_as_nobody(artefact: Artefact, matured: Matured) -> None:
    assert score(artefact, matured.inputs.iloc[[7, 3]]).index.tolist() == [7, 3]
    nobody = score(artefact, matured.inputs.head(0))
    assert len(nobody) == 0 and list(nobody) == ["score_points", "pd_rate"]


def test_an_applicant_of_whom_nothing_is_known_still_gets_a_score(artefact: Artefact) -> None:
    unknown = pd.DataFrame({key: [np.nan] for key in FEATURE_KEYS})
    assert score(artefact, unknown)["score_points"].between(450, 700).all()


def test_a_column_that_is_not_there_is_an_error_not_a_missing_value(artefact: Artefact, matured: Matured) -> None:
    with pytest.raises(KeyError, match="dti_rate"):
        score(artefact, matured.inputs.drop(columns="dti_rate"))
