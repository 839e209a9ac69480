"""The monthly as a workbook: a sheet a section, whole frames, numbers as numbers, equal bytes for equal numbers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jiebei_dash.report.monthly import Filled, Report
from jiebei_dash.text.export import guarded
from jiebei_dash.text.headed import headed

_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"rate": "0.00%", "plain": "#,##0", "other": "#,##0.00"}
_MOST_NAME = 31
_NARROW, _WIDE = 11, 60
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that an archive can say; its parts have no time of their own here."""


def to_xlsx(report: Report, as_of_month: date) -> bytes:
    """Return the report as a workbook.

    Parameters
    ----------
    report
        Filled.
    as_of_month
        Its first day is the day that the file bears, so that the same numbers give the same bytes.

    Notes
    -----
    A text that begins like a formula gets an apostrophe before it, as in every CSV. Amounts whose header says yuan
    are in yuan; rates are fractions shown as percentages.
    """
    book = Workbook()
    book.properties.creator = report.title
    book.properties.created = datetime(as_of_month.year, as_of_month.month, 1)
    first: Worksheet = book.active
    sheets: list[tuple[str, str]] = []
    for part in report.parts:
        for section in part.sections:
            sheet = book.create_sheet(_name(f"{section.number} {section.title}"))
            _section(sheet, section, report)
            sheets.append((sheet.title, f"{section.number} {section.title}"))
        if part.lacks:
            sheet = book.create_sheet(_name(f"{part.number} {part.title}"))
            _lines(sheet, [(f"{part.number} {part.title}", part.lacks)])
            sheets.append((sheet.title, part.lacks))
    first.title = _name(report.words("monthly.contents"))
    about = [(report.title, report.source), ("", report.scoped), ("", report.version)]
    about += [("", fact) for fact in report.facts] + [("", report.words("monthly.units")), ("", "")]
    _lines(first, [*about, *sheets])
    last = book.create_sheet(_name(report.words("monthly.definitions")))
    _lines(last, [(name if place == 0 else "", f"{label}: {said}")
                  for name, lines in report.definitions for place, (label, said) in enumerate(lines)])  # fmt: skip
    made = io.BytesIO()
    book.save(made)
    return _timeless(made.getvalue(), as_of_month)


def count_of(workbook: bytes) -> int:
    """Return how many sheets a workbook has."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return sum(name.startswith("xl/worksheets/sheet") for name in parts.namelist())


def _section(sheet: Worksheet, section: Filled, report: Report) -> None:
    """A table begins at the top, its header stays in view; what must be known of it stands beside it."""
    if section.frame is None or section.frame.empty:
        _lines(sheet, [(f"{section.number} {section.title}", note) for note in section.notes])
        return
    shown = headed(section.frame, section.subject, report.words)
    for column, label in enumerate(shown.frame.columns, start=1):
        head = sheet.cell(1, column, _text(label))
        head.font, head.alignment = _BOLD, _WRAPPED
        values = shown.frame[label]
        form = _FORMATS["rate" if label in shown.rates else "plain" if label in shown.plain else "other"]
        is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        for row, value in enumerate(values.tolist(), start=2):
            if value is None or value != value:
                continue
            cell = sheet.cell(row, column, value if is_number or isinstance(value, bool) else _text(value))
            if is_number:
                cell.number_format = form
        sheet.column_dimensions[get_column_letter(column)].width = _NARROW if is_number else 2 * _NARROW
    for place, note in enumerate(section.notes):
        sheet.cell(1 + place, len(shown.frame.columns) + 2, _text(note))
    sheet.freeze_panes = "A2"


def _lines(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    for row, (name, said) in enumerate(lines, start=1):
        sheet.cell(row, 1, _text(name)).font = _BOLD
        sheet.cell(row, 2, _text(said)).alignment = _WRAPPED
    sheet.column_dimensions["A"].width = _WIDE / 2
    sheet.column_dimensions["B"].width = _WIDE * 1.5
    sheet.freeze_panes = "A2"


def _text(value: object) -> str:
    """What no spreadsheet runs, and no reader of XML stumbles over."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(guarded(str(value))))


def _name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:_MOST_NAME].strip().strip("'")


def _timeless(workbook: bytes, as_of_month: date) -> bytes:
    """Give every part of the archive the same time, and the file the report's own instead of the clock's."""
    made = io.BytesIO()
    said = f"{as_of_month:%Y-%m}-01T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + said, content)
            target.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
