"""Groups of persons on every engine: the dozen has none that is large enough to be answered, six of everybody have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import groups
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.scope import Reader
from jiebei_dash.errors import GroupsTooSmall
from jiebei_dash.terms import GROUPS
from tests.copied_book import write_copied
from tests.engines.test_every_question import Asked, differences, published

LOOSER = {"zhima_floor": 550.0, "other_lenders_cap": 10.0, "score_floor": 560.0}


@pytest.fixture(scope="module")
def six(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Six of everybody."""
    book = open_book(write_copied(dozen_url, tmp_path_factory.mktemp("six") / "book.duckdb", 6))
    yield book
    book.engine.dispose()


@pytest.fixture(scope="module")
def asked(six: Book) -> Asked:
    found: Asked = []

    def fetch(question: Question) -> pd.DataFrame:
        found.append((question, ask(six, question)))
        return found[-1][1]

    scope = six.scope(Reader("Test", "analyst"))
    for group in GROUPS:
        for subject in (groups.approval, groups.bad, groups.within_score):
            with suppress(GroupsTooSmall):
                subject(scope, fetch, group, 6, **LOOSER)
    assert sum(len(frame) for _, frame in found) > 50
    return found


def test_on_postgresql_groups_are_the_same(six: Book, asked: Asked, new_schema: Callable[[str], str]) -> None:
    for book in published(six.address, new_schema("six")):
        assert differences(book, asked) == []


def test_over_spark_connect_groups_are_the_same(six: Book, asked: Asked, sail_server: str, tmp_path: Path) -> None:
    for book in published(six.address, f"{sail_server}{tmp_path}"):
        assert differences(book, asked) == []
