"""Expressions of a mapping: what they say, and what is outside their grammar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from jiebei_dash.load.formula import LONGEST, FormulaInvalid, built, columns_of
from jiebei_dash.load.reading import number_of

FIELDS = {"a": "5", "b": "2,5", "none": "ND1", "借据": "2024-01-15", "Any Name": " x "}
TAPE = sa.table("tape", *[sa.column(name, sa.String) for name in FIELDS])


@pytest.fixture(scope="module")
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        values = sa.select(*[sa.literal(value).label(name) for name, value in FIELDS.items()])
        text = values.compile(engine, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE TABLE tape AS {text}")
        yield connection
    engine.dispose()


def said(connection: sa.Connection, text: str) -> Any:
    part, _ = built(text, TAPE, no_data=("ND1",))
    return connection.execute(sa.select(part.sql).select_from(TAPE)).scalar_one()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a - 1 / 2", 4.5),
        ("-a * 2", -10.0),
        ("a / 0", None),
        ("a if a > 3 else 0", 5.0),
        ("'late' if a >= 5 and not a != 5 else 'early'", "late"),
        ("a in (4, 5)", True),
        ("a not in ('4', '6')", True),
        ("concat(a, '-', col('Any Name'))", "5-x"),
        ("left(借据, 4)", "2024"),
        ("right(upper('ab'), 1)", "B"),
        ("length(b)", 3.0),
        ("contains(b, ',')", True),
        ("months_between(借据, to_date('2024-05-01'))", 4.0),
        ("days_between(借据, '2024-02-15')", 31.0),
        ("add_months(month(借据), a)", date(2024, 6, 1)),
        ("to_date('15/01/2024', '%Y-%m-%d', '%d/%m/%Y')", date(2024, 1, 15)),
        ("coalesce(none, a)", "5"),
        ("if_missing(number(none), 7)", 7.0),
        ("none == None", True),
        ("least(a, 3)", 3.0),
        ("round(a / 3, 2)", 1.67),
    ],
)
def test_an_expression_says_what_it_reads_like(connection: sa.Connection, text: str, value: object) -> None:
    assert said(connection, text) == value


def test_a_field_that_is_no_number_is_a_fault_with_the_name_of_its_column(connection: sa.Connection) -> None:
    _, faults = built("a + b + none", TAPE, no_data=("ND1",))
    asked = sa.select(*[condition for condition, _ in faults]).select_from(TAPE)
    found = connection.execute(asked).one()
    assert [(reason, bool(is_fault)) for (_, reason), is_fault in zip(faults, found, strict=True)] == [
        ("not_a_number a", False), ("not_a_number b", True), ("not_a_number none", False),
    ]  # fmt: skip


def test_the_columns_of_an_expression_are_known_before_the_tape_is_read() -> None:
    assert columns_of("coalesce(col('Any Name'), left(b, 2)) if a in (1, 2) else 借据") == [
        "Any Name",
        "a",
        "b",
        "借据",
    ]


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a[0]", "lambda: 1", "f'{a}'", "a +", "a < b < a", "col(a)", "eval('1')", "a ** 2",
     "round(a, b)", "left(a)", "a in b", "[a]", "(x := a)", "True", "a" * (LONGEST + 1) + "+", ""],
)  # fmt: skip
def test_what_is_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(FormulaInvalid, match="bad_expression"):
        built(text, TAPE)


@pytest.mark.parametrize("text", ["a and b", "1 if a else 2", "month(1)", "'x' if a > 1 else 2", "-month(借据)"])
def test_kinds_are_not_mixed(text: str) -> None:
    with pytest.raises(FormulaInvalid, match="mixed_kinds"):
        built(text, TAPE)


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("12.5%", "as_written", 0.125),
        ("1,234.56", "as_written", 1234.56),
        ("¥3,000", "as_written", 3000.0),
        ("１２．５", "as_written", 12.5),
        ("(1,234)", "as_written", -1234.0),
        ("1.2亿元", "as_written", 120_000_000.0),
        ("3万", "as_written", 30_000.0),
        ("1.234,56", "decimal_comma", 1234.56),
        ("about 3", "as_written", None),
        ("1,234.56", "plain", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them_where_the_mapping_says_so(
    connection: sa.Connection, text: str, number: str, value: float | None
) -> None:
    assert connection.execute(sa.select(number_of(sa.literal(text), number))).scalar_one() == value
