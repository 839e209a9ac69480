"""A version of a book in a folder that Spark sees: whoever opened one reads it on, whatever is published."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema, servers
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.reading import read_frame
from jiebei_dash.book.scope import Reader
from jiebei_dash.book.servers import identity
from jiebei_dash.errors import BookHalfMade, BookLocked, BookMissing, PublishFailed
from jiebei_dash.load.catalogue import FACTS
from jiebei_dash.load.publish import publish_book
from tests.changed import changed_book
from tests.engines.conftest import need, sail

TABLES = 18
"""Of facts; the dozen has a row in each of them."""

LOAN_MONTH = schema.loan_month


@pytest.fixture(scope="module")
def changed_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dozen, but for one balance of June."""
    update = sa.update(LOAN_MONTH).values(balance_fen=LOAN_MONTH.c.balance_fen + 7)
    update = update.where(LOAN_MONTH.c.loan_id == "L01", LOAN_MONTH.c.month == date(2024, 6, 1))
    path = tmp_path_factory.mktemp("changed") / "book.duckdb"
    return changed_book(dozen_url, path, lambda connection: connection.execute(update))


def balance(book: Book) -> int:
    with book.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.sum(LOAN_MONTH.c.balance_fen))).scalar_one())


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_who_opened_a_version_reads_it_on_and_who_opens_later_reads_the_new_one(
    dozen_url: str, changed_url: str, sail_server: str, tmp_path: Path
) -> None:
    to = f"{sail_server}{tmp_path}"
    publish_book(dozen_url, to)
    old = open_book(to)
    before = balance(old)
    assert identity(to) == (old.data_version,)
    sent = publish_book(changed_url, to)
    assert (sent.sent_count, sent.there_count) == (1, TABLES - 1)
    old.engine.dispose()
    assert balance(old) == before
    new = open_book(to)
    assert (balance(new), new.data_version) == (before + 7, sent.data_version)
    servers._served.cache_clear()
    assert identity(to) == (new.data_version,)
    for book in (old, new):
        book.engine.dispose()
    servers._looking(to).dispose()


def test_what_is_there_is_not_sent_again_and_every_version_is_kept(
    dozen_url: str, changed_url: str, sail_server: str, tmp_path: Path
) -> None:
    to = f"{sail_server}{tmp_path}"
    assert publish_book(dozen_url, to).sent_count == TABLES
    files = names(tmp_path)
    again = publish_book(dozen_url, to)
    assert (again.sent_count, again.sent_rows, again.there_count) == (0, 0, TABLES)
    assert names(tmp_path) == files
    publish_book(changed_url, to)
    assert files < names(tmp_path)
    assert len(list((tmp_path / "versions").iterdir())) == 2


def test_a_publisher_that_is_stopped_has_changed_nothing(
    dozen_url: str, changed_url: str, sail_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = f"{sail_server}{tmp_path}"
    publish_book(dozen_url, to)
    manifest = (tmp_path / "book.json").read_bytes()

    def stop(table: str, share: float) -> None:
        if table == "rule_hit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_book(changed_url, to, stop)
    assert (tmp_path / "book.json").read_bytes() == manifest
    book = open_book(to)
    assert book.data_version == json.loads(manifest)["data_version"]
    book.engine.dispose()
    publish_book(changed_url, to)
    assert not [name for name in names(tmp_path) if name.endswith(".making")]


def test_the_second_of_two_publishers_is_told(dozen_url: str, sail_server: str, tmp_path: Path) -> None:
    to = f"{sail_server}{tmp_path}"
    told = []

    def second(table: str, share: float) -> None:
        if share < 1:
            with pytest.raises(BookLocked):
                publish_book(dozen_url, to)
            told.append(table)

    publish_book(dozen_url, to, second)
    assert len(told) == TABLES


def test_a_part_that_is_gone_is_told_and_not_skipped(dozen_url: str, sail_server: str, tmp_path: Path) -> None:
    to = f"{sail_server}{tmp_path}"
    publish_book(dozen_url, to)
    manifest = tmp_path / "book.json"
    told = json.loads(manifest.read_text())
    told["tables"]["loan"]["parts"].append("loan/gone.parquet")
    told["tables"]["loan"]["rows"] += 5
    manifest.write_text(json.dumps(told))
    with pytest.raises(BookHalfMade) as error:
        open_book(to)
    assert error.value.facts["missing"] == "loan"


def test_a_folder_without_a_book_and_a_file_that_is_no_manifest_are_told(sail_server: str, tmp_path: Path) -> None:
    with pytest.raises(BookMissing):
        open_book(f"{sail_server}{tmp_path}")
    for text in ("hello\n", '{"format": 2}\n'):
        (tmp_path / "book.json").write_text(text)
        with pytest.raises(BookHalfMade):
            open_book(f"{sail_server}{tmp_path}")


def test_a_server_that_does_not_answer_has_no_book(tmp_path: Path, sail_server: str) -> None:
    with pytest.raises(BookMissing):
        open_book(f"spark://127.0.0.1:1{tmp_path}")


def test_a_server_that_was_started_again_is_asked_again(dozen_url: str, tmp_path: Path) -> None:
    need("adbc_driver_spark", "pysail")
    with sail() as port:
        publish_book(dozen_url, f"spark://127.0.0.1:{port}{tmp_path}")
        book = open_book(f"spark://127.0.0.1:{port}{tmp_path}")
        before = balance(book)
    question = Question(
        "test.sum", sa.select(sa.func.sum(LOAN_MONTH.c.balance_fen)), book.scope(Reader("Test", "manager"))
    )
    with pytest.raises(BookMissing):
        ask(book, question)
    with sail(port):
        assert ask(book, question).iloc[0, 0] == before
        book.engine.dispose()


def test_a_folder_of_another_file_system_needs_to_be_told_as_this_machine_sees_it(
    dozen_url: str, tmp_path: Path
) -> None:
    with pytest.raises(PublishFailed):
        publish_book(dozen_url, "spark://host:15002/s3a://bucket/books/mine")
    sent = publish_book(dozen_url, "spark://host:15002/s3a://bucket/books/mine", folder=tmp_path / "mine")
    assert sent.sent_count == TABLES
    assert (tmp_path / "mine" / "book.json").is_file()


@pytest.mark.parametrize("server", ["sail_server", "spark_server"])
def test_every_cell_of_a_sample_is_read_there_as_it_is_here(
    server: str, small_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    to = f"{request.getfixturevalue(server)}{tmp_path}"
    publish_book(small_url, to)
    here, there = open_book(small_url), open_book(to)
    for table in FACTS:
        rows = sa.select(table).order_by(*table.primary_key)
        expected, found = (read_frame(book.engine, rows, book.data_version) for book in (here, there))
        pd.testing.assert_frame_equal(found, expected, obj=table.name)
    for book in (here, there):
        book.engine.dispose()
