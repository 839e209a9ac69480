"""Memory of the served app after a reader has been on every page in every role."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from jiebei_dash.book.engine import Book
from jiebei_dash.settings import read_settings
from jiebei_dash.terms import ROLES
from jiebei_dash.ui.pages import PAGES
from tests.bench.measure import family, peak_resident_mb, resident_mb
from tests.browser.site import chromium, served, settle

PATIENCE_MS = 600_000


def run(book: Book, url: str) -> None:
    """Print resident memory before the first visit and after the last."""
    settings = read_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(url, settings.models_dir, Path(folder) / "desk.sqlite") as address,
        chromium() as browser,
    ):
        pid = server()
        at_first = sum(resident_mb(each) for each in family(pid))
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        for role in ROLES:
            for record in PAGES:
                if role in record.readers:
                    visit(page, f"{address}/{record.path}?lang=en&role={role}")
        print(f"\nmemory of the app, MB{'resident':>12}{'peak':>12}")
        print(f"  {'before the first visit':<19}{at_first:>12.0f}")
        processes = family(pid)
        now, peak = (sum(of(each) for each in processes) for of in (resident_mb, peak_resident_mb))
        print(f"  {'after every page':<19}{now:>12.0f}{peak:>12.0f}")


def visit(page: Page, url: str) -> None:
    """Open a page and wait until it stands, however long it takes."""
    page.goto(url)
    settle(page, PATIENCE_MS)


def server() -> int:
    """Return the process that serves the app: a child of this one."""
    for pid in family(os.getpid()):
        if "jiebei_dash.ui" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
            return pid
    raise RuntimeError("nobody serves")
