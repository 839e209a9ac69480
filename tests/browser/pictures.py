"""Take a picture of every page at 1440x900, in both languages, light and dark: ``python -m tests.browser.pictures``."""

import os
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.settings import read_settings
from jiebei_dash.ui.pages import PAGES, PageRecord
from tests.browser.site import ROOT, chromium, served, settle


def main() -> None:
    settings = read_settings()
    number = a_decision(settings.book_url)
    folder = Path(os.environ.get("PICTURES", ROOT / "build" / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    only = sys.argv[1:]
    with (
        tempfile.TemporaryDirectory() as temporary,
        served(settings.book_url, settings.models_dir, Path(temporary) / "desk.sqlite") as address,
        chromium() as browser,
    ):
        for theme in ("light", "dark"):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme)
            page = context.new_page()
            for language in ("en", "zh"):
                for record in PAGES:
                    key = record.key
                    if only and key not in only:
                        continue
                    page.goto(f"{address}/{record.path}?lang={language}&role={record.reader}{case_of(record, number)}")
                    settle(page)
                    whole = page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight")
                    page.set_viewport_size({"width": 1440, "height": max(900, min(int(whole) + 20, 3200))})
                    settle(page)
                    page.screenshot(path=folder / f"{key}_{language}_{theme}.png")
                    page.set_viewport_size({"width": 1440, "height": 900})
                    print(f"{key}_{language}_{theme}.png", flush=True)
            context.close()


def a_decision(book_url: str) -> str:
    """The newest scored decline: something to explain."""
    book = open_book(book_url)
    d = schema.decision.c
    newest = sa.select(d.decision_id).where(d.decision == "DECLINED").order_by(d.decided_at.desc(), d.decision_id)
    with book.engine.connect() as connection:
        found = str(connection.execute(newest.limit(1)).scalar_one())
    book.engine.dispose()
    return found


def case_of(record: PageRecord, number: str) -> str:
    """What a link to a page of single cases adds, and a threshold that moves somebody."""
    if record.key in {"what_if", "consequences"}:
        return "&score_floor=600"
    return f"&number={number}" if record.key in {"applicant", "decision"} else ""


if __name__ == "__main__":
    main()
