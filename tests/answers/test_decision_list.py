"""A page of the list is the same page, whether the newest months fill it or the whole book is looked at."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from jiebei_dash.answers import decision
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.scope import Reader
from jiebei_dash.queries import decision as queries
from tests.random_books import write_random


def same_pages(book: Book, result: str, page_nos: range) -> list[int]:
    """Compare pages with those of the whole book; return how many of the newest months each was read from, 0 is all."""
    scope = book.scope(Reader("Test", "analyst"))
    read_from = []

    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question)

    for page_no in page_nos:
        answer = decision.find(scope, fetch, decision=result, page_no=page_no)
        assert_frame_equal(answer.frame, fetch(queries.find(scope, decision=result, page_no=page_no)))
        last = answer.questions[-1].key
        within = {
            queries.find(scope, decision=result, page_no=page_no, newest_months=back).key: back for back in (3, 18)
        }
        read_from.append(within.get(last, 0))
    return read_from


def test_pages_of_a_book_full_of_rare_cases_are_those_of_the_whole_book(tmp_path: Path) -> None:
    book = open_book(write_random(tmp_path / "random.duckdb", seed=5, months=30, applications=1_800))
    read_from = same_pages(book, "APPROVED", range(0, 16, 3))
    assert (read_from[0], read_from[-1]) == (3, 0)
    assert 18 in read_from
    book.engine.dispose()


@pytest.mark.slow
def test_pages_of_an_invented_book_are_those_of_the_whole_book(small_book: Book) -> None:
    read_from = same_pages(small_book, "DECLINED", range(0, 200, 40))
    assert (read_from[0], read_from[-1]) == (3, 0)


def test_a_look_at_the_list_is_one_look_at_cases(dozen: Book) -> None:
    scope = dozen.scope(Reader("Test", "auditor"))
    logged = []
    decision.find(
        scope, lambda question: ask(dozen, question, record=lambda asked, level: logged.append((asked.name, level)))
    )
    assert logged == [("decision.find", "applicant")]


def test_a_month_that_is_chosen_is_asked_about_once(dozen: Book) -> None:
    scope = dozen.scope(Reader("Test", "analyst"))
    month = scope.as_of_month.replace(month=3)
    answer = decision.find(scope, lambda question: ask(dozen, question), decided_month=month)
    assert len(answer.questions) == 1
    assert answer.frame["decision_id"].tolist() == ["D09", "D08", "D07"]
