"""Rows that grow month by month, column by column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


class Ledger:
    """Columns of one growing length.

    Parameters
    ----------
    columns
        Type of each column and its width: 0 for one value a row.

    Attributes
    ----------
    count
        Rows in use.
    """

    def __init__(self, columns: Mapping[str, tuple[str, int]]) -> None:
        self.count = 0
        self._columns = {
            name: np.zeros((1024, width) if width else 1024, dtype=kind) for name, (kind, width) in columns.items()
        }

    def __getitem__(self, name: str) -> np.ndarray:
        """Return a column's rows in use; writing to it writes to the ledger."""
        return self._columns[name][: self.count]

    def append(self, rows: Mapping[str, np.ndarray], count: int) -> np.ndarray:
        """Add rows and return their places; a column not given is zero."""
        before = self.count
        self.count += count
        for name, column in self._columns.items():
            if self.count > len(column):
                shape = (max(self.count, 2 * len(column)), *column.shape[1:])
                grown = np.zeros(shape, dtype=column.dtype)
                grown[: len(column)] = column
                self._columns[name] = grown
        for name, values in rows.items():
            self._columns[name][before : self.count] = values
        return np.arange(before, self.count)
