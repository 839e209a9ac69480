"""The risk monthly, filled: every part asked once, with what it cannot say said in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pandas as pd

from jiebei_dash import late
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.lineage import Lineage
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.ties import concerned
from jiebei_dash.book.wording import lineage_lines, scope_sentence, untied_sentence
from jiebei_dash.charts.paper import Drawing
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.report.sections import PARTS, Section
from jiebei_dash.report.tables import Table
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

DEFINED = ("meaning", "formula", "population", "timing", "source")
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Filled:
    """One section with its numbers.

    Parameters
    ----------
    number, title
        Such as ``3.1``, and what it is called.
    subject
        Name of its answer.
    notes
        What a reader must know: counted instead of weighed, a total that does not tie, or why there is nothing.
    table, drawing, frame
        What paper and workbook show; None where there is nothing.
    """

    number: str
    title: str
    subject: str
    notes: tuple[str, ...]
    table: Table | None = None
    drawing: Drawing | None = None
    frame: pd.DataFrame | None = None


@dataclass(frozen=True)
class FilledPart:
    """One part: number, title, its sections, and what it cannot show yet (empty if nothing)."""

    number: str
    title: str
    sections: tuple[Filled, ...]
    lacks: str


@dataclass(frozen=True)
class Report:
    """The whole, in one language.

    Parameters
    ----------
    words
        Its language.
    title, source, as_of, version, scoped
        What every page says of itself.
    facts
        Lineage, a line a fact.
    parts
        In order, each printed.
    definitions
        Of every figure asked: its name, and pairs of a label and a text.
    """

    words: Words
    title: str
    source: str
    as_of: str
    version: str
    scoped: str
    facts: tuple[str, ...]
    parts: tuple[FilledPart, ...]
    definitions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def fill(
    scope: Scope, fetch: Fetch, lineage: Lineage, book_name: str, words: Words, progress: Progress | None = None
) -> Report:
    """Return the risk monthly of a scope.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    lineage
        Where its numbers come from.
    book_name
        What the book is called.
    words
        Language.
    progress
        Told the title of a part and the share done, 0 to 1.
    """
    basis: Basis = "count" if "amounts" in scope.lacks else "balance"
    parts = []
    for number, part in enumerate(PARTS, start=1):
        title = words(f"monthly.part.{part.key}")
        if progress is not None:
            progress(title, (number - 1) / len(PARTS))
        sections = tuple(
            _section(f"{number}.{place}", section, scope, fetch, lineage, words, basis)
            for place, section in enumerate(part.sections, start=1)
        )
        lacks = words(f"monthly.lacks.{part.key}") if part.lacks else ""
        parts.append(FilledPart(str(number), title, sections, lacks))
    return Report(
        words=words,
        title=words("monthly.name"),
        source=words("scope.sample") if lineage.kind == "sample" else words("scope.tape", name=book_name),
        as_of=words("scope.as_of", month=numbers.month(scope.as_of_month)),
        version=words("scope.version", version=scope.data_version),
        scoped=scope_sentence(words, scope),
        facts=tuple(lineage_lines(words, lineage)),
        parts=tuple(parts),
        definitions=tuple(
            (words(f"{subject}.name"), tuple((words(f"proof.{part}"), words(f"{subject}.{part}")) for part in DEFINED))
            for subject in dict.fromkeys(section.subject for part in PARTS for section in part.sections)
        ),
    )


def _section(
    number: str, section: Section, scope: Scope, fetch: Fetch, lineage: Lineage, words: Words, basis: Basis
) -> Filled:
    title = words(f"{section.subject}.name")
    arguments = dict(section.arguments)
    if section.has_basis:
        arguments["basis"] = basis
    module, _, name = section.subject.partition(".")
    ask = cast(Callable[..., Answer], late.function(f"jiebei_dash.answers.{module}:{name}"))
    try:
        answer = ask(scope, fetch, **arguments)
    except (BookLacks, EmptyScope) as error:
        return Filled(number, title, section.subject, (words.error(error),))
    if answer.frame.empty:
        return Filled(number, title, section.subject, (words("monthly.nothing"),), frame=answer.frame)
    notes = [words(f"monthly.note.{section.note}_{basis}")] if section.note else []
    if section.has_basis and basis == "count":
        notes.append(words("monthly.counted", lacks=words.code("capability", "amounts")))
    notes.append(untied_sentence(words, concerned(lineage.untied, answer.questions)))
    return Filled(
        number=number,
        title=title,
        subject=section.subject,
        notes=tuple(note for note in notes if note),
        table=section.shape(answer.frame, words, basis) if section.shape else None,
        drawing=section.draw(answer.frame, words, LIGHT) if section.draw else None,
        frame=answer.frame,
    )
