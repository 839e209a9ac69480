"""The monthly from the command line: both files, in the log, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from jiebei_dash.__main__ import main
from jiebei_dash.desk import log
from jiebei_dash.errors import ReportNotWritten
from jiebei_dash.report.files import put
from jiebei_dash.text.words import load_words
from tests.report.conftest import bare, texts_of


@pytest.fixture
def desk_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    monkeypatch.setenv("JIEBEI_DESK", url)
    return url


def test_both_files_are_written_and_each_is_in_the_log(
    dozen_url: str, desk_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {kind: tmp_path / f"monthly.{kind}" for kind in ("pdf", "xlsx")}
    given = ["monthly", "--lang", "zh", "--as-of", "2024-08", "--pdf", str(paths["pdf"]), "--xlsx", str(paths["xlsx"])]
    assert main([*given, "--book", dozen_url, "channel=HOME,CHECKOUT"]) == 0
    printed = capsys.readouterr()
    words = load_words("zh")
    assert words("monthly.making", part=words("monthly.part.vintages")) in printed.err
    text = texts_of(paths["pdf"].read_bytes())
    assert bare(words("scope.as_of", month="2024-08")) in text
    assert bare(words.code("channel", "CHECKOUT")) in text
    entries = log.entries(log.open_desk(desk_url))
    assert [(entry.action, entry.object, entry.actor) for entry in entries] == [
        ("export", "monthly", "command line")
    ] * 2
    details = {detail["kind"]: detail for entry in entries for detail in [json.loads(entry.detail_json)]}
    for kind, path in paths.items():
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        assert details[kind]["sha256"] == sha256
        assert sha256 in printed.out
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("desk")) == [
        "monthly.pdf",
        "monthly.xlsx",
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [([], 2), (["--pdf", "x.pdf", "--as-of", "2031-01"], 1), (["--pdf", "x.pdf", "measure=loss"], 1)],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    dozen_url: str, desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["monthly", *given, "--book", dozen_url]) == code
    assert not list(tmp_path.glob("*.pdf"))


def test_a_write_that_fails_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "monthly.pdf"
    put(b"old", path)
    with monkeypatch.context() as patched:

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(os, "fsync", full)
        with pytest.raises(ReportNotWritten) as error:
            put(b"new", path)
    assert error.value.facts["why"] == "No space left on device"
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["monthly.pdf"]
    put(b"new", path)
    assert path.read_bytes() == b"new"
    with pytest.raises(ReportNotWritten):
        put(b"new", tmp_path / "nowhere" / "monthly.pdf")
