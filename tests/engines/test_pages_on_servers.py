"""Pages of a book on a server: they show what they show of a file, and say in one sentence what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from jiebei_dash.book import servers
from jiebei_dash.load.publish import publish_book
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import cache
from tests.pages.conftest import OpenPage, all_text
from tests.pages.conftest import open_page as open_page


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the app keeps open for its readers is closed with the test."""
    engines = []
    looking = servers._looking

    def kept(url: str) -> Engine:
        engines.append(looking(url))
        return engines[-1]

    monkeypatch.setattr(servers, "_looking", kept)
    yield
    cache._book.clear()
    for engine in engines:
        engine.dispose()


KEYS = [("overview", "manager"), ("vintages", "manager"), ("what_if", "analyst"), ("decision", "auditor")]


@pytest.mark.parametrize(("key", "role"), KEYS)
def test_a_page_on_postgresql_reads_as_the_one_on_a_file(
    open_page: OpenPage, dozen_url: str, new_schema: Callable[[str], str], tmp_path: Path, key: str, role: str
) -> None:
    to = new_schema(f"page_{key}")
    publish_book(dozen_url, to)
    shown = all_text(open_page(to, key, role=role))
    assert load_words("en")(f"{key}.title") in shown
    # Each reads of a log of its own: what an auditor looks at is written down once a book.
    (tmp_path / "desk.sqlite").unlink(missing_ok=True)
    assert shown == all_text(open_page(dozen_url, key, role=role))


@pytest.mark.parametrize(("key", "role"), KEYS[:2])
def test_a_page_over_spark_connect_reads_as_the_one_on_a_file(
    open_page: OpenPage, dozen_url: str, sail_server: str, tmp_path: Path, key: str, role: str
) -> None:
    to = f"{sail_server}{tmp_path}/book"
    publish_book(dozen_url, to)
    assert all_text(open_page(to, key, role=role)) == all_text(open_page(dozen_url, key, role=role))


@pytest.mark.parametrize("url", ["postgresql+psycopg://lin:s3cret@host/book", "spark://:s3cret@host/book"])
def test_a_driver_that_is_not_installed_is_told_in_one_sentence(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    for name in ("psycopg", "adbc_driver_spark", "adbc_driver_spark.dbapi"):
        monkeypatch.setitem(sys.modules, name, None)
    test = open_page(url, "overview", role="manager")
    assert not test.exception
    assert [error.value for error in test.error] == [
        'The driver for {} is not installed. Run "pip install -r requirements-engines.txt"; known are duckdb:///, '
        "postgresql+psycopg:// and spark:// addresses.".format(url.replace("s3cret", "***"))
    ]


def test_a_server_that_is_gone_is_told_in_one_sentence(open_page: OpenPage, sail_server: str, tmp_path: Path) -> None:
    for url in (f"postgresql+psycopg://lin:s3cret@/book?host={tmp_path}", f"spark://127.0.0.1:1{tmp_path}"):
        test = open_page(url, "overview", role="manager")
        assert not test.exception
        assert len(test.error) == 1
        assert "There is no loan book at" in test.error[0].value
        assert "s3cret" not in test.error[0].value
