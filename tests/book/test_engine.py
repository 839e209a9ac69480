"""Opening a book and asking one question."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from sqlalchemy import func

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.policy import RULES, make_policy
from jiebei_dash.book.scope import Reader, month_plus, months_between
from jiebei_dash.errors import AnswerTooLarge, BadArgument, BookHalfMade, BookLocked, BookMissing, BookReplaced


def test_a_book_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BookMissing):
        open_book(f"duckdb:///{tmp_path / 'none.duckdb'}")


def test_a_file_that_is_no_database_is_half_made(tmp_path: Path) -> None:
    path = tmp_path / "text.duckdb"
    path.write_text("hello " * 2000)
    with pytest.raises(BookHalfMade):
        open_book(f"duckdb:///{path}")


def test_a_database_without_its_version_is_half_made(tmp_path: Path) -> None:
    path = tmp_path / "half.duckdb"
    engine = sa.create_engine(f"duckdb:///{path}")
    s.book.create_all(engine)
    engine.dispose()
    with pytest.raises(BookHalfMade):
        open_book(f"duckdb:///{path}")
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).execute("create table t (x int)").close()
    with pytest.raises(BookHalfMade):
        open_book(f"duckdb:///{other}")


def test_a_book_that_another_process_writes_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "locked.duckdb"
    code = (
        f"import duckdb, sys; held = duckdb.connect({str(path)!r}); held.execute('create table t (x int)');"
        "print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(BookLocked):
            open_book(f"duckdb:///{path}")
        writer.communicate()


def test_a_book_is_read_only(dozen: Book) -> None:
    with dozen.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.delete(s.loan))


def test_an_answer_larger_than_a_page_is_refused(dozen: Book) -> None:
    scope = dozen.scope(Reader("M", "manager"))
    question = Question("test.loans", sa.select(s.loan.c.loan_id).order_by(s.loan.c.loan_id), scope)
    with pytest.raises(AnswerTooLarge):
        ask(dozen, question, most_rows=3)


def test_a_question_about_another_version_is_refused(dozen: Book) -> None:
    scope = replace(dozen.scope(Reader("M", "manager")), data_version="another")
    with pytest.raises(BookReplaced):
        ask(dozen, Question("test.count", sa.select(func.count()).select_from(s.loan), scope))


def test_the_key_of_a_question_is_its_values_its_role_and_its_data_version(dozen: Book) -> None:
    def question(role: str, month: int) -> Question:
        select = sa.select(func.count()).select_from(s.loan).where(s.loan.c.term_months == month)
        return Question("test.count", select, dozen.scope(Reader("X", role)))  # type: ignore[arg-type]

    assert question("manager", 6).key == question("manager", 6).key
    keys = {question("manager", 6).key, question("manager", 12).key, question("analyst", 6).key}
    assert len(keys) == 3


def test_months_count_across_years() -> None:
    from_month, to_month = month_plus(date(2024, 11, 1), 3), month_plus(date(2024, 1, 1), -1)
    assert (from_month, to_month) == (date(2025, 2, 1), date(2023, 12, 1))
    assert months_between(date(2023, 12, 1), date(2025, 2, 1)) == 14


def test_a_policy_keeps_what_is_not_changed_and_refuses_what_cannot_be() -> None:
    policy = make_policy({"zhima_floor": 650})
    assert policy["zhima_floor"] == 650
    assert {key: value for key, value in policy.thresholds if key != "zhima_floor"} == {
        rule.key: rule.today for rule in RULES if rule.key != "zhima_floor"
    }
    assert make_policy({}).changed({"zhima_floor": 650}) == policy
    assert make_policy({}).sha256() != policy.sha256()
    with pytest.raises(BadArgument):
        make_policy({"zhima_floor": 60})
    with pytest.raises(BadArgument):
        make_policy({"moon_phase": 1})
