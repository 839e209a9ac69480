"""The files of the monthly: made as bytes, counted, hashed, and put in their place whole."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.lineage import Lineage
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import ReportNotWritten
from jiebei_dash.report import pdf, workbook
from jiebei_dash.report.monthly import Progress, Report, fill
from jiebei_dash.text.words import Words

KINDS: tuple[str, ...] = ("pdf", "xlsx")
_MAKE: Mapping[str, Callable[[Report, date], bytes]] = {"pdf": pdf.to_pdf, "xlsx": workbook.to_xlsx}
_COUNT: Mapping[str, Callable[[bytes], int]] = {"pdf": pdf.count_of, "xlsx": workbook.count_of}


@dataclass(frozen=True)
class Made:
    """One file.

    Parameters
    ----------
    kind
        ``pdf`` or ``xlsx``.
    content
        Its bytes.
    count
        Pages or sheets.
    seconds
        From the first question on.
    sha256
        Of the bytes.
    data_version, scoped
        Of which version of the book, and of which part of it, in a sentence.
    """

    kind: str
    content: bytes
    count: int
    seconds: float
    sha256: str
    data_version: str
    scoped: str

    def detail(self) -> dict[str, str]:
        """Return what the log keeps of it."""
        about = {"kind": self.kind, "sha256": self.sha256}
        return {**about, "data_version": self.data_version, "scope": self.scoped}

    def said(self, words: Words) -> dict[str, str | int]:
        """Return what a sentence about the file says: count and unit, seconds, hash."""
        unit = words(f"monthly.unit_{self.kind}")
        return {"count": self.count, "unit": unit, "seconds": f"{self.seconds:.1f}", "sha256": self.sha256}


def make(
    scope: Scope,
    fetch: Fetch,
    lineage: Lineage,
    book_name: str,
    words: Words,
    kinds: tuple[str, ...] = KINDS,
    progress: Progress | None = None,
) -> tuple[Made, ...]:
    """Return the monthly as files of some kinds, all from the same answers.

    Parameters
    ----------
    scope, fetch, lineage, book_name, words, progress
        As in :func:`jiebei_dash.report.monthly.fill`.
    kinds
        Of ``KINDS``.
    """
    began = time.monotonic()
    report = fill(scope, fetch, lineage, book_name, words, progress)
    made = []
    for kind in kinds:
        content = _MAKE[kind](report, scope.as_of_month)
        seconds, sha256 = time.monotonic() - began, hashlib.sha256(content).hexdigest()
        count = _COUNT[kind](content)
        made.append(Made(kind, content, count, seconds, sha256, scope.data_version, report.scoped))
    if progress is not None:
        progress(report.title, 1.0)
    return tuple(made)


def put(content: bytes, path: Path) -> None:
    """Put a file in its place whole: a run that is killed leaves what was there before.

    Raises
    ------
    ReportNotWritten
        The folder is not there, or cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ReportNotWritten(path=str(path), why=error.strerror or "") from error
    finally:
        beside.unlink(missing_ok=True)
