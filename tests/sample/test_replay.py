"""A stored score is what its model says of the stored inputs, to the last bit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import get
from tests.sample.conftest import Ask


def test_every_stored_score_is_replayed_from_its_snapshot_and_artefact(ask_sample: Ask, sample_path: Path) -> None:
    decided = ask_sample(
        f"""select d.model_version, d.score_points, d.pd_rate, {", ".join(FEATURE_KEYS)}
            from decision d join feature_snapshot f using (decision_id)"""
    )
    models = ask_sample("select model_version, artefact_sha256 from model_version").set_index("model_version")
    assert set(decided["model_version"]) == {"A1", "A2", "A3"}
    for version, rows in decided.groupby("model_version"):
        artefact = get(models.loc[version, "artefact_sha256"], sample_path.parent / "models", str(version))
        again = score(artefact, rows[list(FEATURE_KEYS)])
        assert (again["score_points"] == rows["score_points"]).all()
        assert (again["pd_rate"] == rows["pd_rate"]).all()


def test_inputs_that_a_thin_file_lacks_are_missing_and_the_others_are_in_range(ask_sample: Ask) -> None:
    inputs = ask_sample(f"select {', '.join(FEATURE_KEYS)} from feature_snapshot")
    missing = inputs.isna().mean()
    assert set(missing[missing > 0].index) == {"bureau_overdue_count", "card_utilisation_rate"}
    assert missing["bureau_overdue_count"] > 0.05
    assert (inputs["zhima_score"].dropna().between(350, 950)).all()


def test_every_source_answered_after_submission_and_before_the_decision(ask_sample: Ask) -> None:
    wrong: pd.DataFrame = ask_sample(
        """select count(*) as wrong from feature_snapshot f join decision d using (decision_id)
           join application a using (application_id)
           where least(application_obtained_at, zhima_obtained_at, bureau_obtained_at, device_obtained_at)
                 < submitted_at
              or greatest(application_obtained_at, zhima_obtained_at, bureau_obtained_at, device_obtained_at)
                 > d.decided_at"""
    )
    assert wrong["wrong"].iloc[0] == 0
