"""Every page, in both languages: on the dozen, on a book without a fact, from a bad link, and around the front door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from jiebei_dash.text.words import load_words
from jiebei_dash.ui.pages import PAGES
from tests.pages.conftest import OpenPage, all_text

CASES = [(page.key, page.reader, language) for page in PAGES for language in ("en", "zh")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problems(test: AppTest) -> list[str]:
    return [f"{found.message}\n{found.stack_trace}" for found in test.exception]


@pytest.mark.parametrize(("key", "role", "lang"), CASES)
def test_a_page_answers_on_the_dozen(open_page: OpenPage, dozen_url: str, key: str, role: str, lang: str) -> None:
    test = open_page(dozen_url, key, role=role, lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not problems(test)
    assert [title.value for title in test.title] == [words(f"{key}.title")]
    text = all_text(test)
    assert not re.search(r"\b(nan|NaN|None|NaT)\b(?!\")", re.sub(r'"[^"]*":', "", text).replace("null", ""))
    if lang == "en":
        assert not CHINESE.search("\n".join(str(m.value) for m in test.markdown))


@pytest.mark.parametrize(("key", "role", "lang"), CASES)
def test_a_page_says_what_to_do_where_nothing_is(
    open_page: OpenPage, empty_url: str, key: str, role: str, lang: str
) -> None:
    test = open_page(empty_url, key, role=role, lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not problems(test)
    said = [element.value for element in (*test.error, *test.info, *test.warning)]
    if key == "data_quality":
        assert words("data_quality.no_load_yet") in said
    elif key == "bring_tape":
        assert words("bring_tape.no_tape") in said
    elif key == "scenarios":
        assert words("scenarios.none") in said
    elif key == "truth":
        assert words("errors.truth_missing") in said
    elif key == "loan":
        assert words("loan.none_chosen") in said
    elif key not in {"applicant", "decision", "dictionary"}:
        assert words("errors.empty_scope") in said


@pytest.mark.parametrize(("key", "role", "lang"), CASES)
def test_a_bad_link_falls_back_with_a_word(open_page: OpenPage, dozen_url: str, key: str, role: str, lang: str) -> None:
    test = open_page(dozen_url, "overview", role=role, lang=lang, as_of="1999-13", channel="XX")
    words = load_words(lang)  # type: ignore[arg-type]
    if key != "overview":
        test.switch_page(f"pages/{key}.py").run()
    assert not problems(test)
    first = open_page(dozen_url, "overview", role=role, lang=lang, as_of="1999-13")
    assert words("app.bad_link", name="as_of", value="1999-13") in [warning.value for warning in first.warning]


@pytest.mark.parametrize("role", ["manager", "analyst", "auditor"])
def test_a_menu_holds_the_pages_of_its_role_only(open_page: OpenPage, dozen_url: str, role: str) -> None:
    test = open_page(dozen_url, "overview", role=role)
    for page in PAGES:
        if role in page.readers:
            test.switch_page(f"pages/{page.key}.py")
        else:
            with pytest.raises(ValueError, match="page"):
                test.switch_page(f"pages/{page.key}.py")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_missing_book_is_one_clear_sentence(open_page: OpenPage, tmp_path: Path, lang: str) -> None:
    url = f"duckdb:///{tmp_path / 'nowhere.duckdb'}"
    test = open_page(url, "overview", lang=lang)
    assert not problems(test)
    words = load_words(lang)  # type: ignore[arg-type]
    assert [error.value for error in test.error] == [words("errors.book_missing", address=url)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_half_made_book_is_one_clear_sentence(open_page: OpenPage, tmp_path: Path, lang: str) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"not a book" * 1000)
    test = open_page(f"duckdb:///{broken}", "overview", lang=lang)
    assert not problems(test)
    words = load_words(lang)  # type: ignore[arg-type]
    assert [error.value for error in test.error] == [
        words("errors.book_half_made", address=f"duckdb:///{broken}", missing="DuckDB")
    ]
    assert broken.read_bytes() == b"not a book" * 1000


def test_the_role_is_picked_only_where_no_other_computer_is_served(open_page: OpenPage, dozen_url: str) -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")  # noqa: S104
    try:
        test = open_page(dozen_url, "overview", lang="en")
    finally:
        config.set_option("server.address", before)
    assert [error.value for error in test.error] == [load_words("en")("app.sign_in_needed")]
    assert not test.metric
