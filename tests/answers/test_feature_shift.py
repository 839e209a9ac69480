"""Points among approved and declined of the dozen: Zhima less 700 stands for the model's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from jiebei_dash.answers import feature_shift
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import ModelMissing, NotAllowed
from jiebei_dash.queries import live

LOOSER = {"maturity_months": 6, "score_floor": 560.0}


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Every frame of inputs that was explained."""
    seen: list[pd.DataFrame] = []

    def explain(_: object, inputs: pd.DataFrame) -> SimpleNamespace:
        seen.append(inputs)
        return SimpleNamespace(points=pd.DataFrame({"zhima_score": inputs["zhima_score"] - 700}))

    monkeypatch.setattr(feature_shift, "explain", explain)
    monkeypatch.setattr(feature_shift, "live_model", lambda scope, fetch, _: (None, live.model(scope)))
    return seen


def test_every_case_of_a_small_window_is_explained_and_weighted(
    explained: list[pd.DataFrame], scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    answer = feature_shift.by_result(scope_of("analyst"), fetch_as("analyst"), Path(), **LOOSER)
    frame = answer.frame.set_index(["result", "policy"])
    # Kept 720 680 610 730 640 780 690 660, let in 620 and 615, declined by both 560
    assert frame.loc[("APPROVED", "today"), "mean_points"] == pytest.approx(5510 / 8 - 700)
    assert frame.loc[("APPROVED", "proposed"), "mean_points"] == pytest.approx(6745 / 10 - 700)
    assert frame.loc[("APPROVED", "proposed"), "change_points"] == pytest.approx(674.5 - 688.75)
    assert frame.loc[("DECLINED", "today"), "mean_points"] == pytest.approx(1795 / 3 - 700)
    assert frame.loc[("DECLINED", "proposed"), "mean_points"] == pytest.approx(-140)
    assert frame["low_points"].equals(frame["high_points"])
    assert explained[0]["decision_id"].nunique() == 11
    # Inputs that no rule looks at are there too
    assert explained[0]["job_months"].notna().all()


@pytest.mark.parametrize(("most", "cases"), [(3, 3), (6, 5), (10_000, 11)])
def test_no_more_are_explained_than_asked_for_and_each_cell_has_its_part(
    explained: list[pd.DataFrame], scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch], most: int, cases: int
) -> None:
    feature_shift.by_result(scope_of("analyst"), fetch_as("analyst"), Path(), most=most, **LOOSER)
    assert len(explained[0]) == cases
    assert set(explained[0]["cell"]) == {"KEPT", "SWAPPED_IN", "DECLINED"}


def test_a_model_that_is_not_on_the_shelf_is_said(
    tmp_path: Path, scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    with pytest.raises(ModelMissing):
        feature_shift.by_result(scope_of("analyst"), fetch_as("analyst"), tmp_path, **LOOSER)


def test_a_manager_may_not_see_single_applicants(
    explained: list[pd.DataFrame], scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    with pytest.raises(NotAllowed):
        feature_shift.by_result(scope_of("manager"), fetch_as("manager"), Path(), **LOOSER)
    assert not explained
