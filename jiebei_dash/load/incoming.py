"""Rows that are given to a writer: what is refused of them, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy import Table


def check_columns(target: Table, names: Sequence[str]) -> None:
    """Refuse columns that a table does not have, and rows without its key.

    Raises
    ------
    ValueError
    """
    unknown = [name for name in names if name not in target.c]
    if unknown:
        raise ValueError(f"{target.name} has no column {', '.join(unknown)}")
    left_out = [column.name for column in target.primary_key if column.name not in names]
    if left_out:
        raise ValueError(f"{target.name} needs its key {', '.join(left_out)}")


def without_nan(incoming: pa.Table, target: Table) -> pa.Table:
    """Return rows in which unknown is NULL; a cast must not round a fraction in silence.

    Raises
    ------
    ValueError
        Fractions are given for a whole-number column.
    """
    for place, name in enumerate(incoming.column_names):
        column = incoming.column(place)
        if not pa.types.is_floating(column.type):
            continue
        column = pc.if_else(pc.is_nan(column), None, column)
        whole = pc.all(pc.equal(column, pc.floor(column))).as_py() is not False
        if isinstance(target.c[name].type, sa.Integer) and not whole:
            raise ValueError(f"{target.name}.{name} holds whole numbers")
        incoming = incoming.set_column(place, name, column)
    return incoming
