"""What a load leaves in the book's history: rows of ``load_run``, ``load_file``, ``load_reason`` and ``load_total``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func

from jiebei_dash.load.columns import REASON
from jiebei_dash.load.controls import Total
from jiebei_dash.load.mapping import TapeMapping
from jiebei_dash.load.report import Brought, Told
from jiebei_dash.load.splitting import Split


@dataclass
class History:
    """A load as it goes on.

    Attributes
    ----------
    mapping, tape, mode, started
        What is loaded, and since when.
    load_no, sha256
        Known once the book is held and the tape is read.
    brought, reasons, totals, quarantine, hashes
        Filled in on the way.
    """

    mapping: TapeMapping
    tape: str
    mode: str
    started: float
    load_no: int = 1
    sha256: str = ""
    brought: list[Brought] = field(default_factory=list)
    reasons: list[Told] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    quarantine: Path | None = None

    def rows(self, stopped_by: str = "") -> dict[str, list[dict[str, Any]]]:
        """Return the rows, by table of the history.

        Parameters
        ----------
        stopped_by
            Code of ``codes.load_stop``; empty if the load goes well.
        """
        number = {"load_no": self.load_no}
        run = number | {
            "outcome": "STOPPED" if stopped_by else "LOADED", "mode": self.mode, "tape": self.tape,
            "source_sha256": self.sha256, "mapping_sha256": self.mapping.sha256,
            "seconds": round(time.monotonic() - self.started, 3), "stopped_by": stopped_by,
        }  # fmt: skip
        files = [
            number | {"file": each.file, "table_name": each.table, "sha256": self.hashes.get(each.file, ""),
                      "rows_in": each.rows_in, "rows_loaded": each.loaded, "rows_quarantined": each.quarantined}
            for each in self.brought
        ]  # fmt: skip
        reasons = [
            number | {"file": each.file, "table_name": each.table, "reason": each.reason, "column_name": each.column,
                      "row_count": each.count, "is_warning": each.is_warning}
            for each in self.reasons
        ]  # fmt: skip
        totals = [total.row(self.load_no) for total in self.totals]
        return {"load_run": [run], "load_file": files, "load_reason": reasons, "load_total": totals}


def brought_of(splits: Mapping[str, Split]) -> list[Brought]:
    """Return what became of each file's rows."""
    return [
        Brought(
            split.staged.source.shown,
            split.table,
            split.row_count + split.staged.broken_count,
            split.row_count - split.bad_count,
            split.bad_count + split.staged.broken_count,
        )
        for split in splits.values()
    ]


def reasons_of(connection: sa.Connection, splits: Mapping[str, Split]) -> list[Told]:
    """Return why rows were set aside, and the warnings, by file, table, reason and column."""
    found: list[Told] = []
    for split in splits.values():
        file, table = split.staged.source.shown, split.table
        if split.staged.broken_count:
            found.append(Told(file, table, "broken_line", "", split.staged.broken_count))
        if split.bad_count:
            reason = split.rows.c[REASON]
            counts = sa.select(reason, func.count()).where(reason.is_not(None)).group_by(reason).order_by(reason)
            for text, count in connection.execute(counts):
                code, _, column = str(text).partition(" ")
                found.append(Told(file, table, code, column, int(str(count))))
        found += [Told(file, table, each.reason, each.column, each.count, True) for each in split.warned]
    return found
