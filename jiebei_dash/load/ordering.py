"""The order of rows in memory, from numbers instead of texts: the order that the embedded engine would give them.

Every key becomes a whole number of few bits that has its order: the place among the values that occur. The numbers of a
row are put side by side into one word of 64 bits, and words are sorted; texts are never compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_Words = npt.NDArray[np.uint64]
_Field = tuple[_Words, int]
"""Numbers of the rows, none negative, and how many bits the largest needs."""
_WORD_BITS = 64
_NARROW = 1 << 16
"""Below so many, places among the values that occur are looked up in a table."""


def row_order(keys: Sequence[pa.ChunkedArray]) -> npt.NDArray[np.int64]:
    """Return the rows in ascending order of some keys, unknown last, texts by their bytes.

    Parameters
    ----------
    keys
        Columns of whole numbers, dates or texts, the most significant first; at least one.

    Returns
    -------
    numpy.ndarray
        Row numbers; rows with the same keys stay in the order in which they came.
    """
    words: list[_Words] = []
    room = 0
    for key in keys:
        for numbers, bits in _fields(key):
            if words and bits <= room:
                words[-1] = (words[-1] << np.uint64(bits)) | numbers
                room -= bits
            else:
                words.append(numbers)
                room = _WORD_BITS - bits
    if len(words) == 1:
        order = np.argsort(words[0])
        ordered = words[0][order]
        if not (ordered[1:] == ordered[:-1]).any():
            return order
    # Texts that are all empty have no numbers.
    return np.lexsort(words[::-1]) if words else np.arange(len(keys[0]))


def _fields(key: pa.ChunkedArray) -> Iterator[_Field]:
    column = key.combine_chunks()
    if pa.types.is_dictionary(column.type):
        texts = np.array([str(text).encode() for text in column.dictionary.to_pylist()], dtype=object)
        places = np.empty(len(texts) + 1, dtype=np.int64)
        places[:-1] = np.unique(texts, return_inverse=True)[1] if len(texts) else 0
        places[-1] = len(texts)
        yield _narrow(places[pc.fill_null(column.indices.cast(pa.int64()), len(texts)).to_numpy()])
    elif pa.types.is_string(column.type):
        yield from _texts(column)
    else:
        numbers = (column.cast(pa.int32()) if pa.types.is_date32(column.type) else column).cast(pa.int64())
        most = pc.max(numbers).as_py() or 0
        # One above the largest is unknown.
        yield _narrow(pc.fill_null(numbers, most + 1).to_numpy(zero_copy_only=False))


def _narrow(numbers: npt.NDArray[np.int64]) -> _Field:
    least = int(numbers.min()) if len(numbers) else 0
    distance = (numbers - least).astype(np.uint64)
    most = int(distance.max(initial=0))
    return _ranked(distance, most) if most < _NARROW else (distance, most.bit_length())


def _ranked(numbers: npt.NDArray[Any], most: int) -> _Field:
    """The place of each number among those that occur."""
    occurs = np.zeros(most + 1, dtype=bool)
    occurs[numbers] = True
    places = np.cumsum(occurs, dtype=np.uint64) - np.uint64(1)
    return places[numbers], int(places[-1]).bit_length()


def _texts(column: pa.StringArray) -> Iterator[_Field]:
    if column.null_count:
        unknown = pc.is_null(column).to_numpy(zero_copy_only=False)
        yield unknown.astype(np.uint64), 1
        column = pc.fill_null(column, "")
    count = len(column)
    _, ends_buffer, bytes_buffer = column.buffers()
    if count == 0:
        return
    ends = np.frombuffer(ends_buffer, dtype=np.int32)[column.offset : column.offset + count + 1]
    data = np.frombuffer(bytes_buffer or b"", dtype=np.uint8)[int(ends[0]) : int(ends[-1])]
    lengths = np.diff(ends)
    width = int(lengths.max(initial=0))
    is_even = bool((lengths == width).all())
    if is_even and width % 2 == 0:
        padded = data.reshape(count, width)
    else:
        padded = np.zeros((count, width + width % 2), dtype=np.uint8)
        padded[np.arange(padded.shape[1]) < lengths[:, None]] = data
    pairs = np.ascontiguousarray(padded).view(">u2")
    for place in range(pairs.shape[1]):
        yield _ranked(pairs[:, place].astype(np.uint16), _NARROW - 1)
    if not is_even:
        # A text that ends in zero bytes is not the one without them.
        yield lengths.astype(np.uint64), width.bit_length()
