"""Take a picture of every page at 1440x900, in both languages, light and dark: ``python -m tests.browser.pictures``."""

import os
import sys
import tempfile
from pathlib import Path

from jiebei_dash.settings import read_settings
from jiebei_dash.ui.pages import PAGES
from tests.browser.site import ROOT, chromium, served, settle


def main() -> None:
    settings = read_settings()
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
                    key, _, query = record.key.partition("?")
                    if only and key not in only:
                        continue
                    page.goto(f"{address}/{key}?lang={language}&role={record.reader}{query}")
                    settle(page)
                    whole = page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight")
                    page.set_viewport_size({"width": 1440, "height": max(900, min(int(whole) + 20, 3200))})
                    settle(page)
                    page.screenshot(path=folder / f"{key}_{language}_{theme}.png")
                    page.set_viewport_size({"width": 1440, "height": 900})
                    print(f"{key}_{language}_{theme}.png", flush=True)
            context.close()


if __name__ == "__main__":
    main()
