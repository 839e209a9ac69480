"""The risk monthly on paper and in a workbook: what it prints is what the answers say."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from pypdf import PdfReader

from jiebei_dash import ask, late
from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.book.scope import Reader
from jiebei_dash.book.wording import scope_sentence
from jiebei_dash.report.monthly import DEFINED
from jiebei_dash.report.pdf import count_of, to_pdf
from jiebei_dash.report.sections import PARTS
from jiebei_dash.report.workbook import to_xlsx
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import headed
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.font import ROOT, signs_of, signs_of_words
from tests.report.conftest import FillBook, bare, texts_of

AS_OF = date(2024, 10, 1)
HOSTILE = '=HYPERLINK("http://x")#set page(fill: red)<svg onload=1>&amp;$x^2$*b*'


@pytest.fixture(scope="module")
def counted(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The dozen as a tape would give it that has no amounts, no applicants and no instalments."""
    lacks = ("amounts", "applicants", "declined_applicants", "instalments", "write_offs")
    book = open_book(changed_book(dozen_url, tmp_path_factory.mktemp("counted") / "book.duckdb", lacks=lacks))
    yield book
    book.engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_says_its_scope_and_every_part_and_the_numbers_of_the_answers(
    dozen: Book, fill_book: FillBook, language: Language
) -> None:
    words = load_words(language)
    report = fill_book(dozen, language)
    text = texts_of(to_pdf(report, AS_OF))
    assert bare(report.scoped) in text
    assert "2024-10" in report.scoped
    assert dozen.data_version in text
    assert "d" * 64 in text
    for part in PARTS:
        assert bare(words(f"monthly.part.{part.key}")) in text
        if part.lacks:
            assert bare(words(f"monthly.lacks.{part.key}")) in text
    for subject in {section.subject for part in PARTS for section in part.sections}:
        for part_of in ("name", *DEFINED):
            assert bare(words(f"{subject}.{part_of}")) in text, subject
    thirty = ask(dozen, "delinquency.rates").query("past_due_days == 30")["rate"].iloc[-1]
    # 8,000 of 22,000 yuan are more than 30 days late at the end of October; 3,000 of 24,000 a month before.
    assert thirty == 8 / 22
    change = numbers.rate_change(8 / 22 - 3 / 24, language)
    assert bare(f"{words('columns.kpis.past_due_30')}36.36%12.50%{change}") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_says_which_of_how_many_and_of_what(dozen: Book, fill_book: FillBook, language: Language) -> None:
    report = fill_book(dozen, language)
    made = to_pdf(report, AS_OF)
    pages = PdfReader(io.BytesIO(made)).pages
    assert count_of(made) == len(pages) > 4
    for place, page in enumerate(pages, start=1):
        text = bare(page.extract_text())
        assert bare(report.scoped) in text
        assert bare(report.version) in text
        assert f"{place}/{len(pages)}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_book_without_a_fact_gives_a_report_that_says_so(
    empty_book: Book, fill_book: FillBook, language: Language
) -> None:
    words = load_words(language)
    report = fill_book(empty_book, language)
    text = texts_of(to_pdf(report, AS_OF))
    assert all(bare(words(f"monthly.part.{part.key}")) in text for part in PARTS)
    said = {note for part in report.parts for section in part.sections for note in section.notes}
    assert said == {words("errors.empty_scope"), words("monthly.nothing")}
    assert bare(words("errors.empty_scope")) in text
    assert len(load_workbook(io.BytesIO(to_xlsx(report, AS_OF))).sheetnames) == 2 + _sheets()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_book_without_amounts_is_counted_or_says_what_it_lacks(
    counted: Book, fill_book: FillBook, language: Language
) -> None:
    words = load_words(language)
    report = fill_book(counted, language)
    text = texts_of(to_pdf(report, AS_OF))
    notes = {section.subject: section.notes for part in report.parts for section in part.sections}
    in_loans = words("monthly.counted", lacks=words.code("capability", "amounts"))
    assert notes["delinquency.rates"] == notes["monthly.headline"] == (in_loans,)
    assert notes["vintages.curves"] == (words("monthly.note.vintages_count"), in_loans)
    assert notes["funnel.stages"] == (words("errors.book_lacks", capability=words.code("capability", "applicants")),)
    assert notes["entry.entry"] == (words("errors.book_lacks", capability=words.code("capability", "instalments")),)
    for said in {note for found in notes.values() for note in found}:
        assert bare(said) in text
    assert "¥" not in text
    # Two of the four loans left are more than 30 days late.
    assert ask(counted, "delinquency.rates", basis="count")["rate"].iloc[-3] == 0.5
    assert bare(f"{words('columns.kpis.past_due_30')}50.00%") in text


def test_the_same_numbers_give_the_same_bytes(dozen: Book, fill_book: FillBook) -> None:
    for make in (to_pdf, to_xlsx):
        assert make(fill_book(dozen, "zh"), AS_OF) == make(fill_book(dozen, "zh"), AS_OF)
    assert to_pdf(fill_book(dozen, "zh"), AS_OF) != to_pdf(fill_book(dozen, "en"), AS_OF)


def test_a_hostile_text_is_printed_as_it_is_and_runs_nowhere(
    dozen_url: str, tmp_path: Path, fill_book: FillBook
) -> None:
    def rename(connection: sa.Connection) -> None:
        for table in ("loan_month", "loan", "application"):
            renamed = sa.text(f"update {table} set product_class = :code where product_class = 'JB_M1'")
            connection.execute(renamed, {"code": HOSTILE})

    book = open_book(changed_book(dozen_url, tmp_path / "hostile.duckdb", rename))
    report = fill_book(book, "en", book_name=HOSTILE, kind="tape")
    made = to_pdf(report, AS_OF)
    text = texts_of(made)
    assert bare(f"Book: {HOSTILE}") in text
    assert HOSTILE in [row[0] for row in _section_of(report, "bridge.change").table.rows]
    assert len(re.findall(re.escape(bare(HOSTILE)), text)) >= 3
    reader = PdfReader(io.BytesIO(made))
    assert not [page for page in reader.pages if "/Annots" in page]
    assert b"/JavaScript" not in made
    assert "<svg onload" not in _section_of(report, "bridge.change").drawing.svg
    sheets = load_workbook(io.BytesIO(to_xlsx(report, AS_OF)))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'" + HOSTILE in {cell.value for cell in cells}
    book.engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_frames_cell_by_cell(dozen: Book, fill_book: FillBook, language: Language) -> None:
    words = load_words(language)
    report = fill_book(dozen, language)
    book = load_workbook(io.BytesIO(to_xlsx(report, AS_OF)))
    compared = 0
    for part in report.parts:
        for section in part.sections:
            if section.frame is None or section.frame.empty:
                continue
            sheet = next(found for found in book if found.title.startswith(f"{section.number} "))
            shown = headed(section.frame, section.subject, words).frame
            assert sheet.freeze_panes == "A2"
            for column, label in enumerate(shown, start=1):
                assert sheet.cell(1, column).value == label
                for row, value in enumerate(shown[label].tolist(), start=2):
                    cell = sheet.cell(row, column)
                    if value != value or value is None:
                        assert cell.value is None
                    elif isinstance(value, str):
                        assert cell.value == value or (value == "" and cell.value is None)
                    else:
                        assert cell.value == pytest.approx(value, rel=1e-12)
                        assert isinstance(value, bool) or cell.data_type == "n"
                        compared += 1
    assert compared > 500
    rates = next(sheet for sheet in book if sheet.title.startswith("3.1 "))
    at = [cell.value for cell in rates[1]].index(words("columns.rate")) + 1
    assert rates.cell(29, at).value == pytest.approx(8 / 22)
    assert rates.cell(29, at).number_format == "0.00%"
    first, last = book.worksheets[0], book.worksheets[-1]
    about = [cell.value for cell in first["B"]]
    assert scope_sentence(words, dozen.scope(Reader("Test", "manager"))) in about
    assert words("lineage.version", version=dozen.data_version) in about
    assert [sheet.title for sheet in book][1:-1] == [row.value for row in first["A"]][-_sheets() :]
    assert f"{words('proof.formula')}: {words('delinquency.rates.formula')}" in [cell.value for cell in last["B"]]


def test_every_section_is_an_answer_with_words() -> None:
    for part in PARTS:
        assert part.sections or part.lacks
        for section in part.sections:
            module, _, name = section.subject.partition(".")
            assert callable(late.function(f"jiebei_dash.answers.{module}:{name}"))
            assert section.shape or section.draw
    assert len(PARTS) == 13


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_our_font_has_every_sign_of_the_words(weight: str) -> None:
    lacking = signs_of_words() - signs_of(ROOT / "static" / f"JiebeiSans-{weight}.otf")
    assert not "".join(map(chr, sorted(lacking)))


def test_a_drawing_says_its_last_numbers_to_who_does_not_see_it(dozen: Book, fill_book: FillBook) -> None:
    words = load_words("en")
    said = _section_of(fill_book(dozen, "en"), "delinquency.rates").drawing.alt
    assert said.startswith(words("monthly.alt", name="30+, 2024-10", value="36.36%"))
    assert b"/Alt" in to_pdf(fill_book(dozen, "en"), AS_OF)


def _section_of(report, subject):  # type: ignore[no-untyped-def]
    return next(section for part in report.parts for section in part.sections if section.subject == subject)


def _sheets() -> int:
    return sum(len(part.sections) + part.lacks for part in PARTS)
