"""The monthly on paper: one template, texts as data, the same bytes for the same numbers."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import typst

from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.report.monthly import Filled, Report
from jiebei_dash.settings import ROOT

_TEMPLATE = Path(__file__).resolve().with_name("monthly.typ")
_SECONDS_A_DAY = 86_400
_PAGES = re.compile(rb"/Type ?/Pages ?/Count (\d+)")


def to_pdf(report: Report, as_of_month: date) -> bytes:
    """Return the report as PDF.

    Parameters
    ----------
    report
        Filled.
    as_of_month
        Its first day is the day that the file bears, so that the same numbers give the same bytes.

    Notes
    -----
    Texts reach the template as JSON values: a lender's text is printed as it is, and cannot draw, load or run anything.
    Only our own font is used, whatever the machine has.
    """
    made: bytes = typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[ROOT / "static"],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_data(report), ensure_ascii=False)},
        timestamp=(as_of_month - date(1970, 1, 1)).days * _SECONDS_A_DAY,
    )
    return made


def count_of(made: bytes) -> int:
    """Return how many pages a PDF of ours has: its page tree comes first and says so."""
    found = _PAGES.search(made)
    if found is None:
        raise ValueError("the page tree is not where the template's engine writes it")
    return int(found.group(1))


def _data(report: Report) -> dict[str, object]:
    return {
        "lang": report.words.language,
        "ink": LIGHT.text,
        "muted": LIGHT.muted,
        "rule": LIGHT.context,
        "wash": LIGHT.grid,
        "title": report.title,
        "source": report.source,
        "as_of": report.as_of,
        "version": report.version,
        "scoped": report.scoped,
        "joiner": report.words("scope.joiner"),
        "facts": report.facts,
        "parts": [
            {
                "number": part.number,
                "title": part.title,
                "lacks": part.lacks,
                "sections": [_section(section) for section in part.sections],
            }
            for part in report.parts
        ],
        "definitions_title": report.words("monthly.definitions"),
        "definitions": report.definitions,
    }


def _section(section: Filled) -> dict[str, object]:
    return {
        "number": section.number,
        "title": section.title,
        "notes": section.notes,
        "table": vars(section.table) if section.table else None,
        "svg": section.drawing.svg if section.drawing else None,
        "alt": section.drawing.alt if section.drawing else "",
    }
