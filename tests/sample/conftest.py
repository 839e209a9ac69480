"""Two invented books for every test here, one of them of two shards; they take some ten seconds and are only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.book.engine import open_book
from jiebei_dash.sample.make import make_sample

APPLICATIONS = 50_000
TWO_SHARDS = 40_000
"""Applications of the book of two shards, half of them in each."""
Ask = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="session")
def sample_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    make_sample(f"duckdb:///{folder / 'book.duckdb'}", folder / "models", applications=APPLICATIONS)
    return folder / "book.duckdb"


@pytest.fixture(scope="session")
def two_shards_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two_shards")
    make_sample(
        f"duckdb:///{folder / 'book.duckdb'}",
        folder / "models",
        applications=TWO_SHARDS,
        shard_applications=TWO_SHARDS // 2,
    )
    return folder / "book.duckdb"


def opened(path: Path) -> Iterator[Ask]:
    """``ask("select ...")`` answers from a book."""
    book = open_book(f"duckdb:///{path}")
    with book.engine.connect() as connection:
        driver = connection.connection.driver_connection
        yield lambda statement: driver.execute(statement).df()  # type: ignore[union-attr]
    book.engine.dispose()


@pytest.fixture(scope="session")
def ask_sample(sample_path: Path) -> Iterator[Ask]:
    """``ask_sample("select ...")`` answers from the invented book."""
    yield from opened(sample_path)


@pytest.fixture(scope="session")
def number(ask_sample: Ask) -> Callable[[str], float]:
    """``number("select ...")`` is the one value of an answer."""
    return lambda statement: float(ask_sample(statement).iloc[0, 0])
