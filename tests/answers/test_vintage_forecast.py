"""Forecasts of vintages on frames given by hand, and on the dozen, which is too small for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import vintage_forecast
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]
COURSE = [0, 10, 20, 40, 40, 40, 40, 40, 40, 40]
"""Lost to date of 1,000 at each age."""


def _fetch(scope: Scope, lost_later: int = 0) -> Fetch:
    """Ten cohorts of January to October 2024 that all go alike; in October each loses so much more."""
    opened = pd.date_range("2024-01-01", "2024-10-01", freq="MS")

    def fetch(question: Question) -> pd.DataFrame:
        if question.name == "vintages.originated":
            return pd.DataFrame({"opened_month": opened, "loans": 100, "principal_fen": 1_000})
        rows = []
        for place, cohort in enumerate(opened):
            for mob in range(10 - place):
                lost = COURSE[mob] - (COURSE[mob - 1] if mob else 0)
                late = lost_later if mob == 9 - place and mob > 0 else 0
                rows.append({"opened_month": cohort, "mob": mob, "lost_loans": 0, "lost_fen": lost + late})
        return pd.DataFrame(rows).assign(late_loans=0, late_fen=0)

    return fetch


def test_a_cohort_is_expected_to_end_where_those_before_it_did(scope_of: Scopes) -> None:
    found = vintage_forecast.ultimates(scope_of(), _fetch(scope_of()), measure="loss").frame.set_index("cohort")
    assert found["ultimate_rate"].tolist() == pytest.approx([0.04] * 10)
    assert found.loc["2024-08-01", ["observed_mob", "observed_rate", "method"]].tolist() == [2, 0.02, "CL"]
    assert found.loc["2024-09-01", "method"] == "BF"
    assert found.loc["2024-09-01", "developed_rate"] == pytest.approx(0.25)


def test_a_forecast_made_earlier_is_set_beside_what_has_closed_since(scope_of: Scopes) -> None:
    found = vintage_forecast.backtest(scope_of(), _fetch(scope_of()), measure="loss", months_back=3).frame
    found = found.set_index("cohort")
    # In July the cohorts of May to July were still open, and three cohorts had reached month 4: no further was told.
    assert found.index.month.tolist() == [5, 6, 7]
    assert found["observed_mob"].tolist() == [2, 1, 0]
    assert found["mob"].tolist() == [4, 4, 3]
    assert found["predicted_rate"].tolist() == pytest.approx([0.04] * 3)
    assert found["realised_rate"].tolist() == pytest.approx([0.04] * 3)
    assert found["is_inside"].tolist()[1:] == [1, 1]


def test_a_bad_month_that_nobody_foresaw_lies_outside(scope_of: Scopes) -> None:
    found = vintage_forecast.backtest(scope_of(), _fetch(scope_of(), 30), measure="loss", months_back=3).frame
    # May's month 4 was September.
    assert found["realised_rate"].tolist() == pytest.approx([0.04, 0.07, 0.07])
    assert found["is_inside"].tolist()[1:] == [0, 0]
    assert found["difference_rate"].tolist() == pytest.approx([0.0, 0.03, 0.03])


def test_what_closed_after_the_earlier_month_does_not_reach_its_forecast(scope_of: Scopes) -> None:
    calm = vintage_forecast.backtest(scope_of(), _fetch(scope_of()), measure="loss", months_back=3).frame
    shocked = vintage_forecast.backtest(scope_of(), _fetch(scope_of(), 500), measure="loss", months_back=3).frame
    assert shocked["predicted_rate"].tolist() == calm["predicted_rate"].tolist()


def test_quarters_are_cut_at_their_youngest_month(scope_of: Scopes, fetch_as: Ask) -> None:
    from_quarter = vintage_forecast.metrics.known_then(
        pd.DataFrame({"cohort": pd.to_datetime(["2024-01-01"] * 4), "mob": [0, 1, 2, 3]}), date(2024, 4, 1), 3
    )
    assert from_quarter["mob"].tolist() == [0, 1]


def test_four_cohorts_of_which_one_has_no_loss_give_no_forecast(scope_of: Scopes, fetch_as: Ask) -> None:
    for answer in (vintage_forecast.curves, vintage_forecast.ultimates, vintage_forecast.backtest):
        found = answer(scope_of(), fetch_as("manager"))  # type: ignore[operator]
        assert found.frame.empty
        assert {question.name for question in found.questions} == {"vintages.originated", "vintages.months_on_book"}


def test_looking_back_no_month_is_refused(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BadArgument):
        vintage_forecast.backtest(scope_of(), fetch_as("manager"), months_back=0)
