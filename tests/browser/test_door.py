"""The front door: no page can be reached around it, and nothing is fetched from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jiebei_dash.text.words import load_words
from jiebei_dash.ui.pages import PAGES
from tests.browser.site import ROOT, free_port, served, settle, wait_until_up

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = load_words("en")


@contextmanager
def started_plainly(book_url: str, folder: Path) -> Iterator[str]:
    """As someone would who knows Streamlit and not our command."""
    port = free_port()
    environment = {**os.environ, "JIEBEI_BOOK": book_url, "JIEBEI_DESK": f"sqlite:///{folder / 'desk.sqlite'}"}
    log = folder / "plain.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            wait_until_up(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.mark.parametrize("way", ["ours", "plain"])
def test_the_first_request_of_a_server_cannot_go_around_the_door(
    page: Page, dozen_url: str, tmp_path: Path, way: str
) -> None:
    started = (
        served(dozen_url, tmp_path / "models", tmp_path / "desk.sqlite")
        if way == "ours"
        else started_plainly(dozen_url, tmp_path)
    )
    with started as address:
        page.goto(f"{address}/decision?role=manager&lang=en")
        settle(page)
        assert page.locator("h1").all_inner_texts() == [WORDS("overview.title")]
        menu = page.locator("[data-testid=stSidebarNav]").inner_text()
        assert WORDS("overview.menu") in menu
        assert WORDS("decision.menu") not in menu


def test_every_page_asked_for_first_opens_by_the_door_for_its_own_reader(
    page: Page, dozen_url: str, tmp_path: Path
) -> None:
    with started_plainly(dozen_url, tmp_path) as address:
        for record in PAGES:
            page.goto(f"{address}/{record.path}?role={record.reader}&lang=en")
            settle(page)
            assert page.locator("h1").all_inner_texts() == [WORDS(f"{record.key}.title")]
            assert page.locator("[data-testid=stException]").count() == 0


def test_the_app_listens_on_this_machine_only_and_fetches_nothing_from_elsewhere(page: Page, site: str) -> None:
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    for record in PAGES:
        page.goto(f"{site}/{record.path}?role={record.reader}&lang=zh")
        settle(page)
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []
    assert site.startswith("http://127.0.0.1:")


def test_the_front_page_answers_to_its_name_and_the_back_button_undoes_a_choice(
    page: Page, dozen_url: str, tmp_path: Path
) -> None:
    with served(dozen_url, tmp_path / "models", tmp_path / "desk.sqlite") as address:
        page.goto(f"{address}/overview?lang=en")
        settle(page)
        assert page.locator("h1").all_inner_texts() == [WORDS("overview.title")]
        assert page.locator("[role=dialog]").count() == 0
        page.goto(f"{address}/delinquency?lang=en&channel=HOME")
        settle(page)
        page.get_by_role("radio", name=WORDS.code("basis", "count")).click()
        page.wait_for_url("**basis=count**")
        settle(page)
        page.go_back()
        page.wait_for_url(lambda url: "basis" not in url)
        settle(page)
        page.get_by_role("radio", name=WORDS.code("basis", "balance"), checked=True).wait_for()
        page.get_by_role("radio", name="中文").click()
        page.wait_for_url("**lang=zh**")
        settle(page)
        page.go_back()
        page.wait_for_url("**lang=en**")
        settle(page)
        assert "channel=HOME" in page.url
        assert page.locator("h1").all_inner_texts() == [WORDS("delinquency.title")]
