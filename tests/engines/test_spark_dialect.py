"""Values in Spark's statements: what goes in comes back, and nothing leaves its quotes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from jiebei_dash.book.spark_dialect import SparkDialect, quoted
from tests.engines.asked import HOSTILE

WORDS = sa.select(
    sa.literal(1).label("place"), sa.literal("secret").label("word"), sa.literal(True).label("is_kept")
).subquery("words")


@pytest.fixture(scope="module")
def sail(sail_server: str) -> Iterator[Engine]:
    engine = sa.create_engine(sail_server)
    yield engine
    engine.dispose()


def only(engine: Engine, value: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.select(value)).scalar_one()


def test_a_backslash_and_a_quote_are_written_as_spark_reads_them() -> None:
    assert quoted("a'b\\ c\\") == r"'a\'b\\ c\\'"
    assert quoted("line\nbreak") == r"'line\nbreak'"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_comes_back_as_it_was(sail: Engine, text: str) -> None:
    assert only(sail, sa.literal(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_finds_itself_and_nothing_else(sail: Engine, text: str) -> None:
    with sail.connect() as connection:
        for condition in (
            WORDS.c.word == text,
            WORDS.c.word.in_([text, "other"]),
            WORDS.c.word.like(text),
            sa.case((WORDS.c.word == text, text), else_="no") == text,
        ):
            found = connection.execute(sa.select(WORDS.c.word).where(condition)).all()
            assert found == [] or text == "no"
        same = sa.select(sa.literal(text).label("word")).subquery("same")
        kept = connection.execute(sa.select(same.c.word).where(same.c.word.in_([text]))).scalars().all()
        assert kept == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_statement_that_people_read_has_the_same_text(sail: Engine, text: str) -> None:
    statement = sa.select(sa.literal(text))
    written = str(statement.compile(dialect=SparkDialect(), compile_kwargs={"literal_binds": True}))
    with sail.connect() as connection:
        assert connection.exec_driver_sql(written).scalar_one() == text


@pytest.mark.parametrize(
    "value",
    [0, -1, 2**31, -(2**63) + 1, 0.1, 1e-300, -1.5e300, 1e22, True, False, date(2024, 2, 29),
     datetime(2024, 2, 29, 23, 59, 59, 123456)],
)  # fmt: skip
def test_a_value_comes_back_as_it_was(sail: Engine, value: Any) -> None:
    found = only(sail, sa.literal(value))
    assert found == value
    assert type(found) is type(value)


def test_unknown_is_null_and_an_empty_list_holds_nothing(sail: Engine) -> None:
    assert only(sail, sa.cast(sa.literal(None), sa.Integer)) is None
    with sail.connect() as connection:
        nothing: list[str] = []
        assert connection.execute(sa.select(WORDS.c.place).where(WORDS.c.word.in_(nothing))).all() == []
        assert connection.execute(sa.select(WORDS.c.place).where(WORDS.c.word.not_in(nothing))).all() == [(1,)]


def test_an_infinite_fraction_is_written_too(sail: Engine) -> None:
    assert only(sail, sa.literal(float("inf"))) == float("inf")
    assert only(sail, sa.literal(float("nan"))) != only(sail, sa.literal(0.0))


def test_a_statement_that_was_kept_takes_the_new_value(sail: Engine) -> None:
    with sail.connect() as connection:
        found = [connection.execute(sa.select(sa.literal(text))).scalar_one() for text in ("one", "two'", "one")]
    assert found == ["one", "two'", "one"]


def test_pages_of_a_list_do_not_overlap(sail: Engine) -> None:
    rows = sa.union_all(*[sa.select(sa.literal(place).label("place")) for place in range(5)]).subquery("rows")
    with sail.connect() as connection:
        pages = [
            connection.execute(sa.select(rows.c.place).order_by(rows.c.place.desc()).limit(2).offset(start))
            .scalars()
            .all()
            for start in (0, 2, 4)
        ]
    assert pages == [[4, 3], [2, 1], [0]]


def test_unknown_values_come_last_up_and_down(sail: Engine) -> None:
    rows = sa.union_all(sa.select(sa.cast(sa.null(), sa.Integer).label("place")), sa.select(sa.literal(1))).subquery(
        "rows"
    )
    with sail.connect() as connection:
        for order in (rows.c.place, rows.c.place.desc(), rows.c.place.nulls_last()):
            assert connection.execute(sa.select(rows.c.place).order_by(order)).scalars().all() == [1, None]
        assert connection.execute(sa.select(rows.c.place).order_by(rows.c.place.nulls_first())).scalars().all() == [
            None,
            1,
        ]


def test_a_name_with_a_backtick_stays_a_name(sail: Engine) -> None:
    with sail.connect() as connection:
        row = connection.execute(sa.select(sa.literal(1).label("a`b select"))).mappings().one()
    assert dict(row) == {"a`b select": 1}


def test_views_and_their_columns_are_found(sail: Engine) -> None:
    with sail.connect() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE TEMPORARY VIEW seen AS SELECT 1 AS one, DATE '2024-01-01' AS day"
        ).close()
        inspector = sa.inspect(connection)
        assert "seen" in inspector.get_view_names()
        assert inspector.has_table("seen")
        types = {column["name"]: type(column["type"]) for column in inspector.get_columns("seen")}
    assert types == {"one": sa.Integer, "day": sa.Date}


def test_types_are_named_as_spark_names_them() -> None:
    dialect = SparkDialect()
    wanted = {
        sa.String(): "STRING", sa.Integer(): "INT", sa.SmallInteger(): "SMALLINT", sa.BigInteger(): "BIGINT",
        sa.Double(): "DOUBLE", sa.Boolean(): "BOOLEAN", sa.Date(): "DATE", sa.DateTime(): "TIMESTAMP_NTZ",
    }  # fmt: skip
    assert {kind.compile(dialect=dialect) for kind in wanted} == set(wanted.values())
    assert [kind.compile(dialect=dialect) for kind in wanted] == list(wanted.values())
