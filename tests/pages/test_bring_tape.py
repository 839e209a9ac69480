"""The page that brings in a tape: looked into, proposed, checked, and loaded only after a yes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from jiebei_dash.book import access, schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import MayNotLoad
from jiebei_dash.load.drafting import Draft, keep, to_toml
from jiebei_dash.load.looking import look
from jiebei_dash.load.proposing import propose
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.load.test_proposing import CHINESE, ENGLISH
from tests.pages.conftest import OpenPage, all_text

EN = load_words("en")


@pytest.fixture
def open_page(open_by_the_door: OpenPage) -> OpenPage:
    """A press of a button counts only by the front door."""
    return open_by_the_door


def given(open_page: OpenPage, url: str, path: Path, lang: str = "en") -> AppTest:
    test = open_page(url, "bring_tape", role="analyst", lang=lang, tape_place="here")
    return test.text_input(key="tape_path").set_value(str(path)).run()


def _no_problems(test: AppTest) -> bool:
    return not [f"{found.message}\n{found.stack_trace}" for found in test.exception]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_tape_is_looked_into_and_its_mapping_is_understood(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, lang: str, text: str
) -> None:
    path = tmp_path / "tape.csv"
    path.write_bytes(text.encode("gb18030"))
    test = given(open_page, dozen_url, path, lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert _no_problems(test)
    assert [element.value for element in (*test.error, *test.success)] == [words("bring_tape.understood")]
    shown = test.dataframe[0].value
    assert len(shown) == len(text.splitlines()) - 1
    personal = "BorrowerName" if text is ENGLISH else "客户姓名"
    assert set(shown[personal]) == {"•••"}
    assert personal in all_text(test)
    assert "张三" not in all_text(test)
    assert "[panel.columns]" in test.code[0].value


def test_nothing_is_loaded_before_a_yes_that_names_the_book(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "tape.csv"
    path.write_text(CHINESE)
    test = given(open_page, dozen_url, path)
    assert test.button(key="tape_start").disabled
    assert "sample" in test.checkbox(key="tape_agreed").label
    test.checkbox(key="tape_agreed").check().run()
    assert not test.button(key="tape_start").disabled


def test_a_tape_without_what_is_needed_cannot_be_started(open_page: OpenPage, dozen_url: str, tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    path.write_text("colour,size\nred,3\n")
    test = given(open_page, dozen_url, path)
    assert _no_problems(test)
    assert len(test.error) == 1
    test.checkbox(key="tape_agreed").check().run()
    assert test.button(key="tape_start").disabled


def test_a_path_where_nothing_lies_is_one_sentence(open_page: OpenPage, dozen_url: str, tmp_path: Path) -> None:
    test = given(open_page, dozen_url, tmp_path / "nowhere")
    assert _no_problems(test)
    assert [element.value for element in test.error] == [EN("errors.tape_missing", path=str(tmp_path / "nowhere"))]


def test_only_an_analyst_brings_in_a_tape() -> None:
    access.check_load("analyst")
    for role in ("manager", "auditor"):
        with pytest.raises(MayNotLoad):
            access.check_load(role)  # type: ignore[arg-type]


def test_a_tape_is_loaded_beside_the_page_and_the_page_goes_over_to_it(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    url = changed_book(dozen_url, tmp_path / "book.duckdb")
    path = tmp_path / "tape.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    test = given(open_page, url, path)
    test.checkbox(key="tape_agreed").check().run()
    test.button(key="tape_start").click().run()
    assert [element.value for element in test.error] == []
    assert _no_problems(test)
    running = test.session_state["_running_load"]
    running.process.wait(timeout=90)
    test.run()
    assert _no_problems(test)
    assert [element.value for element in (*test.error, *test.success)] == [
        EN("bring_tape.done", tape=escaped("tape.csv"))
    ]
    text = all_text(test)
    book = open_book(url)
    assert book.name == "tape"
    assert book.data_version in text
    with book.engine.connect() as connection:
        month = schema.loan_month.c
        rows = connection.execute(
            sa.select(month.loan_id, month.balance_fen, month.state).order_by(month.loan_id, month.month)
        )
        assert [tuple(row) for row in rows] == [
            ("L1", 1_500_000, "C"), ("L1", 1_400_000, "M1"), ("L2", 0, "PAID"),
        ]  # fmt: skip
    book.engine.dispose()
    assert (tmp_path / "mappings" / "tape.toml").is_file()
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        logged = connection.execute("SELECT actor, role, action, object FROM audit_log").fetchall()
    connection.close()
    assert logged == [("local", "analyst", "load", "tape.csv")]


def test_a_mapping_that_was_kept_is_offered_for_the_next_tape(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "tape.csv"
    path.write_text(CHINESE)
    tape = look(path)
    kept = keep(to_toml(Draft("Kept", "panel", tape, propose(tape, "panel"))), "Kept", tmp_path / "mappings")
    test = given(open_page, dozen_url, path)
    assert _no_problems(test)
    assert test.selectbox(key=f"tape_mapping_{path}").value == kept
    assert 'name = "Kept"' in test.code[0].value


def test_months_are_offered_only_where_a_tapes_book_is_open(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "tape.csv"
    path.write_text(CHINESE)
    test = given(open_page, dozen_url, path)
    assert test.selectbox(key="tape_mode").options == [EN("bring_tape.mode_of.WHOLE")]
