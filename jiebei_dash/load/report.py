"""What a load did, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jiebei_dash.load.controls import Total
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
class Told:
    """How many rows of a file have a reason: set aside, or, for a warning, loaded in spite of it."""

    file: str
    table: str
    reason: str
    column: str
    count: int
    is_warning: bool = False


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
    reasons
        Why rows were set aside, and warnings, by file, table, reason and column.
    quarantine_path
        Where what was set aside lies; None if nothing was.
    seconds
        How long it took.
    totals
        Control totals, each with what was loaded.
    load_no
        Number of the load.
    outcome
        LOADED or UNCHANGED.
    mode
        WHOLE or MONTHS.
    """

    name: str
    data_version: str
    brought: tuple[Brought, ...]
    rows: dict[str, int]
    reasons: tuple[Told, ...]
    quarantine_path: Path | None
    seconds: float
    totals: tuple[Total, ...] = ()
    load_no: int = 1
    outcome: str = "LOADED"
    mode: str = "WHOLE"

    def lines(self, words: Words) -> list[str]:
        """Return the lines to print after a load.

        Parameters
        ----------
        words
            In which language.

        Returns
        -------
        list of str
            The book; a line a file; then, if rows were set aside, a line a reason and where they are listed; then the
            totals that do not tie.
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
        if self.outcome == "UNCHANGED":
            lines.append(words("load.unchanged"))
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
        for told in sorted(self.reasons, key=lambda told: (told.is_warning, told.file, told.column, told.reason)):
            place = f"{told.file}, {told.column}" if told.column else told.file
            reason = words.code("tape_reason", told.reason)
            key = "load.warned" if told.is_warning else "load.set_aside"
            lines.append(words(key, place=place, reason=reason, count=numbers.count(told.count)))
        if self.quarantine_path is not None:
            lines.append(words("load.listed", path=str(self.quarantine_path)))
        return lines + self._tied(words)

    def _tied(self, words: Words) -> list[str]:
        """Totals: how many tie, and a line for each that does not."""
        if not self.totals:
            return []
        apart = [total for total in self.totals if not total.ties]
        count = numbers.count(len(self.totals) - len(apart))
        lines = [words("load.ties", count=count, all=numbers.count(len(self.totals)))]
        for total in apart:
            month = f" {total.month:%Y-%m}" if total.month is not None else ""
            lines.append(
                words(
                    "load.does_not_tie",
                    place=f"{total.table}{month}",
                    measure=words.code("control_measure", total.measure),
                    control=f"{total.control_value:,.0f}",
                    loaded=f"{total.loaded_value:,.0f}",
                )
            )
        return lines
