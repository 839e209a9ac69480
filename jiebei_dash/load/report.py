"""What a load did, in numbers and in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jiebei_dash.load.quarantine import Quarantined
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


@dataclass(frozen=True)
class Brought:
    """What became of a file's rows: ``rows_in = loaded + quarantined``."""

    file: str
    table: str
    rows_in: int
    loaded: int
    quarantined: int


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Parameters
    ----------
    name
        What the book is called.
    data_version
        Its identity.
    brought
        By file and table.
    rows
        Rows written, by table; derived tables are among them.
    quarantined
        The rows that were not loaded.
    quarantine_path
        Where they are listed; None if there are none.
    seconds
        How long it took.
    """

    name: str
    data_version: str
    brought: tuple[Brought, ...]
    rows: dict[str, int]
    quarantined: tuple[Quarantined, ...]
    quarantine_path: Path | None
    seconds: float

    def lines(self, words: Words) -> list[str]:
        """Return the lines to print after a load.

        Parameters
        ----------
        words
            In which language.

        Returns
        -------
        list of str
            The book; a line a file; then, if rows were set aside, a line a reason and where they are listed.
        """
        lines = [
            words(
                "load.made",
                name=self.name,
                data_version=self.data_version,
                loans=numbers.count(self.rows.get("loan", 0)),
                months=numbers.count(self.rows.get("loan_month", 0)),
                duration=numbers.duration(self.seconds, words.language),
            )
        ]
        lines += [
            words(
                "load.brought",
                file=each.file,
                table=each.table,
                rows_in=numbers.count(each.rows_in),
                loaded=numbers.count(each.loaded),
                quarantined=numbers.count(each.quarantined),
            )
            for each in self.brought
        ]
        counts = Counter((row.file, row.column, row.reason) for row in self.quarantined)
        for (file, column, reason), count in sorted(counts.items()):
            place = f"{file}, {column}" if column else file
            told = words.code("tape_reason", reason)
            lines.append(words("load.set_aside", place=place, reason=told, count=numbers.count(count)))
        if self.quarantine_path is not None:
            lines.append(words("load.listed", path=str(self.quarantine_path)))
        return lines
