"""Can these numbers be trusted? The page on a book that was loaded twice and stopped once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from jiebei_dash.book import access
from jiebei_dash.errors import NotAllowed
from jiebei_dash.load.drafting import Draft, lacking, to_toml
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.looking import look
from jiebei_dash.load.proposing import propose
from jiebei_dash.text.words import load_words
from tests.loaded import write_loaded
from tests.pages.conftest import OpenPage, all_text

EN = load_words("en")


@pytest.fixture(scope="module")
def url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_loaded(dozen_url, tmp_path_factory.mktemp("loaded") / "book.duckdb", ("final_status",))


@pytest.mark.parametrize("role", ["manager", "analyst", "auditor"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reader_is_told_whether_the_numbers_can_be_trusted(
    open_page: OpenPage, url: str, role: str, lang: str
) -> None:
    test = open_page(url, "data_quality", role=role, lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not [f"{found.message}\n{found.stack_trace}" for found in test.exception]
    text = all_text(test)
    assert words("data_quality.some_missed", missed=1, count=3, said="|").split("|")[0] in text
    assert words("data_quality.changed", count=1) in text
    assert words("data_quality.estimated", rule=words("lineage.estimate.final_status")) in text
    assert [metric.value for metric in test.metric][:3] == ["25.00%", words("data_quality.of", part=2, whole=3), "1"]


def test_the_newest_load_was_stopped_and_the_page_says_why(open_page: OpenPage, url: str) -> None:
    text = all_text(open_page(url, "data_quality", role="manager", lang="en"))
    assert "The newest load, 3 of 2024-11-25 (april.csv), was **stopped**" in text
    assert "Of 40 rows 30 (75.00%) were bad" in text


def test_another_load_is_chosen_by_link_or_on_the_page(open_page: OpenPage, url: str) -> None:
    test = open_page(url, "data_quality", role="analyst", lang="en", load="1")
    assert test.selectbox(key="load").value == 1
    reasons = next(frame.value for frame in test.dataframe if "Reason" in frame.value.columns)
    assert list(reasons["Rows"]) == [3, 1, 7]
    assert list(reasons["Column of the tape"]) == ["owed", "", "channel"]
    none = test.selectbox(key="load").set_value(2).run()
    assert EN("data_quality.no_reasons") in all_text(none)


def test_totals_and_restatements_stand_in_their_unit(open_page: OpenPage, url: str) -> None:
    test = open_page(url, "data_quality", role="manager", lang="en")
    totals = next(frame.value for frame in test.dataframe if "Given" in frame.value.columns)
    assert list(totals.iloc[0]) == [
        "loan-months", "2024-02", EN("codes.control_measure.balance"), "¥5,000.00", "¥4,999.00", "-¥1.00",
        "Does not tie",
    ]  # fmt: skip
    changed = next(frame.value for frame in test.dataframe if "Before" in frame.value.columns)
    assert list(changed.iloc[1]) == [
        "2",
        "loan-months",
        "2024-03",
        EN("codes.control_measure.count"),
        "8",
        "9",
        "+1",
        "+12.5%",
    ]


def test_the_versions_that_are_kept_are_listed(open_page: OpenPage, url: str) -> None:
    test = open_page(url, "data_quality", role="manager", lang="en")
    assert EN("data_quality.versions") in [heading.value for heading in test.subheader]


def test_an_invented_book_says_that_nothing_was_loaded(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "data_quality", role="manager", lang="en"))
    assert EN("data_quality.invented") in text
    assert EN("data_quality.no_totals") in text


@pytest.fixture(scope="module")
def with_bad_rows(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A book that a real load made, of which three rows were set aside."""
    folder = tmp_path_factory.mktemp("bad")
    good = [f"L{number},2024-01-31,0,100" for number in range(1, 61)]
    bad = ["L61,2024-01-31,soon,100", "L62,never,0,100", "L63,2024-01-31,0,much"]
    (folder / "tape.csv").write_text("\n".join(["loan_id,month,dpd,balance", *good, *bad]) + "\n")
    tape = look(folder / "tape.csv")
    rules = propose(tape, "panel")
    (folder / "mapping.toml").write_text(to_toml(Draft("Bad", "panel", tape, rules, lacking("panel", rules))))
    load_tape(folder / "tape.csv", folder / "mapping.toml", f"duckdb:///{folder / 'book.duckdb'}")
    return f"duckdb:///{folder / 'book.duckdb'}"


def _logged(folder: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(folder / "desk.sqlite") as connection:
        found = connection.execute("SELECT role, action, object FROM audit_log ORDER BY seq").fetchall()
    connection.close()
    return found


def test_an_auditor_sees_the_rows_that_were_set_aside_and_the_log_says_so(
    open_page: OpenPage, with_bad_rows: str, tmp_path: Path
) -> None:
    test = open_page(with_bad_rows, "data_quality", role="auditor", lang="en")
    assert not [f"{found.message}\n{found.stack_trace}" for found in test.exception]
    assert not (tmp_path / "desk.sqlite").exists()
    test.toggle(key="quarantine_1").set_value(True).run()
    assert not [f"{found.message}\n{found.stack_trace}" for found in test.exception]
    rows = next(frame.value for frame in test.dataframe if "As it stood" in frame.value.columns)
    assert list(rows["Line"]) == [62, 63, 64]
    assert "soon" in rows["As it stood"].iloc[0]
    assert set(_logged(tmp_path)) == {("auditor", "read", "quarantine of load 1")}


@pytest.mark.parametrize("role", ["manager", "analyst"])
def test_nobody_else_sees_them(open_page: OpenPage, with_bad_rows: str, role: str) -> None:
    test = open_page(with_bad_rows, "data_quality", role=role, lang="en")
    assert EN("data_quality.rows_hidden") in all_text(test)
    assert not list(test.toggle)
    assert "soon" not in all_text(test)


def test_a_role_that_may_not_see_them_is_refused_where_they_are_read() -> None:
    access.check_level("personal", "auditor")
    with pytest.raises(NotAllowed):
        access.check_level("personal", "analyst")
