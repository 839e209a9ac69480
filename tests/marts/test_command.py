"""The command line makes marts, says so, and answers from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebei_dash.__main__ import main
from jiebei_dash.asking import ask_text, open_book
from jiebei_dash.book.marts import reads_marts
from jiebei_dash.marts.definitions import definition_of
from jiebei_dash.marts.serving import ALL_MARTS


def test_the_command_makes_the_sums_and_then_answers_from_them(
    dozen_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ask_text(dozen_url, "vintages.curves", {}, "manager")
    monkeypatch.setenv("JIEBEI_MARTS", str(tmp_path / "marts"))
    assert main(["marts", "--book", dozen_url]) == 0
    assert "kinds of fact made" in capsys.readouterr().out
    assert main(["marts", "--book", dozen_url]) == 0
    assert "up to date" in capsys.readouterr().out
    after = ask_text(dozen_url, "vintages.curves", {}, "manager")
    assert not any(reads_marts(question.select) for question in before.questions)
    assert all(reads_marts(question.select) for question in after.questions)
    assert after.frame.equals(before.frame)
    assert open_book(dozen_url).marts == ALL_MARTS


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    dozen_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JIEBEI_MARTS", str(tmp_path / "file"))
    assert main(["marts", "--book", dozen_url]) == 1
    assert "JIEBEI_MARTS" in capsys.readouterr().err


def test_what_a_mart_is_can_be_read_as_a_statement_over_the_book() -> None:
    text = definition_of("performance_top")
    assert "FROM loan_month" in text
    assert "GROUP BY" in text
    assert "performance_top" not in text
