"""A load that runs in a process of its own: started, watched and stopped from the page, finished without it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jiebei_dash.book import access
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import Language, Role

_STEP = re.compile(r"\]\s+(\d+)%\s+\d+ s\s+(.*)")


@dataclass(frozen=True)
class Running:
    """A load that was started.

    Parameters
    ----------
    process
        Its process.
    folder
        Where it writes what it says.
    tape
        Name of the tape.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    tape: str

    @property
    def exit_code(self) -> int | None:
        """None while it runs; 0 when it was done, 130 when it was stopped."""
        return self.process.poll()

    def progress(self) -> tuple[float, str]:
        """Return how far it is, 0 to 1, and what it does."""
        steps = _STEP.findall(self._read("said"))
        return (min(1.0, int(steps[-1][0]) / 100), steps[-1][1].strip()) if steps else (0.0, "")

    def report(self) -> list[str]:
        """Return the lines of its report; of one that failed, the sentence that says why."""
        lines = self._read("report").splitlines()
        return lines or [line for line in self._read("said").splitlines() if line and not _STEP.search(line)][-1:]

    def stop(self) -> None:
        """Ask it to stop; the book stays as it was."""
        if self.exit_code is None:
            self.process.send_signal(signal.SIGINT)

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")


def start(
    role: Role,
    language: Language,
    tape: Path,
    mapping: Path,
    book_url: str,
    mode: str = "WHOLE",
    controls: Path | None = None,
) -> Running:
    """Start a load as the command line would.

    Parameters
    ----------
    role
        Who starts it.
    language
        Of its report.
    tape, mapping
        File or folder, and the mapping file.
    book_url
        Address of the book.
    mode
        ``WHOLE`` (the tape is the book) or ``MONTHS`` (its months replace those of the book).
    controls
        CSV file of control totals; None if there are none.

    Raises
    ------
    MayNotLoad
        The role may not bring in a tape.
    """
    access.check_load(role)
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    command = [sys.executable, "-m", "jiebei_dash", "--lang", language, "load", str(tape), "--mapping", str(mapping)]
    command += ["--months"] if mode == "MONTHS" else []
    command += ["--controls", str(controls)] if controls is not None else []
    with (folder / "report").open("wb") as report, (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [*command, "--book", book_url],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=said,
        )
    return Running(process, folder, tape.name)
