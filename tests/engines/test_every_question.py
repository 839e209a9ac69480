"""Every question of the product on every engine: each cell is the one that the embedded engine gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import UnaryExpression

from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.load.publish import publish_book
from tests.engines.asked import every_question_function, questions

TOLERANCE = 1e-9
"""Engines add fractions up in different orders."""
Asked = list[tuple[Question, pd.DataFrame]]
BOOKS = ["dozen", "empty", pytest.param("small", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def of_dozen(dozen: Book) -> Asked:
    return questions(dozen)


@pytest.fixture(scope="module")
def of_empty(empty_book: Book) -> Asked:
    return questions(empty_book)


@pytest.fixture(scope="module")
def of_small(small_book: Book) -> Asked:
    return questions(small_book)


def published(url: str, to_url: str) -> Iterator[Book]:
    publish_book(url, to_url)
    book = open_book(to_url)
    yield book
    book.engine.dispose()


def differences(book: Book, asked: Asked) -> list[str]:
    """What does not run or is not the same, a line a question."""
    found = []
    for question, expected in asked:
        answered = ask(book, question, record=lambda question, level: None)
        if not question.select._order_by_clauses:
            # The lab adds its rows up and asks for no order.
            expected, answered = (
                each.sort_values(list(each.columns), ignore_index=True) for each in (expected, answered)
            )
        told = difference(expected, answered)
        if told:
            found.append(f"{question.name}: {told}")
    return found


def difference(expected: pd.DataFrame, found: pd.DataFrame) -> str:
    """The first thing in which two frames differ; empty if none."""
    if list(expected.columns) != list(found.columns):
        return f"columns {list(found.columns)}, not {list(expected.columns)}"
    if len(expected) != len(found):
        return f"{len(found)} rows, not {len(expected)}"
    for name in expected.columns:
        told = _of_column(expected[name], found[name])
        if told:
            return f"{name}: {told}"
    return ""


def _of_column(expected: pd.Series, found: pd.Series) -> str:
    if expected.dtype != found.dtype:
        return f"is {found.dtype}, not {expected.dtype}"
    if pd.api.types.is_float_dtype(expected.dtype):
        same = np.isclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    else:
        same = ((found == expected) | (found.isna() & expected.isna())).to_numpy(dtype=bool)
    if same.all():
        return ""
    place = int(np.argmin(same))
    return f"row {place} is {found.iloc[place]!r}, not {expected.iloc[place]!r}"


def test_a_difference_in_any_cell_is_seen() -> None:
    one = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan]})
    assert difference(one, one.copy()) == ""
    assert difference(one, one.assign(a=[1, 3])) == "a: row 1 is np.int64(3), not np.int64(2)"
    assert difference(one, one.assign(a=[1.0, 2.0])) == "a: is float64, not int64"
    assert difference(one, one.assign(b=["x", "y"])) != ""
    assert difference(one, one.assign(c=[0.5 + 1e-8, np.nan])) != ""
    assert difference(one, one.assign(c=[0.5 + 1e-11, np.nan])) == ""
    assert difference(one, one[["b", "a", "c"]]) != ""
    assert difference(one, one.iloc[:1]) == "1 rows, not 2"


def test_every_question_of_the_product_is_among_them(of_dozen: Asked) -> None:
    assert every_question_function() - {question.name for question, _ in of_dozen} == set()


def test_who_sorts_downwards_says_where_unknown_values_go(of_dozen: Asked) -> None:
    """Upwards all engines put them last, or are told to; downwards PostgreSQL would put them first."""
    wrong = {
        question.name
        for question in {question.name: question for question, _ in of_dozen}.values()
        for part in visitors.iterate(question.select)
        if isinstance(part, sa.Select)
        for clause in part._order_by_clauses
        if isinstance(clause, UnaryExpression) and clause.modifier is operators.desc_op
    }
    assert not wrong


@pytest.mark.parametrize("name", BOOKS)
def test_on_postgresql_every_answer_is_the_same(
    name: str, new_schema: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    asked: Asked = request.getfixturevalue(f"of_{name}")
    for book in published(request.getfixturevalue(f"{name}_url"), new_schema(name)):
        assert differences(book, asked) == []


@pytest.mark.parametrize("name", BOOKS)
def test_over_spark_connect_every_answer_is_the_same(
    name: str, sail_server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    asked: Asked = request.getfixturevalue(f"of_{name}")
    for book in published(request.getfixturevalue(f"{name}_url"), f"{sail_server}{tmp_path}"):
        assert differences(book, asked) == []


@pytest.mark.slow
def test_on_a_spark_of_three_processes_every_question_is_answered_the_same(
    dozen: Book, dozen_url: str, spark_server: str, tmp_path: Path
) -> None:
    asked = questions(dozen, small=True)
    for book in published(dozen_url, f"{spark_server}{tmp_path}"):
        assert differences(book, asked) == []
