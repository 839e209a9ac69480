"""The dozen, submitted November 2023 to April 2024, six months matured by October: eleven decisions.

By score: D14 570, D02 584, D13 591 (Zhima 560, eight other lenders), D06 598, D04 600, D09 611, D08 618, D03 622, D01
640, D05 645, D07 655. Bad by month six: L02, L04, L06. D13 and D14 were declined; D02 was let in by lot.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from jiebei_dash.book.access import level_of
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import NotAllowed
from jiebei_dash.queries import lab, live
from jiebei_dash.queries.what_if import moved_cases, window_of

TODAY = make_policy({})
ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]


def test_the_window_is_twelve_months_and_ends_before_the_outcomes_are_known(scope_of: ScopeOf) -> None:
    window = window_of(scope_of("analyst"), 8)
    assert f"{window.first_month:%Y-%m} {window.last_month:%Y-%m}" == "2023-03 2024-02"
    assert f"{window.seen_to_month:%Y-%m}" == "2024-04"


def test_the_moved_are_named_by_number_and_inputs_and_nothing_personal(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("analyst")
    window, proposed = window_of(scope, 6), TODAY.changed({"score_floor": 570, "zhima_floor": 620})
    into = moved_cases(scope, window, TODAY, proposed, "IN", 10)
    out = moved_cases(scope, window, TODAY, proposed, "OUT", 10)
    assert level_of(into.select) == "applicant"
    assert fetch_as("analyst")(into)["decision_id"].to_list() == ["D02"]
    assert fetch_as("analyst")(out)["decision_id"].to_list() == ["D04"]
    assert fetch_as("analyst")(into)["zhima_score"].to_list() == [620.0]


def test_a_manager_may_not_see_the_cases_nor_the_rows_of_the_lab(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = scope_of("manager")
    window = window_of(scope, 6)
    for question in (moved_cases(scope, window, TODAY, TODAY, "IN", 10), lab.decisions(scope, window)):
        assert level_of(question.select) == "applicant"
        with pytest.raises(NotAllowed):
            fetch_as("manager")(question)


def test_the_live_policy_and_model_are_those_of_the_as_of_month(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope, fetch = scope_of("analyst"), fetch_as("analyst")
    assert fetch(live.policy(scope))["policy_version"].to_list() == ["P1"]
    assert fetch(live.model(scope))["model_version"].to_list() == ["EXPERT-1"]


def test_before_the_first_version_nothing_is_live(scope_of: ScopeOf, fetch_as: FetchAs) -> None:

    scope = replace(scope_of("analyst"), as_of_month=date(2023, 10, 1))
    assert fetch_as("analyst")(live.policy(scope)).empty
    assert fetch_as("analyst")(live.model(scope)).empty
