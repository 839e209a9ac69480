"""Scenarios on the page: saved in the lab, side by side, opened, forked, brought in; what fails is said."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from jiebei_dash.book.engine import open_book
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import scenarios
from jiebei_dash.desk.scenario import Scenario, sha256_of
from jiebei_dash.desk.scenario_file import to_file
from jiebei_dash.text.words import load_words
from tests.desk.scenarios_made import scenario
from tests.loaded import write_loaded
from tests.pages.conftest import OpenPage, all_text

EN, ZH = load_words("en"), load_words("zh")
AN = Reader("an", "analyst")
AT = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"


def problems(test: AppTest) -> list[str]:
    return [f"{found.message}\n{found.stack_trace}" for found in test.exception]


def version(url: str, day: date | None = None) -> str:
    book = open_book(url, day)
    book.engine.dispose()
    return book.data_version


def on(url: str, name: str = "Floor", score_floor: float = 600.0, **other: object) -> Scenario:
    """A draft on the book at an address, as the lab would save it."""
    today, draft = make_policy({}), make_policy({"score_floor": score_floor})
    made: dict[str, object] = {
        "name": name,
        "policy_json": draft.json(),
        "base_json": today.json(),
        "base_sha256": today.sha256(),
        "changes_json": json.dumps({"score_floor": score_floor}),
        "part_json": "{}",
        "data_version": version(url),
    }
    return scenario(**{**made, **other})


def same(scenario_id: str, name: str, desk: str) -> str:
    """The sentence of the lab on the very population of a scenario."""
    made = scenarios.one(desk, scenario_id).scenario
    facts = {"name": name, "revision": 1, "population": made.population_id[:12], "data_version": made.data_version}
    return EN("scenarios.opened_same", **facts)


def save(desk: str, *every: Scenario) -> list[str]:
    return [scenarios.save(desk, AT, AN, each).scenario.scenario_id for each in every]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_draft_of_the_lab_is_saved_and_opened_from_its_link(
    open_by_the_door: OpenPage, dozen_url: str, desk: str, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    link = {"role": "analyst", "lang": lang, "score_floor": "600", "channel": "HOME", "as_of": "2024-10"}
    test = open_by_the_door(dozen_url, "what_if", **link)
    test.text_input(key="scenario_name_").set_value("Floor of the Home")
    test.text_area(key="scenario_note").set_value("for the committee")
    test.button(key="scenario_save").click().run()
    assert not problems(test)
    (saved,) = scenarios.whole(desk)
    assert words("scenarios.saved", name="Floor of the Home", revision=1) in [each.value for each in test.success]
    made = saved.scenario
    assert (made.part_json, made.note, made.author) == ('{"channel": ["HOME"]}', "for the committee", "local")
    assert json.loads(made.changes_json) == {"score_floor": 600.0}
    assert made.scenario_id in test.query_params["scenario"]
    # Saved again with another threshold: the next revision, made from the first.
    test.slider(key="score_floor").set_value(610).run()
    test.button(key="scenario_save").click().run()
    assert not problems(test)
    second, first = scenarios.whole(desk)
    assert (first, second.revision, second.scenario.name) == (saved, 2, "Floor of the Home")
    assert second.scenario.parent_id == made.scenario_id
    assert json.loads(second.scenario.changes_json) == {"score_floor": 610.0}


def test_a_save_without_a_name_is_said_and_the_draft_stays(
    open_by_the_door: OpenPage, dozen_url: str, desk: str
) -> None:
    test = open_by_the_door(dozen_url, "what_if", role="analyst", lang="en", score_floor="600")
    test.text_area(key="scenario_note").set_value("a long note")
    test.button(key="scenario_save").click().run()
    assert EN("errors.scenario_unnamed", most=64) in [each.value for each in test.error]
    assert test.text_area(key="scenario_note").value == "a long note"
    assert test.slider(key="score_floor").value == 600
    assert scenarios.saved(desk).empty


def test_where_the_desk_cannot_be_written_nothing_is_saved_and_what_was_typed_stays(
    open_by_the_door: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    (tmp_path / "desk.sqlite").mkdir()
    test = open_by_the_door(dozen_url, "what_if", role="analyst", lang="en", score_floor="600")
    test.text_input(key="scenario_name_").set_value("Floor")
    test.button(key="scenario_save").click().run()
    assert not problems(test)
    assert ["no scenario is saved" in each.value for each in test.error].count(True) == 1
    assert test.text_input(key="scenario_name_").value == "Floor"
    assert test.slider(key="score_floor").value == 600


def test_a_link_to_a_scenario_that_is_not_here_says_so_and_the_draft_stands(
    open_page: OpenPage, dozen_url: str
) -> None:
    test = open_page(dozen_url, "what_if", role="analyst", lang="en", score_floor="600", scenario="a" * 64)
    assert not problems(test)
    assert EN("app.bad_link", name="scenario", value="a" * 64) in [each.value for each in test.warning]
    assert test.slider(key="score_floor").value == 600


def test_an_auditor_reads_and_saves_nothing(open_page: OpenPage, dozen_url: str, desk: str) -> None:
    (only,) = save(desk, on(dozen_url))
    lab = open_page(dozen_url, "what_if", role="auditor", lang="en", score_floor="600")
    assert not [each for each in lab.button if each.key == "scenario_save"]
    test = open_page(dozen_url, "scenarios", role="auditor", lang="en", compare=only[:12])
    assert not problems(test)
    assert "| Approved | 5 | 4 |" in all_text(test)
    assert not [each for each in test.button if str(each.key).startswith(("fork_do", "scenario_bring"))]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_up_to_four_stand_side_by_side_each_on_its_own_population(
    open_page: OpenPage, dozen_url: str, desk: str, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    home = on(dozen_url, "Home", 630.0, part_json='{"channel": ["HOME"]}')
    every = save(desk, on(dozen_url), on(dozen_url, "Loose", 560.0), home)
    test = open_page(dozen_url, "scenarios", role="analyst", lang=lang, compare=[each[:12] for each in every])
    assert not problems(test)
    assert test.multiselect(key="compare").value == [each[:12] for each in every]
    text = all_text(test)
    # Eight decided to February, three of them by the wallet's home, where D03 has 622 points.
    assert f"| {words('scenarios.row_decided')} | 8 | 8 | 8 | 3 | 3 |" in text
    assert f"| {words('what_if.row_approved')} | 5 | 4 | 7 | 3 | 2 |" in text
    assert ("推断" if lang == "zh" else "inferred") in text
    assert words("scenarios.populations") in text


def test_the_same_numbers_stand_in_the_lab(open_page: OpenPage, dozen_url: str, desk: str) -> None:
    (only,) = save(desk, on(dozen_url, "Home", 630.0, part_json='{"channel": ["HOME"]}'))
    test = open_page(dozen_url, "scenarios", role="analyst", lang="en", compare=only[:12])
    address = urlsplit(test.code[0].value)
    assert address.path.endswith("/what_if")
    link = {name: values if len(values) > 1 else values[0] for name, values in parse_qs(address.query).items()}
    lab = open_page(dozen_url, "what_if", lang="en", **link)
    assert not problems(lab)
    assert not lab.warning
    text = all_text(lab)
    assert "Replayed on 3 applications" in text
    assert "| Approved | 3 | 2 | -1 |" in text
    assert same(only, "Home", desk) in text
    elsewhere = open_page(dozen_url, "what_if", lang="en", **{**link, "channel": "RECALL"})
    assert "Opened: Home, revision 1. This is **not** the population" in all_text(elsewhere)
    auditor = open_page(dozen_url, "what_if", lang="en", **{**link, "role": "auditor"})
    assert same(only, "Home", desk) in all_text(auditor)


@pytest.fixture
def loaded(dozen_url: str, tmp_path: Path) -> str:
    return write_loaded(dozen_url, tmp_path / "book.duckdb")


def test_a_scenario_on_an_earlier_version_is_replayed_on_that(open_page: OpenPage, loaded: str, desk: str) -> None:
    earlier = version(loaded, date(2024, 11, 3))
    (only,) = save(desk, on(loaded, data_version=earlier))
    test = open_page(loaded, "scenarios", role="analyst", lang="en", compare=only[:12])
    assert not problems(test)
    assert "| Approved | 5 | 4 |" in all_text(test)
    assert "known_on=2024-11-03" in test.code[0].value
    assert EN("scenarios.data_EARLIER", version=earlier, day="2024-11-03") in all_text(test)
    link = {name: values[0] for name, values in parse_qs(urlsplit(test.code[0].value).query).items()}
    lab = open_page(loaded, "what_if", lang="en", **link)
    assert EN("scope.version", version=earlier) in all_text(lab)
    assert same(only, "Floor", desk) in all_text(lab)
    assert "| Approved | 5 | 4 | -1 |" in all_text(lab)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_scenario_on_data_that_are_gone_says_so_and_keeps_the_work(
    open_page: OpenPage, dozen_url: str, desk: str, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    gone, kept = save(desk, on(dozen_url, "Gone", data_version="0123456789ab"), on(dozen_url))
    test = open_page(dozen_url, "scenarios", role="analyst", lang=lang, compare=[gone[:12], kept[:12]])
    assert not problems(test)
    said = words("errors.scenario_data_gone", name="Gone", data_version="0123456789ab", today=version(dozen_url))
    assert said in [each.value for each in test.warning]
    text = all_text(test)
    # The other one stands; of the one whose data are gone the draft can be opened, said as such.
    assert f"| {words('what_if.row_approved')} | 5 | 4 |" in text
    assert words("scenarios.open_on_today_note") in text
    link = {name: values[0] for name, values in parse_qs(urlsplit(test.code[0].value).query).items()}
    lab = open_page(dozen_url, "what_if", lang=lang, **link)
    assert f"| {words('what_if.row_approved')} | 5 | 4 | -1 |" in all_text(lab)
    facts = {"name": "Gone", "revision": 1, "data_version": "0123456789ab"}
    population = scenarios.one(desk, gone).scenario.population_id[:12]
    assert words("scenarios.opened_other", population=population, **facts) in all_text(lab)


def test_a_fork_is_made_on_the_page_and_names_its_parent(open_by_the_door: OpenPage, dozen_url: str, desk: str) -> None:
    (only,) = save(desk, on(dozen_url))
    test = open_by_the_door(dozen_url, "scenarios", role="analyst", lang="en", compare=only[:12])
    test.text_input(key=f"fork_name_{only[:12]}").set_value("Fork")
    test.button(key=f"fork_do_{only[:12]}").click().run()
    assert not problems(test)
    assert EN("scenarios.forked", name="Fork", revision=1) in [each.value for each in test.success]
    child = next(each.scenario for each in scenarios.whole(desk) if each.scenario.name == "Fork")
    assert (child.parent_id, child.author) == (only, "local")
    test.multiselect(key="compare").set_value([child.scenario_id[:12]]).run()
    assert f"| {EN('scenarios.fact_parent')} | {EN('scenarios.pick', name='Floor', revision=1)} |" in all_text(test)


def _bring(test: AppTest, content: bytes) -> AppTest:
    test.file_uploader(key="scenario_file").upload("floor.json", content, "application/json").run()
    return test.button(key="scenario_bring").click().run()


def test_a_file_is_brought_in_to_a_desk_without_one(open_by_the_door: OpenPage, dozen_url: str, desk: str) -> None:
    made = on(dozen_url)
    test = open_by_the_door(dozen_url, "scenarios", role="analyst", lang="en")
    _bring(test, to_file([made]).encode())
    assert not problems(test)
    assert EN("scenarios.brought", name="Floor", revision=1) in [each.value for each in test.success]
    (saved,) = scenarios.whole(desk)
    assert (saved.scenario, saved.saved_by) == (made, "local")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("flaw", "key"),
    [
        ("unknown rule", "scenario_draft_unusable"),
        ("out of range", "scenario_draft_unusable"),
        ("unknown parent", "scenario_parent_unknown"),
        ("cycle", "scenario_cycle"),
        ("hash", "scenario_changed"),
        ("no file", "scenario_file_unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_nothing_is_saved(
    open_by_the_door: OpenPage, dozen_url: str, desk: str, lang: str, flaw: str, key: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    whole = json.loads(to_file([on(dozen_url)]))
    entry = whole["scenarios"][0]
    rules = {"unknown rule": '{"score_flor":600.0}', "out of range": '{"score_floor":9999.0}'}
    if flaw in rules:
        whole = json.loads(to_file([on(dozen_url, policy_json=rules[flaw], changes_json="{}")]))
    elif flaw == "unknown parent":
        whole = json.loads(to_file([on(dozen_url, parent_id="a" * 64)]))
    elif flaw == "cycle":
        entry["parent_id"] = entry["scenario_id"]
    elif flaw == "hash":
        entry["author"] = "eve"
    content = b"%PDF" if flaw == "no file" else json.dumps(whole).encode()
    test = _bring(open_by_the_door(dozen_url, "scenarios", role="analyst", lang=lang), content)
    assert not problems(test)
    fixed = re.split(r"\{\w+\}", words.texts[f"errors.{key}"])
    (said,) = [each.value for each in test.error]
    assert max(fixed, key=len) in said
    assert scenarios.saved(desk).empty


def test_a_row_that_somebody_changed_is_named_and_not_used(open_page: OpenPage, dozen_url: str, desk: str) -> None:
    save(desk, on(dozen_url), on(dozen_url, "Other"))
    engine = scenarios.log.open_desk(desk).engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER scenario_no_update")
        connection.exec_driver_sql("UPDATE scenario SET author = 'eve' WHERE name = 'Other'")
    engine.dispose()
    test = open_page(dozen_url, "scenarios", role="analyst", lang="en")
    assert [each.value for each in test.error] == [EN("scenarios.broken", name="Other", revision=1)]
    assert EN("scenarios.listed", count=1, today=1, earlier=0, gone=0) in all_text(test)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_a_book_without_a_fact_what_is_saved_is_still_listed(
    open_page: OpenPage, dozen_url: str, empty_url: str, desk: str, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    here, elsewhere = save(desk, on(empty_url, "Here"), on(dozen_url, "Elsewhere"))
    test = open_page(empty_url, "scenarios", role="analyst", lang=lang, compare=[here[:12], elsewhere[:12]])
    assert not problems(test)
    said = [each.value for each in test.warning]
    assert words("errors.empty_scope") in said or any(words("errors.book_lacks", capability="")[:6] in x for x in said)
    assert len(said) == 2


def test_a_link_that_names_an_unknown_scenario_says_so(open_page: OpenPage, dozen_url: str, desk: str) -> None:
    save(desk, on(dozen_url))
    test = open_page(dozen_url, "scenarios", role="analyst", lang="en", compare="nothing here")
    assert not problems(test)
    assert EN("app.bad_link", name="compare", value="nothing here") in [each.value for each in test.warning]
    assert sha256_of("") not in all_text(test)
