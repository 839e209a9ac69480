"""A case is found, and reads the same, with a list of numbers and without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from pandas.testing import assert_frame_equal

from jiebei_dash.answers import applicant, decision
from jiebei_dash.answers.places import drawdowns_in, places_of
from jiebei_dash.book import access, schema
from jiebei_dash.book.engine import Book, Fetch, Question, ask, open_book
from jiebei_dash.book.numbers import ANYWHERE, Places
from jiebei_dash.book.scope import Reader, Scope, month_plus
from jiebei_dash.errors import NotAllowed, RecordNotFound
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.serving import with_marts
from jiebei_dash.queries import decision as queries
from jiebei_dash.queries import drawdowns, numbers
from tests.changed import changed_book
from tests.dozen import APPLICATIONS
from tests.random_books import write_random

Summed = Callable[[Book], Book]
AUDITOR = Reader("Test", "auditor")


@pytest.fixture
def summed(tmp_path: Path) -> Iterator[Summed]:
    """``summed(book)`` is the book with its list of numbers."""
    opened: list[Book] = []

    def made(book: Book) -> Book:
        refresh(book, tmp_path / "marts")
        opened.append(with_marts(book, tmp_path / "marts"))
        return opened[-1]

    yield made
    for book in opened:
        assert book.marts_engine is not None
        book.marts_engine.dispose()


def fetch_of(book: Book, asked: list[Question] | None = None) -> Fetch:
    def fetch(question: Question) -> pd.DataFrame:
        if asked is not None:
            asked.append(question)
        return ask(book, question, record=lambda question, level: None)

    return fetch


def numbers_in(book: Book) -> list[str]:
    columns = (
        schema.decision.c.decision_id, schema.application.c.application_id, schema.loan.c.loan_id,
        schema.loan.c.application_id,
    )  # fmt: skip
    with book.engine.connect() as connection:
        found = [set(connection.execute(sa.select(column)).scalars()) for column in columns]
    return sorted(set().union(*found) - {None})


def found_by(scope: Scope, fetch: Fetch, number: str) -> str:
    try:
        return decision.number_of(scope, fetch, number)
    except RecordNotFound:
        return "unknown"


def same_cases(listed: Book, plain: Book, each: int = 1) -> tuple[int, int]:
    """Compare every number, and every file at several as-of months; return how many there were."""
    assert numbers.is_listed(listed.scope(AUDITOR))
    assert not numbers.is_listed(plain.scope(AUDITOR))
    quick, slow = fetch_of(listed), fetch_of(plain)
    chosen = numbers_in(plain)[::each]
    files = set()
    for number in [*chosen, "", "X", "D' OR '1'='1"]:
        found = found_by(listed.scope(AUDITOR), quick, number)
        assert found == found_by(plain.scope(AUDITOR), slow, number), number
        files.add(found)
    files.discard("unknown")
    for number in sorted(files):
        for back in (0, 3, 9, 200):
            as_of = month_plus(plain.last_closed_month, -back)
            one = decision.file(replace(listed.scope(AUDITOR), as_of_month=as_of), quick, number)
            other = decision.file(replace(plain.scope(AUDITOR), as_of_month=as_of), slow, number)
            assert [section.missing for section in one.sections] == [section.missing for section in other.sections]
            assert_frame_equal(one.frame, other.frame)
    return len(chosen), len(files)


def test_the_dozens_cases_read_the_same_with_a_list_of_numbers(dozen: Book, summed: Summed) -> None:
    assert same_cases(summed(dozen), dozen) == (len(APPLICATIONS) + 16 + 12, 16)


def test_a_book_without_a_case_finds_none_with_a_list_of_numbers(empty_book: Book, summed: Summed) -> None:
    assert same_cases(summed(empty_book), empty_book) == (0, 0)


@pytest.mark.parametrize("seed", [3, 8])
def test_cases_of_a_book_full_of_rare_ones_read_the_same(seed: int, tmp_path: Path, summed: Summed) -> None:
    book = open_book(write_random(tmp_path / "random.duckdb", seed=seed, applications=40))
    numbers_count, files = same_cases(summed(book), book)
    assert numbers_count > 60
    assert files > 20
    book.engine.dispose()


@pytest.mark.slow
def test_cases_of_an_invented_book_read_the_same(small_book: Book, summed: Summed) -> None:
    numbers_count, files = same_cases(summed(small_book), small_book, each=2_500)
    assert numbers_count > 10
    assert files > 5


def whole_course(book: Book, application_id: str, as_of_month: date) -> pd.DataFrame:
    """How the drawdowns of a line went, without a word about when."""
    table, loan = schema.loan_month, schema.loan
    shown = ("loan_id", "month", "mob", "state", "dpd_days", "balance_fen", "scheduled_fen")
    cash = ("paid_principal_fen", "paid_interest_fen", "overdue_fen", "lost_fen")
    select = (
        sa.select(*(table.c[name] for name in (*shown, *cash)))
        .join(loan, loan.c.loan_id == table.c.loan_id)
        .where(loan.c.application_id == application_id, table.c.month <= as_of_month)
        .order_by(loan.c.draw_no, table.c.loan_id, table.c.month)
    )
    return ask(book, Question("test.course", select, book.scope(AUDITOR)))


def same_within_months(book: Book, each: int = 1) -> int:
    """Compare the questions that name months with those that do not; return how many lines were drawn on."""
    scope, fetch = book.scope(AUDITOR), fetch_of(book)
    select = sa.select(
        schema.decision.c.decision_id, schema.decision.c.application_id, schema.decision.c.submitted_month
    )
    with book.engine.connect() as connection:
        cases = connection.execute(select.order_by("decision_id")).all()[::each]
    drawn_on = 0
    for decision_id, application_id, month in cases:
        for function in (queries.record, queries.personal, queries.rule_hits, queries.snapshot):
            assert_frame_equal(fetch(function(scope, decision_id, (month,))), fetch(function(scope, decision_id)))
        assert_frame_equal(
            fetch(queries.stages(scope, application_id, (month,))), fetch(queries.stages(scope, application_id))
        )
        for back in (0, 4):
            as_of = month_plus(scope.as_of_month, -back)
            then = replace(scope, as_of_month=as_of)
            drawn = drawdowns_in(fetch(drawdowns.of_line(then, application_id)))
            drawn_on += bool(drawn) and back == 0
            course = whole_course(book, application_id, as_of)
            assert_frame_equal(fetch(drawdowns.performance(then, drawn)), course)
    return drawn_on


def test_questions_that_name_months_answer_as_those_that_do_not(dozen: Book, tmp_path: Path) -> None:
    assert same_within_months(dozen) == 11
    for seed in (3, 5, 8):
        book = open_book(write_random(tmp_path / f"{seed}" / "random.duckdb", seed=seed, applications=80))
        assert same_within_months(book) > 10
        book.engine.dispose()


@pytest.mark.slow
def test_questions_that_name_months_answer_as_those_that_do_not_in_an_invented_book(small_book: Book) -> None:
    assert same_within_months(small_book, each=400) > 5


def test_every_question_about_a_case_but_for_its_versions_names_months(dozen: Book, summed: Summed) -> None:
    book = summed(dozen)
    file = decision.file(book.scope(AUDITOR), fetch_of(book), "D08")
    named = {question.name: question.sql() for question in file.questions}
    kept_by_month = [table.name for table in schema.book.sorted_tables if "period" in table.info]
    for name, sql in named.items():
        if any(f" {table} " in sql.replace("\n", " ") for table in kept_by_month):
            assert re.search(r"(submitted|opened)_month (= '2024-|IN \('2024-)", sql), name
    assert "numbers.months_of" in named


def awkward(dozen_url: str, path: Path) -> Book:
    """The dozen, where L05 was opened five months after its application, and a loan has a decision's number."""
    loan, month, share = schema.loan, schema.loan_month, schema.funding_share

    def change(connection: sa.Connection) -> None:
        later = date(2024, 9, 1)
        keep = sa.and_(month.c.loan_id == "L05", month.c.month < later)
        connection.execute(sa.delete(month).where(keep))
        for table in (loan, month, share, schema.instalment):
            connection.execute(sa.update(table).where(table.c.loan_id == "L05").values(opened_month=later))
        connection.execute(sa.update(loan).where(loan.c.loan_id == "L05").values(disbursed_at=datetime(2024, 9, 3)))
        for table in (loan, month, share, schema.instalment):
            connection.execute(sa.update(table).where(table.c.loan_id == "L07").values(loan_id="D03"))
        connection.execute(sa.update(loan).where(loan.c.loan_id == "L09").values(application_id=None))

    return open_book(changed_book(dozen_url, path, change))


def test_cases_with_late_drawdowns_shared_numbers_and_loose_loans_read_the_same(
    dozen_url: str, tmp_path: Path, summed: Summed
) -> None:
    book = awkward(dozen_url, tmp_path / "awkward.duckdb")
    listed = summed(book)
    same_cases(listed, book)
    scope, fetch = listed.scope(AUDITOR), fetch_of(listed)
    assert places_of(scope, fetch, "A05").line == (date(2024, 9, 1),)
    assert decision.number_of(scope, fetch, "L05") == "D05"
    both = places_of(scope, fetch, "D03")
    assert (both.decision, both.loan) == ((date(2024, 1, 1),), (date(2024, 3, 1),))
    assert decision.number_of(scope, fetch, "D03") == "D03"
    with pytest.raises(RecordNotFound):
        decision.number_of(scope, fetch, "L09")
    book.engine.dispose()


def test_an_unknown_number_is_nowhere_and_without_a_list_it_may_be_anywhere(dozen: Book, summed: Summed) -> None:
    listed = summed(dozen)
    assert places_of(listed.scope(AUDITOR), fetch_of(listed), "L99") == Places((), (), (), ())
    assert places_of(dozen.scope(AUDITOR), fetch_of(dozen), "L99") == ANYWHERE


def test_frozen_inputs_are_found_by_either_number(dozen: Book, summed: Summed) -> None:
    listed = summed(dozen)
    scope = listed.scope(Reader("Test", "analyst"))
    rows = [applicant.frozen(scope, fetch_of(listed), number)[0] for number in ("D07", "A07")]
    assert [row["decision_id"] for row in rows] == ["D07", "D07"]
    with pytest.raises(RecordNotFound):
        applicant.frozen(scope, fetch_of(listed), "L07")


def test_the_list_of_numbers_is_no_managers_and_an_auditors_look_is_logged(dozen: Book, summed: Summed) -> None:
    listed = summed(dozen)
    manager = listed.scope(Reader("Test", "manager"))
    with pytest.raises(NotAllowed):
        ask(listed, numbers.months_of(manager, "L07"))
    logged: list[tuple[str, str]] = []
    question = numbers.months_of(listed.scope(AUDITOR), "D13")
    ask(listed, question, record=lambda asked, level: logged.append((asked.sql(), level)))
    assert len(logged) == 1
    assert "'D13'" in logged[0][0]
    assert logged[0][1] == "applicant"


def test_rows_laid_under_each_other_are_of_the_highest_level_among_them() -> None:
    loan, person = sa.select(schema.loan.c.loan_id), sa.select(schema.customer.c.customer_id)
    both = sa.union_all(loan, person).subquery("both")
    assert access.level_of(sa.select(both.c.loan_id)) == "personal"
    only = sa.union_all(loan, loan).subquery("only")
    assert access.level_of(sa.select(only.c.loan_id)) == "loan"
