"""A page, opened by the front door, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.changed import changed_book

ROOT = Path(__file__).resolve().parent.parent.parent

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def counted_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dozen as a tape would give it that has no amounts, no applicants and no instalments."""
    lacks = ("amounts", "applicants", "declined_applicants", "instalments", "write_offs")
    return changed_book(dozen_url, tmp_path_factory.mktemp("counted") / "book.duckdb", lacks=lacks)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenPage:
    """``open_page(url, "vintages", lang="zh")`` runs app.py as a reader who follows that link.

    Tests share one session: its cache is cleared, or a case that another test opened would not be logged again.
    """

    def opened(book_url: str, key: str, models_dir: Path | None = None, **link: object) -> AppTest:
        st.cache_data.clear()
        monkeypatch.setenv("JIEBEI_BOOK", book_url)
        monkeypatch.setenv("JIEBEI_DESK", f"sqlite:///{tmp_path / 'desk.sqlite'}")
        monkeypatch.setenv("JIEBEI_MAPPINGS", str(tmp_path / "mappings"))
        monkeypatch.setenv("JIEBEI_MODELS", str(models_dir or tmp_path / "models"))
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in link.items():
            test.query_params[name] = value
        test.run()
        if key != "overview":
            test.switch_page(f"pages/{key}.py")
            for name, value in link.items():
                test.query_params[name] = value
            test.run()
        return test

    return opened


@pytest.fixture
def open_by_the_door(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenPage:
    """``open_by_the_door(url, "decision", number="D08")`` as a reader who has seen nothing yet.

    The app stands where no folder ``pages`` lies beside it: as on the server, a page runs by the front door alone, or
    else every run is two and the press of a button lost in the first. Tests share one session: its cache is cleared.
    """

    def opened(book_url: str, key: str, models_dir: Path | None = None, **link: object) -> AppTest:
        monkeypatch.setenv("JIEBEI_BOOK", book_url)
        monkeypatch.setenv("JIEBEI_DESK", f"sqlite:///{tmp_path / 'desk.sqlite'}")
        monkeypatch.setenv("JIEBEI_MAPPINGS", str(tmp_path / "mappings"))
        monkeypatch.setenv("JIEBEI_MODELS", str(models_dir or tmp_path / "models"))
        st.cache_data.clear()
        house = tmp_path / "house"
        house.mkdir()
        (house / "app.py").write_text((ROOT / "app.py").read_text())
        (house / "rooms").symlink_to(ROOT / "pages")
        test = AppTest.from_file(str(house / "app.py"), default_timeout=60)
        for name, value in link.items():
            test.query_params[name] = value
        test.run()
        test.switch_page(f"rooms/{key}.py")
        for name, value in link.items():
            test.query_params[name] = value
        return test.run()

    return opened


def all_text(test: AppTest) -> str:
    """Everything a reader can read on the page, figures' texts included."""
    kinds = (*test.title, *test.markdown, *test.caption, *test.error, *test.warning, *test.info, *test.header)
    parts = [str(element.value) for element in kinds]
    for metric in test.metric:
        parts += [metric.label, str(metric.value), str(metric.delta)]
    parts += [chart.proto.spec for chart in test.get("plotly_chart")]
    return "\n".join(parts)
