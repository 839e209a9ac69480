"""What a saved scenario means on a book: its draft, its scope, its address, and whether its data are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.answers import what_if
from jiebei_dash.book import access
from jiebei_dash.book.engine import Book, Fetch, open_book
from jiebei_dash.book.policy import RULES, make_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.desk.scenario import Scenario, sha256_of
from jiebei_dash.errors import MayNotSave, ScenarioDraftUnusable
from jiebei_dash.terms import LANGUAGES
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import saving, scenario_book
from jiebei_dash.ui.scenario_book import Standing
from tests.desk.scenarios_made import scenario
from tests.loaded import write_loaded

ScopeOf = Callable[..., Scope]
FetchAs = Callable[..., Fetch]
MADE = {"name": "Floor", "note": "", "author": "an", "made_at": "2024-11-05T09:00:00+00:00", "parent_id": None}


def of(scope: Scope, fetch: Fetch, **thresholds: float) -> Scenario:
    """What the lab would save of a draft on a scope."""
    return saving.scenario_of(what_if.replay(scope, fetch, 8, thresholds), MADE, saving.METHOD)


def with_draft(thresholds: dict[str, object], **other: object) -> Scenario:
    return scenario(policy_json=json.dumps(thresholds), changes_json="{}", base_json="{}", **other)


def test_what_the_lab_saves_is_the_draft_on_its_population(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = replace(scope_of("analyst"), channel=("HOME", "RECALL"), opened_from=date(2024, 1, 1))
    made = of(scope, fetch_as("analyst"), score_floor=600.0)
    draft = make_policy({"score_floor": 600.0})
    assert (made.policy_json, made.policy_sha256) == (draft.json(), draft.sha256())
    assert (made.base_version, made.base_sha256) == ("P1", make_policy({}).sha256())
    assert json.loads(made.changes_json) == {"score_floor": 600.0}
    assert (made.as_of_month, made.maturity_months) == (date(2024, 10, 1), 8)
    assert (made.first_month, made.last_month) == (date(2023, 3, 1), date(2024, 2, 1))
    assert (made.data_version, made.known_on, made.method) == (scope.data_version, None, "parcelling")
    scenario_book.check(made)


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"channel": ("RECALL", "HOME")},
        {"term_months": (12, 6), "zhima_band": ("700_749",), "province_code": ("GD",), "product_class": ("JB_STD",)},
        {"opened_from": date(2024, 1, 1), "opened_to": date(2024, 2, 1)},
    ],
)
def test_a_scope_comes_back_as_the_same_part_of_the_book(
    scope_of: ScopeOf, fetch_as: FetchAs, part: dict[str, object]
) -> None:
    scope = replace(scope_of("analyst"), **part)  # type: ignore[arg-type]
    made = of(scope, fetch_as("analyst"))
    again = scenario_book.scope_of(made)
    assert (again.part_text(), again.as_of_month) == (scope.part_text(), scope.as_of_month)
    on_book = replace(scope_of("analyst"), **{name: getattr(again, name) for name in ("as_of_month", *part)})
    assert of(on_book, fetch_as("analyst")).population_id == made.population_id
    same = (what_if.replay(each, fetch_as("analyst"), 8, {}).both for each in (scope, on_book))
    first, second = same
    assert first.equals(second)


def test_every_threshold_of_a_draft_comes_back(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    thresholds = {rule.key: float(f"{rule.low + rule.step:.6f}") for rule in RULES}
    made = of(scope_of("analyst"), fetch_as("analyst"), **thresholds)
    assert dict(scenario_book.draft_of(made).thresholds) == thresholds
    today = make_policy({})
    assert scenario_book.moved(made) == {rule.key: (today[rule.key], thresholds[rule.key]) for rule in RULES}


def test_a_draft_equal_to_today_changes_nothing(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    made = of(scope_of("analyst"), fetch_as("analyst"))
    assert scenario_book.moved(made) == {}
    assert made.policy_sha256 == made.base_sha256


@pytest.mark.parametrize(
    ("broken", "item"),
    [
        (with_draft({"score_flor": 600}), "score_flor"),
        (with_draft({"score_floor": 9}), "score_floor"),
        (with_draft({"score_floor": "600"}), "score_floor"),
        (with_draft({"score_floor": True}), "score_floor"),
        (scenario(policy_json='{"score_floor":NaN}'), "score_floor"),
        (scenario(policy_json='{"score_floor":1e999}'), "score_floor"),
        (scenario(policy_json="[]"), "policy_json"),
        (scenario(policy_json="{"), "policy_json"),
        (scenario(changes_json='{"score_floor":610.0}'), "score_floor"),
        (scenario(changes_json='{"zhima_floor":610.0}'), "zhima_floor"),
        (scenario(part_json='{"chanel": ["HOME"]}'), "part_json"),
        (scenario(part_json='{"channel": ["HOMES"]}'), "channel"),
        (scenario(part_json='{"channel": [{}]}'), "channel"),
        (scenario(part_json='{"term_months": ["6"]}'), "term_months"),
        (scenario(part_json='{"opened_from": "2024"}'), "opened_from"),
        (scenario(part_json='{"channel": ["RECALL", "HOME"]}'), "part_json"),
        (scenario(part_json="[" * 5_000), "part_json"),
        (scenario(first_month=date(2024, 3, 1)), "first_month - last_month"),
        (scenario(last_month=date(2024, 11, 1)), "first_month - last_month"),
    ],
)
def test_what_cannot_be_used_here_is_refused_in_a_sentence_that_names_it(broken: Scenario, item: str) -> None:
    with pytest.raises(ScenarioDraftUnusable) as refused:
        scenario_book.check(broken)
    assert refused.value.facts["item"] == item
    for language in LANGUAGES:
        said = load_words(language).error(refused.value)
        assert item in said
        assert "Stricter floor" in said
        assert len(said) < 400


def test_a_rule_that_was_not_known_when_it_was_saved_is_left_to_the_live_policy() -> None:
    made = with_draft({"score_floor": 600.0})
    scenario_book.check(made)
    assert scenario_book.draft_of(made).thresholds == (("score_floor", 600.0),)


def test_the_address_holds_scope_thresholds_and_number(scope_of: ScopeOf, fetch_as: FetchAs) -> None:
    scope = replace(scope_of("analyst"), channel=("HOME",), opened_from=date(2024, 1, 1))
    made = of(scope, fetch_as("analyst"), score_floor=600.0, amount_cap=50_000_00.0)
    held = scenario_book.address(made, Standing("EARLIER", date(2024, 11, 3)))
    assert held == {
        "as_of": ["2024-10"], "channel": ["HOME"], "opened_from": ["2024-01"], "known_on": ["2024-11-03"],
        "maturity_months": ["8"], "zhima_floor": ["600"], "other_lenders_cap": ["6"], "queries_cap": ["12"],
        "overdue_cap": ["2"], "dti_cap": ["0.7"], "score_floor": ["600"], "amount_cap": ["50000"],
        "account_age_floor": ["0"], "review_band": ["500"], "population_months": ["12"],
        "reject_method": ["parcelling"], "scenario": [made.scenario_id],
    }  # fmt: skip
    assert "known_on" not in scenario_book.address(made, Standing("GONE"))


@pytest.fixture
def loaded(dozen_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two versions: of 3 and of 20 November 2024."""
    url = write_loaded(dozen_url, tmp_path / "book.duckdb")
    monkeypatch.setenv("JIEBEI_BOOK", url)
    return url


def version(url: str, day: date | None = None) -> Book:
    book = open_book(url, day)
    book.engine.dispose()
    return book


def test_a_version_is_todays_or_kept_as_of_a_day_or_gone(loaded: str) -> None:
    book, earlier = version(loaded), version(loaded, date(2024, 11, 3))
    assert earlier.data_version != book.data_version
    assert scenario_book.standing(book.data_version, book) == Standing("TODAY")
    found = scenario_book.standing(earlier.data_version, book)
    assert found == Standing("EARLIER", date(2024, 11, 3))
    assert version(loaded, found.known_on).data_version == earlier.data_version
    assert scenario_book.standing("0" * 12, book) == Standing("GONE")


def test_a_version_replaced_on_its_own_day_cannot_be_opened_by_a_day(
    loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, earlier = version(loaded), version(loaded, date(2024, 11, 3))
    kept = scenario_book.known_on.versions(scenario_book.read_settings())
    same_day = [replace(kept[0], made_at=kept[1].made_at.replace(hour=8)), *kept[1:]]
    monkeypatch.setattr(scenario_book.known_on, "versions", lambda settings: same_day)
    assert scenario_book.standing(earlier.data_version, book) == Standing("GONE")


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_only_an_analyst_saves(role: str) -> None:
    access.check_save("analyst")
    with pytest.raises(MayNotSave):
        access.check_save(role)  # type: ignore[arg-type]


def test_the_hash_of_a_draft_is_that_of_the_policy() -> None:
    assert sha256_of(make_policy({}).json()) == make_policy({}).sha256()
