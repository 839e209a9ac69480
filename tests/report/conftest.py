"""The monthly of a book, filled and read back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from pypdf import PdfReader

from jiebei_dash.book.engine import Book, ask
from jiebei_dash.book.lineage import Lineage, read_lineage
from jiebei_dash.book.scope import Reader
from jiebei_dash.report.monthly import Report, fill
from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words

FillBook = Callable[..., Report]


@pytest.fixture(scope="session")
def fill_book() -> FillBook:
    """``fill_book(book, "zh")`` as a manager; more values go into the lineage."""

    def filled(book: Book, language: Language, book_name: str = "", **lineage: object) -> Report:
        about: Lineage = replace(read_lineage(book), **lineage)  # type: ignore[arg-type]
        scope = book.scope(Reader("Test", "manager"))
        return fill(scope, partial(ask, book), about, book_name or book.name, load_words(language))

    return filled


def texts_of(pdf: bytes) -> str:
    """The text of a PDF without any space: lines are broken where they happen to end."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return bare("".join(pages))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)
