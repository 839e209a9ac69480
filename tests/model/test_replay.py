"""A stored decision scores again to the bit, and one bit less is seen."""

import math

import numpy as np
import pytest

from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.replay import replay
from jiebei_dash.model.scoring import score
from tests.model.conftest import Matured


def test_a_stored_score_comes_out_again_from_any_kind_of_record(artefact: Artefact, matured: Matured) -> None:
    thin = matured.inputs.index[matured.inputs["bureau_overdue_count"].isna()][0]
    stored = score(artefact, matured.inputs)
    for at in (0, 1, thin):
        row = matured.inputs.loc[at]
        from_database = {key: None if math.isnan(value) else value for key, value in row.items()} | {
            "decision_id": "D1"
        }
        for record in (row, row.to_dict(), from_database):
            again = replay(artefact, record, stored["score_points"][at], stored["pd_rate"][at])
            assert again.is_identical and again.differences == ()
            assert again.score_points == stored["score_points"][at]


def test_the_last_bit_of_a_stored_score_matters(artefact: Artefact, matured: Matured) -> None:
    stored = score(artefact, matured.inputs.head(1)).iloc[0]
    nudged = float(np.nextafter(stored["score_points"], 1_000))
    again = replay(artefact, matured.inputs.iloc[0], nudged, stored["pd_rate"])
    assert not again.is_identical
    assert [(d.name, d.stored, d.again) for d in again.differences] == [
        ("score_points", nudged, stored["score_points"])
    ]


def test_a_changed_input_shows_in_both_numbers(artefact: Artefact, matured: Matured) -> None:
    stored = score(artefact, matured.inputs.head(1)).iloc[0]
    record = matured.inputs.iloc[0].to_dict() | {"zhima_score": 360.0}
    again = replay(artefact, record, stored["score_points"], stored["pd_rate"])
    assert [d.name for d in again.differences] == ["score_points", "pd_rate"]
    assert again.score_points < stored["score_points"]


def test_an_input_that_was_never_stored_is_an_error(artefact: Artefact, matured: Matured) -> None:
    record = matured.inputs.iloc[0].to_dict()
    del record["dti_rate"]
    with pytest.raises(KeyError, match="dti_rate"):
        replay(artefact, record, 600.0, 0.03)
