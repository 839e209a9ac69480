"""The auditor's page: found, read, replayed, and every look in the log."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book
from jiebei_dash.text.words import load_words
from tests.pages.conftest import OpenPage, all_text

EN = load_words("en")


@pytest.fixture
def open_page(open_by_the_door: OpenPage) -> OpenPage:
    """``open_page(url, "decision", number="D08")`` as a reader who has seen nothing yet."""
    return open_by_the_door


def _problems(test: AppTest) -> list[str]:
    return [f"{found.message}\n{found.stack_trace}" for found in test.exception]


def _press(test: AppTest, key: str) -> AppTest:
    return next(button for button in test.button if button.key == key).click().run()


def _headings(test: AppTest) -> list[str]:
    return [heading.value for heading in test.subheader]


def _logged(folder: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(folder / "desk.sqlite") as connection:
        found = connection.execute("SELECT action, object, detail_json FROM audit_log ORDER BY seq").fetchall()
    connection.close()
    return found


@pytest.fixture
def declined(small_book: Book) -> str:
    table = schema.decision
    select = sa.select(table.c.decision_id).where(table.c.decision == "DECLINED")
    with small_book.engine.connect() as connection:
        return str(connection.execute(select.order_by(table.c.decided_at.desc()).limit(1)).scalar_one())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_holds_every_part_and_names_what_is_missing(open_page: OpenPage, dozen_url: str, lang: str) -> None:
    test = open_page(dozen_url, "decision", role="auditor", lang=lang, number="D08")
    words = load_words(lang)  # type: ignore[arg-type]
    assert not _problems(test)
    there = ("identity", "application", "stages", "inputs", "policy", "rules", "model", "loans", "course", "funding")
    assert {words(f"decision.section.{key}") for key in there} <= set(_headings(test))
    missing = "\n".join(str(element.value) for element in test.markdown)
    assert words("decision.section.ledger") in missing
    assert words("codes.missing.NOT_HELD") in missing
    assert "K08" not in all_text(test)
    assert "K08" not in "\n".join(table.value.to_string() for table in test.table)


def test_a_file_without_its_artefact_is_shown_but_never_as_replayed(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    test = open_page(dozen_url, "decision", role="auditor", lang="en", number="D08")
    said = EN("errors.model_missing", model_version="EXPERT-1")
    assert said in [element.value for element in test.warning]
    test = _press(test, "replay")
    assert not _problems(test)
    assert said in [element.value for element in test.error]
    assert not test.success
    action, number, detail = _logged(tmp_path)[-1]
    assert (action, number) == ("replay", "D08")
    assert "errors.model_missing" in detail


def test_a_replay_is_identical_and_stands_in_the_log(
    open_page: OpenPage, small_folder: Path, declined: str, tmp_path: Path
) -> None:
    url = f"duckdb:///{small_folder / 'book.duckdb'}"
    link = {"role": "auditor", "lang": "en", "number": declined}
    test = open_page(url, "decision", models_dir=small_folder / "models", **link)
    assert not _problems(test)
    assert EN("decision.section.contributions") in _headings(test)
    assert len(test.get("plotly_chart")) == 1
    test = _press(test, "replay")
    assert not _problems(test)
    assert [element.value.split(":")[0] for element in test.success] == ["Identical"]
    action, number, detail = _logged(tmp_path)[-1]
    assert (action, number) == ("replay", declined)
    assert '"result":"identical"' in detail


def test_every_look_is_in_the_log_and_the_chain_is_whole(open_page: OpenPage, dozen_url: str, tmp_path: Path) -> None:
    test = open_page(dozen_url, "decision", role="auditor", lang="en", number="D13")
    logged = _logged(tmp_path)
    assert {"decision.record", "decision.personal", "decision.snapshot"} <= {row[1] for row in logged}
    test = _press(test, "verify")
    assert [element.value for element in test.success] == [EN("decision.log_whole", count=len(logged))]


def test_a_broken_chain_is_said_to_be_broken(open_page: OpenPage, dozen_url: str, tmp_path: Path) -> None:
    test = open_page(dozen_url, "decision", role="auditor", lang="en", number="D13")
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_log_no_update")
        connection.execute("UPDATE audit_log SET actor = 'someone else' WHERE seq = 2")
    connection.close()
    test = _press(test, "verify")
    assert EN("decision.log_broken", seq=2) in [element.value for element in test.error]
    assert not test.success


def test_an_unknown_number_is_one_clear_sentence(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "decision", role="auditor", lang="en", number="D99")
    assert not _problems(test)
    assert EN("errors.record_not_found", number="D99") in [element.value for element in test.error]


def test_without_a_log_no_case_is_shown(open_page: OpenPage, dozen_url: str, tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 40)
    test = open_page(dozen_url, "decision", role="auditor", lang="en", number="D13")
    assert not _problems(test)
    assert not test.table
    assert [element.value for element in test.error] == [
        EN("errors.log_unavailable", address=f"sqlite:///{tmp_path / 'desk.sqlite'}")
    ]
