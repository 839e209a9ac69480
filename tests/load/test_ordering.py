"""The order of rows from numbers is the order that the embedded engine gives to the same rows."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa

from jiebei_dash.load.ordering import row_order

ROWS = 3_000
LETTERS = ["a", "b", "Z", "0", "é", "月", "\x00", " ", "𝄞", "~"]


def engine_order(keys: list[pa.ChunkedArray]) -> list[int]:
    """The rows as the engine sorts them, unknown last; the row number is the last key."""
    names = [f"k{place}" for place in range(len(keys))]
    rows = pa.table([*keys, pa.array(range(len(keys[0])))], names=[*names, "row"])
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.register("given", rows)  # type: ignore[union-attr]
        order = ", ".join(f"{name} nulls last" for name in names)
        found = driver.execute(f"select row from given order by {order}, row").fetchall()  # type: ignore[union-attr]
    engine.dispose()
    return [row for (row,) in found]


def texts(chance: random.Random, most: int) -> pa.ChunkedArray:
    found = ["".join(chance.choices(LETTERS, k=chance.randint(0, most))) for _ in range(ROWS)]
    return pa.chunked_array([pa.array([None if chance.random() < 0.02 else text for text in found])])


def days(chance: random.Random) -> pa.ChunkedArray:
    found = [
        None if chance.random() < 0.1 else date(1969, 6, 1) + timedelta(chance.randrange(900)) for _ in range(ROWS)
    ]
    return pa.chunked_array([pa.array(found, pa.date32())])


def whole_numbers(chance: random.Random, least: int, most: int, kind: pa.DataType) -> pa.ChunkedArray:
    found = [None if chance.random() < 0.05 else chance.randint(least, most) for _ in range(ROWS)]
    return pa.chunked_array([pa.array(found[:1000], kind), pa.array(found[1000:], kind)])


def codes(chance: random.Random) -> pa.ChunkedArray:
    """Codes whose words stand in another order in each of two chunks, one of them twice."""
    one = pa.DictionaryArray.from_arrays(
        pa.array([chance.randrange(3) for _ in range(1000)], pa.int8()), ["M2", "C", "é"]
    )
    indices = [None if chance.random() < 0.1 else chance.randrange(4) for _ in range(ROWS - 1000)]
    other = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), ["WO", "M2", "", "M2"])
    return pa.chunked_array([one, other])


@pytest.mark.parametrize("seed", range(4))
def test_rows_lie_as_the_engine_would_lay_them(seed: int) -> None:
    chance = random.Random(seed)
    keys = {
        "short": texts(chance, 1),
        "long": texts(chance, 23),
        "day": days(chance),
        "code": codes(chance),
        "small": whole_numbers(chance, -5, 5, pa.int16()),
        "large": whole_numbers(chance, -(1 << 40), 1 << 40, pa.int64()),
    }
    for chosen in (["day", "code", "long"], ["short", "small", "large", "long"], ["long"], ["code"], ["large", "day"]):
        columns = [keys[name] for name in chosen]
        assert row_order(columns).tolist() == engine_order(columns), chosen


def test_numbers_of_one_length_that_do_not_fit_into_a_word_are_sorted_by_all_their_bytes() -> None:
    numbers = [f"{'L' * 20}{place:05}" for place in range(2_000)]
    shuffled = random.Random(3).sample(numbers, len(numbers))
    order = row_order([pa.chunked_array([shuffled])])
    assert [shuffled[row] for row in order] == numbers


def test_rows_with_the_same_keys_stay_as_they_came() -> None:
    key = pa.chunked_array([pa.array([2, 1, 2, 1, 1], pa.int32())])
    assert row_order([key]).tolist() == [1, 3, 4, 0, 2]


@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.date32(), pa.dictionary(pa.int8(), pa.string())])
def test_no_row_and_nothing_known_have_an_order_too(kind: pa.DataType) -> None:
    assert row_order([pa.chunked_array([], kind)]).tolist() == []
    assert row_order([pa.chunked_array([pa.nulls(3, kind)])]).tolist() == [0, 1, 2]


def test_a_part_of_a_column_is_sorted_by_its_own_rows() -> None:
    column = pa.chunked_array([pa.array(["z", "y", "b", "a", None, "c"])]).slice(2)
    assert np.asarray(row_order([column])).tolist() == [1, 0, 3, 2]
