"""A running app and a Chromium to look at it with: for the walks, the pictures and the bench."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(book_url: str, models_dir: Path, desk: Path) -> Iterator[str]:
    """Serve a book on a free port of loopback and yield its address."""
    port = free_port()
    environment = {
        **os.environ,
        "JIEBEI_BOOK": book_url,
        "JIEBEI_MODELS": str(models_dir),
        "JIEBEI_DESK": f"sqlite:///{desk}",
        "OMP_NUM_THREADS": "1",
    }
    log = desk.with_suffix(".server.log")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jiebei_dash.ui", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_up(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers, or say what it printed before it ended."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the app did not come up:\n{log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open a headless browser: the system's, or Playwright's own where there is none."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page, timeout_ms: int = 60_000) -> None:
    """Wait until the script has run, nothing is a skeleton and every chart is drawn."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]",
        timeout=timeout_ms,
        state="attached",
    )
    page.wait_for_selector("h1", timeout=timeout_ms)
    page.wait_for_function(
        """() => !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
             && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
                .every(chart => chart.querySelector('.main-svg'))""",
        timeout=timeout_ms,
    )
    page.wait_for_timeout(250)
