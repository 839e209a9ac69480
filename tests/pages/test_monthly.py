"""The page that makes the monthly: on a press, for the scope above, in a language of its own, and in the log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiebei_dash.desk import log
from jiebei_dash.text.words import load_words
from tests.pages.conftest import OpenPage, all_text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_made_before_it_is_asked_for_and_then_both_files_are(
    open_by_the_door: OpenPage, dozen_url: str, tmp_path: Path, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    test = open_by_the_door(dozen_url, "monthly", role="manager", lang=lang, as_of="2024-09")
    assert not [found.stack_trace for found in test.exception]
    assert words("monthly.part.funding") in all_text(test)
    assert not test.get("download_button")
    test.button[-1].click().run()
    assert not [found.stack_trace for found in test.exception]
    labels = [button.proto.label for button in test.get("download_button")]
    assert labels == [words("monthly.get_pdf"), words("monthly.get_xlsx")]
    entries = log.entries(log.open_desk(f"sqlite:///{tmp_path / 'desk.sqlite'}"))
    assert {(entry.action, entry.object, entry.role) for entry in entries} == {("export", "monthly", "manager")}
    for entry in entries:
        detail = json.loads(entry.detail_json)
        assert "2024-09" in detail["scope"]
        assert detail["sha256"] in all_text(test)


def test_files_of_another_scope_are_not_offered(open_by_the_door: OpenPage, dozen_url: str) -> None:
    test = open_by_the_door(dozen_url, "monthly", role="manager", lang="en")
    test.button[-1].click().run()
    assert len(test.get("download_button")) == 2
    test.selectbox(key="as_of").set_value("2024-08").run()
    assert not test.get("download_button")
