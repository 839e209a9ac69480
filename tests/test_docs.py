"""What the documents say is true: commands, files, settings, version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.ui.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}
MADE_AT_RUN_TIME = {"data/book.duckdb", "data/mine.duckdb", "data/desk.sqlite", "data/marts", "data/models"}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_that_is_named_exists(name: str) -> None:
    assert set(re.findall(r"`make ([a-z-]+)", TEXTS[name])) <= targets()


def test_the_readme_names_every_make_command() -> None:
    named = set(re.findall(r"make ([a-z-]+)", TEXTS["README.md"])) | set(re.findall(r"`([a-z-]+)`", TEXTS["README.md"]))
    assert targets() - {"clean"} <= named


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str) -> None:
    found = set(re.findall(r"\b((?:jiebei_dash|data|tests|docs|pages|static|ui|book)/[\w./-]+\.\w+)", TEXTS[name]))
    missing = {
        path
        for path in found - MADE_AT_RUN_TIME
        if not (ROOT / path).exists() and not (ROOT / "jiebei_dash" / path).exists()
    }
    assert not missing


def test_the_readme_shows_its_pictures() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXTS["README.md"])
    assert len(pictures) == 3
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_readme_names_every_setting() -> None:
    settings = (ROOT / "jiebei_dash" / "settings.py").read_text(encoding="utf-8")
    assert set(re.findall(r"`(JIEBEI_\w+)`", TEXTS["README.md"])) == set(re.findall(r'"(JIEBEI_\w+)"', settings))


def test_a_subject_that_the_readme_asks_for_exists() -> None:
    asked = set(re.findall(r"(?:jiebei_dash ask |ask\(book, \")([a-z_]+\.[a-z_]+)", TEXTS["README.md"]))
    assert asked
    assert asked <= set(SUBJECTS)


def test_the_changelog_speaks_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in TEXTS["CHANGELOG.md"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-engines.txt"])
def test_every_requirement_is_pinned_and_explained(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    direct = {pin.split("==")[0].lower() for pin in "\n".join(lines).split("\n\n")[0].splitlines()[1:]}
    table = TEXTS["ARCHITECTURE.md"].split("## Libraries")[1]
    assert not [name for name in direct if name not in table]


def test_nothing_speaks_of_one_machine() -> None:
    tracked = [
        path
        for folder in ("jiebei_dash", "pages", "tests", "data", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".sh", ".md", ""} and path.is_file() and "__pycache__" not in path.parts
    ]
    home = re.compile(r"(?:^|[\s\"'(])/(?:work|home|root|Users|tmp)/\w")
    wrong = [str(path) for path in [*tracked, *(ROOT / name for name in DOCUMENTS)] if home.search(_text(path))]
    assert not wrong


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore") if path.stat().st_size < 1_000_000 else ""


def test_every_question_of_the_lab_names_a_page_and_a_subject_that_exist() -> None:
    rows = re.findall(
        r"^\| ([^|]+\?) \| ([a-z_]+) \| ([a-z_.]*) ?\|$", (ROOT / "docs" / "lab.md").read_text(), re.MULTILINE
    )
    assert len(rows) == 16
    assert {page for _, page, _ in rows} <= {page.key for page in PAGES}
    assert {subject for _, _, subject in rows if subject} <= set(SUBJECTS)
