"""A version of a book on PostgreSQL: sent once, seen whole or not at all."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema, servers
from jiebei_dash.book.engine import Question, ask, open_book
from jiebei_dash.book.reading import read_arrow
from jiebei_dash.book.scope import Reader
from jiebei_dash.book.servers import identity
from jiebei_dash.errors import BookHalfMade, BookLocked, BookMissing, BookReplaced, DriverMissing, PublishFailed
from jiebei_dash.load import publish_postgresql
from jiebei_dash.load.catalogue import FACTS, HISTORY
from jiebei_dash.load.publish import publish_book
from tests.changed import changed_book
from tests.engines.asked import HOSTILE

NewSchema = Callable[[str], str]
LOAN_MONTH = schema.loan_month
BALANCE = sa.select(sa.func.sum(LOAN_MONTH.c.balance_fen))


@pytest.fixture(scope="module")
def changed_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dozen, but for one balance of June."""
    update = sa.update(LOAN_MONTH).values(balance_fen=LOAN_MONTH.c.balance_fen + 7)
    update = update.where(LOAN_MONTH.c.loan_id == "L01", LOAN_MONTH.c.month == date(2024, 6, 1))
    path = tmp_path_factory.mktemp("changed") / "book.duckdb"
    return changed_book(dozen_url, path, lambda connection: connection.execute(update))


def balance(url: str) -> int:
    book = open_book(url)
    with book.engine.connect() as connection:
        found = int(connection.execute(BALANCE).scalar_one())
    book.engine.dispose()
    return found


def version(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


def question(book: object, select: sa.Select) -> Question:
    return Question("test.asked", select, book.scope(Reader("Test", "manager")))  # type: ignore[attr-defined]


def test_every_row_arrives_and_what_is_there_is_not_sent_again(dozen_url: str, new_schema: NewSchema) -> None:
    to = new_schema("arrives")
    first = publish_book(dozen_url, to)
    assert (first.sent_rows, first.there_count) == (414, 0)
    here, there = open_book(dozen_url), open_book(to)
    assert (there.data_version, there.made_at, there.name) == (here.data_version, here.made_at, here.name)
    with here.engine.connect() as one, there.engine.connect() as other:
        for table in FACTS:
            key = [*table.primary_key]
            rows = sa.select(table).order_by(*key)
            assert [tuple(row) for row in one.execute(rows)] == [tuple(row) for row in other.execute(rows)]
    again = publish_book(dozen_url, to)
    assert (again.sent_rows, again.sent_count, again.there_count) == (0, 0, first.sent_count)
    for book in (here, there):
        book.engine.dispose()


def test_of_a_changed_book_only_the_changed_month_is_sent(
    dozen_url: str, changed_url: str, new_schema: NewSchema
) -> None:
    to = new_schema("changed")
    whole = publish_book(dozen_url, to)
    sent = publish_book(changed_url, to)
    assert (sent.sent_count, sent.there_count) == (1, whole.sent_count - 1)
    assert balance(to) == balance(changed_url) == balance(dozen_url) + 7


def test_numbers_are_keys_months_are_indexed_and_texts_are_ordered_by_their_bytes(
    dozen_url: str, new_schema: NewSchema
) -> None:
    to = new_schema("keys")
    publish_book(dozen_url, to)
    engine = sa.create_engine(to)
    inspector = sa.inspect(engine)
    for table in FACTS:
        keys = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]
    assert {index["name"] for index in inspector.get_indexes("loan_month")} == {"loan_month_by_month"}
    assert {index["name"] for index in inspector.get_indexes("loan")} == {
        "loan_by_opened_month",
        "loan_by_application_id",
    }
    collations = {
        column["type"].collation
        for table in FACTS
        for column in inspector.get_columns(table.name)
        if isinstance(column["type"], sa.String)
    }
    assert collations == {"C"}
    engine.dispose()


def test_a_reader_sees_the_old_version_until_the_new_one_is_whole(
    dozen_url: str, changed_url: str, new_schema: NewSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = new_schema("reader")
    publish_book(dozen_url, to)
    old = open_book(to)
    seen = []
    replace = publish_postgresql._replace

    def look_and_replace(cursor: object, table: sa.Table, rows: list[dict[str, object]]) -> None:
        seen.append((version(to), balance(to), ask(old, question(old, BALANCE)).iloc[0, 0]))
        replace(cursor, table, rows)

    monkeypatch.setattr(publish_postgresql, "_replace", look_and_replace)
    publish_book(changed_url, to)
    before = balance(dozen_url)
    # The month is in by then, and so is all else but the table that is replaced next.
    assert seen == [(version(dozen_url), before, before)] * len(HISTORY)
    assert (version(to), balance(to)) == (version(changed_url), before + 7)
    with pytest.raises(BookReplaced):
        ask(old, question(old, BALANCE))
    old.engine.dispose()


def test_the_second_of_two_publishers_is_told(dozen_url: str, new_schema: NewSchema) -> None:
    to = new_schema("two")
    told = []

    def second(table: str, share: float) -> None:
        if share < 1:
            with pytest.raises(BookLocked):
                publish_book(dozen_url, to)
            told.append(table)

    publish_book(dozen_url, to, second)
    assert told


def test_a_publisher_that_is_killed_has_changed_nothing(
    dozen_url: str, changed_url: str, new_schema: NewSchema
) -> None:
    to = new_schema("killed")
    publish_book(dozen_url, to)
    code = (
        "import sys, time\n"
        "from jiebei_dash.load import publish_postgresql\n"
        "from jiebei_dash.load.publish import publish_book\n"
        "kept = publish_postgresql._replace\n"
        "def halt(cursor, table, rows):\n"
        "    if table.name == 'book_version':\n"
        "        print('up', flush=True)\n"
        "        time.sleep(60)\n"
        "    kept(cursor, table, rows)\n"
        "publish_postgresql._replace = halt\n"
        "publish_book(sys.argv[1], sys.argv[2])\n"
    )
    command = [sys.executable, "-c", code, changed_url, to]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as publisher:
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == b"up\n"
        publisher.kill()
    assert (version(to), balance(to)) == (version(dozen_url), balance(dozen_url))
    assert publish_book(changed_url, to).sent_count == 1
    assert balance(to) == balance(changed_url)


def test_the_first_publisher_that_is_stopped_leaves_an_empty_schema(dozen_url: str, new_schema: NewSchema) -> None:
    to = new_schema("stopped")

    def stop(table: str, share: float) -> None:
        if table == "loan_month":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_book(dozen_url, to, stop)
    engine = sa.create_engine(to)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
    with pytest.raises(BookHalfMade):
        open_book(to)


def test_a_table_of_another_version_of_the_product_is_made_anew(dozen_url: str, new_schema: NewSchema) -> None:
    to = new_schema("drifted")
    publish_book(dozen_url, to)
    engine = sa.create_engine(to)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE recovery DROP COLUMN channel")
    engine.dispose()
    sent = publish_book(dozen_url, to)
    assert sent.sent_rows == len(open_rows(dozen_url, schema.recovery)) == len(open_rows(to, schema.recovery))


def open_rows(url: str, table: sa.Table) -> list[object]:
    book = open_book(url)
    with book.engine.connect() as connection:
        rows = list(connection.execute(sa.select(table)))
    book.engine.dispose()
    return rows


def test_the_identity_is_the_version_and_the_book_cannot_be_written(
    dozen_url: str, new_schema: NewSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = new_schema("identity")
    publish_book(dozen_url, to)
    assert identity(to) == (version(dozen_url),)
    book = open_book(to)
    with book.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="read-only"):
        connection.execute(sa.delete(schema.loan))
    book.engine.dispose()
    servers._looking(to).dispose()


def test_many_rows_come_as_columns_and_are_the_same(dozen_url: str, new_schema: NewSchema) -> None:
    to = new_schema("bulk")
    publish_book(dozen_url, to)
    book = open_book(to)
    select = sa.select(LOAN_MONTH).where(LOAN_MONTH.c.state.in_(["C", "it's \\ M1"]))
    select = select.order_by(LOAN_MONTH.c.loan_id, LOAN_MONTH.c.month)
    rows = read_arrow(book.engine, select, book.data_version)
    columns = read_arrow(book.engine, select, book.data_version, in_bulk=True)
    assert rows.num_rows > 0
    assert rows.equals(columns)
    with pytest.raises(BookReplaced):
        read_arrow(book.engine, select, "another", in_bulk=True)
    texts = sa.select(*[sa.literal(text).label(f"text_{place}") for place, text in enumerate(HOSTILE)])
    for in_bulk in (False, True):
        found = read_arrow(book.engine, texts, book.data_version, in_bulk).to_pylist()
        assert list(found[0].values()) == list(HOSTILE)
    book.engine.dispose()


def test_a_schema_that_is_not_there_is_told(dozen_url: str, postgresql_server: str) -> None:
    with pytest.raises(PublishFailed) as error:
        publish_book(dozen_url, f"{postgresql_server}&options=-csearch_path%3Dnowhere")
    assert error.value.facts["why"] == "search_path"


def test_a_server_that_cannot_be_reached_is_told_without_its_password(dozen_url: str, tmp_path: Path) -> None:
    importlib.import_module("psycopg")
    url = f"postgresql+psycopg://lin:s3cret@/book?host={tmp_path}"
    with pytest.raises(PublishFailed) as failed:
        publish_book(dozen_url, url)
    with pytest.raises(BookMissing) as missing:
        open_book(url)
    for error in (failed.value, missing.value):
        assert "s3cret" not in str(error)
        assert "***" in str(error.facts["address"])


def test_a_driver_that_is_not_installed_and_an_unknown_engine_are_told(
    dozen_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("psycopg", "adbc_driver_spark", "adbc_driver_spark.dbapi", "adbc_driver_postgresql.dbapi"):
        monkeypatch.setitem(sys.modules, name, None)
    for url in ("postgresql+psycopg://lin@host/book", "spark://host/books", "mysql://host/book"):
        with pytest.raises(DriverMissing):
            open_book(url)
    for url in ("postgresql+psycopg://lin@host/book", "mysql://host/book"):
        with pytest.raises(DriverMissing):
            publish_book(dozen_url, url)
    with pytest.raises(DriverMissing):
        identity("spark://host/books/other")
