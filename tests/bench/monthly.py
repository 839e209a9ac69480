"""The risk monthly, from the command line in a fresh process: both files in each language."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jiebei_dash.book.engine import Book
from jiebei_dash.terms import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
AIM_S = 20


def run(book: Book, url: str) -> None:
    """Print the seconds of the whole command, its start included."""
    print(f"\nthe risk monthly, PDF and workbook, in a fresh process, s (aim {AIM_S})")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environment = os.environ | {"JIEBEI_DESK": f"sqlite:///{folder / 'desk.sqlite'}"}
        for language in LANGUAGES:
            files = {kind: folder / f"{language}.{kind}" for kind in ("pdf", "xlsx")}
            given = [part for kind, path in files.items() for part in (f"--{kind}", str(path))]
            command = [sys.executable, "-m", "jiebei_dash", "monthly", "--lang", language, "--book", url, *given]
            began = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
            took = time.perf_counter() - began
            sizes = ", ".join(f"{kind} {path.stat().st_size / 1000:,.0f} kB" for kind, path in files.items())
            print(f"  {language:<28}{took:>8.1f}   {sizes}")
