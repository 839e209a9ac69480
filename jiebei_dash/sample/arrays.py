"""Arrays of the invented book as Arrow columns: numbers become opaque names, codes, months, days and moments.

Numbers are handed over in their own width and codes as dictionaries: whoever writes the book casts them to its types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jiebei_dash.sample.months import Flags, Ints, first_day

_DIGITS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)
_LENGTH = 10
_ROOM_OF_A_SHARD = 2**24
"""Numbers of one kind that a shard may give; the 2^45 numbers are enough for two million shards."""
_LAST_MONTH = 12 * 400


@dataclass(frozen=True)
class Names:
    """The opaque numbers of everything in a shard."""

    application: pa.Array
    decision: pa.Array
    customer: pa.Array
    loan: pa.Array


def opaque(prefix: str, count: int, shard: int = 0) -> pa.Array:
    """Return opaque numbers, a letter and nine digits to the base 32 that do not show the order.

    Parameters
    ----------
    prefix
        The letter.
    count
        How many; all are different, and different from those of another shard.
    shard
        Number of the shard that gives them.
    """
    if count > _ROOM_OF_A_SHARD:
        raise ValueError(f"a shard has at most {_ROOM_OF_A_SHARD} numbers of a kind")
    # An odd factor permutes the numbers below a power of two.
    plain = np.arange(count, dtype=np.uint64) + np.uint64(shard * _ROOM_OF_A_SHARD)
    mixed = (plain * np.uint64(20_182_818_284_591) + np.uint64(14_142_135_623_731)) & np.uint64(2**45 - 1)
    mixed ^= mixed >> np.uint64(22)
    letters = np.empty((count, _LENGTH), dtype=np.uint8)
    letters[:, 0] = ord(prefix)
    for place in range(_LENGTH - 1):
        letters[:, _LENGTH - 1 - place] = _DIGITS[(mixed >> np.uint64(5 * place)) & np.uint64(31)]
    ends = np.arange(0, _LENGTH * (count + 1), _LENGTH, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(letters))


def months(number: Ints) -> pa.Array:
    """Return months as dates; a negative one is unknown."""
    number = np.asarray(number)
    return _known(_FIRST_DAYS[np.maximum(number, 0)], number).view(pa.date32())


def days(number: Ints) -> pa.Array:
    """Return days as dates; a negative one is unknown."""
    number = np.asarray(number)
    return _known(number.astype(np.int32), number).view(pa.date32())


def moments(milliseconds: Ints) -> pa.Array:
    """Return moments; a negative one is unknown."""
    return _known(milliseconds, milliseconds).view(pa.timestamp("ms"))


def _known(values: np.ndarray, number: np.ndarray) -> pa.Array:
    """Values are unknown where the number is negative."""
    unknown = number < 0
    return pa.array(values, mask=unknown if unknown.any() else None)


def words(codes: Sequence[str], number: np.ndarray, mask: Flags | None = None) -> pa.Array:
    """Return the code of each number."""
    narrow = np.asarray(number).astype(np.int8 if len(codes) <= np.iinfo(np.int8).max else np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(narrow, mask=mask), pa.array(list(codes)))


def take(columns: dict[str, pa.Array], rows: np.ndarray) -> dict[str, pa.Array]:
    """Return the columns at these rows."""
    at = pa.array(rows)
    return {name: column.take(at) for name, column in columns.items()}


_FIRST_DAYS = first_day(np.arange(_LAST_MONTH)).astype(np.int32)
