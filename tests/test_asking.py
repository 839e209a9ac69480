"""The same numbers without a browser."""

from __future__ import annotations

import inspect
import pkgutil
import typing
from importlib import import_module
from pathlib import Path

import pytest

import jiebei_dash.answers
from jiebei_dash import ask, open_book
from jiebei_dash.__main__ import main
from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Answer, Book
from jiebei_dash.errors import BadArgument, NotAllowed, UnknownSubject
from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.loaded import write_loaded

WORDS = load_words("en")


def test_every_answer_can_be_asked_for_by_name() -> None:
    found = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(jiebei_dash.answers.__path__)
        for name, function in vars(import_module(f"jiebei_dash.answers.{module.name}")).items()
        if inspect.isfunction(function)
        and function.__module__ == f"jiebei_dash.answers.{module.name}"
        and not name.startswith("_")
        and isinstance(returned := typing.get_type_hints(function).get("return"), type)
        and issubclass(returned, Answer)
    }
    assert found == set(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_has_its_definition_in_both_languages(subject: str) -> None:
    for language in typing.get_args(typing.Literal["en", "zh"]):
        texts = load_words(language).texts
        parts = ("name", "meaning", "formula", "population", "timing", "source")
        assert not [part for part in parts if f"{subject}.{part}" not in texts]


def test_a_notebook_gets_what_the_page_shows(dozen: Book) -> None:
    by_text = answer_of(dozen, "vintages.curves", {"past_due_days": "30", "measure": "ever"}, "manager").frame
    by_value = ask(dozen, "vintages.curves", past_due_days=30, measure="ever")
    assert by_text.equals(by_value)
    assert len(by_value) > 5


def test_a_scope_is_given_by_name(dozen: Book) -> None:
    whole = ask(dozen, "loans.count", opened_month="2024-01", mob=0)["loans"].iloc[0]
    part = ask(dozen, "loans.count", opened_month="2024-01", mob=0, opened_from="2024-02")["loans"].iloc[0]
    assert (part, whole > part) == (0, whole > 0)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"channel": "MOON"}, "channel"),
        ({"as_of": "2031-01"}, "as_of"),
        ({"as_of": "soon"}, "as_of"),
        ({"measure": "total"}, "measure"),
        ({"past_due_days": "thirty"}, "past_due_days"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_argument_out_of_range_is_named(dozen: Book, values: dict[str, str], named: str) -> None:
    with pytest.raises(BadArgument) as error:
        answer_of(dozen, "vintages.curves", values, "manager")
    assert error.value.facts["name"] == named


def test_a_subject_that_is_none_is_named(dozen: Book) -> None:
    with pytest.raises(UnknownSubject):
        ask(dozen, "vintages.secrets")


def test_a_manager_gets_no_single_applicant_on_the_command_line_either(dozen: Book) -> None:
    with pytest.raises(NotAllowed):
        ask(dozen, "decision.find")


def test_the_command_prints_csv_or_the_questions(dozen_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "roll_rates.matrix", "basis=count", "--book", dozen_url]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0].startswith("prev_state,state,")
    assert open_book(dozen_url).data_version in printed.err
    assert main(["ask", "roll_rates.matrix", "--sql", "--book", dozen_url]) == 0
    assert "SELECT" in capsys.readouterr().out


def test_the_command_says_where_a_figure_comes_from_and_what_does_not_tie(
    dozen_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = write_loaded(dozen_url, tmp_path / "book.duckdb", ("missed_payments",))
    assert main(["ask", "delinquency.buckets", "--book", url]) == 0
    said = capsys.readouterr().err.splitlines()
    assert all(line.startswith("# ") for line in said)
    assert "estimated: days past due follow by rule from payments of zero" in said[0]
    assert said[2] == "# Load 2 of 2024-11-20 18:00:00: march.csv"
    assert said[-1].startswith("# Does not tie: loan-months, 2024-02, balance")
    assert main(["--lang", "zh", "ask", "funnel.stages", "--known-on", "2024-11-10", "--book", url]) == 0
    said = capsys.readouterr().err.splitlines()
    assert "数据时点 2024-11-10" in said[0]
    assert "不符" not in said[-1]
    assert main(["ask", "funnel.stages", "--known-on", "2024-11-01", "--book", url]) == 1
    assert capsys.readouterr().err.strip() == WORDS("errors.book_unknown_then", day="2024-11-01")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_failure_on_the_command_line_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    url = f"duckdb:///{tmp_path / 'none.duckdb'}"
    assert main(["--lang", language, "ask", "roll_rates.matrix", "--book", url]) == 1
    said = capsys.readouterr().err.strip()
    assert said == load_words(language)("errors.book_missing", address=url)  # type: ignore[arg-type]


def test_a_wrong_mapping_on_the_command_line_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = tmp_path / "tape.csv"
    tape.write_text("ID,MONTHS_BALANCE,STATUS\n1,0,0\n")
    mapping = tmp_path / "missing.toml"
    book = f"duckdb:///{tmp_path / 'b.duckdb'}"
    assert main(["load", str(tape), "--mapping", str(mapping), "--book", book]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "b.duckdb").exists()


def test_verify_says_whether_the_log_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dozen_url: str
) -> None:
    monkeypatch.setenv("JIEBEI_DESK", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    assert main(["ask", "decision.find", "--role", "auditor", "--book", dozen_url]) == 0
    capsys.readouterr()
    assert main(["verify", "--book", f"duckdb:///{tmp_path / 'none.duckdb'}"]) == 0
    assert WORDS("decision.log_whole", count=1) in capsys.readouterr().out


def test_verify_says_whether_the_files_of_the_book_are_as_they_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dozen_url: str
) -> None:
    monkeypatch.setenv("JIEBEI_DESK", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    url = changed_book(dozen_url, tmp_path / "book.duckdb")
    assert main(["verify", "--book", url]) == 0
    assert open_book(url).data_version in capsys.readouterr().out
    part = next((tmp_path / "book.duckdb.parts" / "loan_month").iterdir())
    part.write_bytes(part.read_bytes() + b"x")
    assert main(["verify", "--book", url]) == 1
    assert WORDS("load.part_broken", place=f"loan_month/{part.name}") in capsys.readouterr().err
