"""What every figure, export and command says of itself: its scope, where it comes from, and what does not tie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.lineage import Lineage, Untied
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.ties import concerned
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

COUNTED = ("count", "rows_changed")
"""Measures that are counted in rows; all others are amounts in fen."""


def scope_sentence(words: Words, scope: Scope) -> str:
    """Return the scope in one sentence of the reader's language, as every page, proof and export carries it."""
    parts = [words("scope.as_of", month=numbers.month(scope.as_of_month))]
    if scope.known_on is not None:
        parts.append(words("scope.known_on", day=f"{scope.known_on:%Y-%m-%d}"))
    for key, values in scope.chosen().items():
        labels = words("scope.separator").join(words.code(key, value) for value in values)
        parts.append(words("scope.dimension", name=words(f"controls.{key}"), values=labels))
    if scope.opened_from or scope.opened_to:
        parts.append(
            words(
                "scope.opened",
                first=_month_or_open(words, scope.opened_from),
                last=_month_or_open(words, scope.opened_to),
            )
        )
    if not scope.chosen() and not scope.opened_from and not scope.opened_to:
        parts.append(words("scope.whole"))
    if "calendar" in scope.lacks:
        parts.append(words("scope.no_calendar"))
    rules = [words(f"lineage.estimate.{code}") for code in terms.ESTIMATES if code in scope.estimates]
    if rules:
        parts.append(words("scope.estimated", rules=words("scope.separator").join(rules)))
    return words("scope.joiner").join(parts)


def lineage_lines(words: Words, lineage: Lineage) -> list[str]:
    """Return where the numbers of a book come from, a line a fact.

    Parameters
    ----------
    words
        Language.
    lineage
        Of the book.

    Returns
    -------
    list of str
        Version; load; hashes of tape and mapping, those that there are; code. The name of a tape stands as it is.
    """
    at = numbers.moment(lineage.made_at)
    lines = [words("lineage.version", version=lineage.data_version)]
    if lineage.load is None:
        lines.append(words("lineage.invented" if lineage.kind == "sample" else "lineage.made", at=at))
    else:
        load = lineage.load
        at = numbers.moment(load.loaded_at)
        lines.append(words("lineage.load", load_no=load.load_no, at=at, tape=_printable(load.tape)))
    if lineage.source_sha256:
        lines.append(words("lineage.source", sha256=lineage.source_sha256))
    if lineage.mapping_sha256:
        lines.append(words("lineage.mapping", sha256=lineage.mapping_sha256))
    if lineage.code_version:
        lines.append(words("lineage.code", version=lineage.code_version))
    return lines


def figure_notes(words: Words, scope: Scope, lineage: Lineage, questions: Sequence[Question]) -> tuple[str, ...]:
    """Return what stands above the exported table of a figure: scope, lineage, and what does not tie.

    Parameters
    ----------
    words
        Language.
    scope
        Part of the book.
    lineage
        Of the book.
    questions
        All that were asked for the figure.
    """
    untied = untied_sentence(words, concerned(lineage.untied, questions))
    said = [scope_sentence(words, scope), *lineage_lines(words, lineage), untied]
    return tuple(line for line in said if line)


def untied_sentence(words: Words, untied: Sequence[Untied]) -> str:
    """Return one sentence on totals that do not tie: the first with its numbers, and how many more; empty if none."""
    return words("lineage.untied", said=untied_totals(words, untied)) if untied else ""


def untied_totals(words: Words, untied: Sequence[Untied]) -> str:
    """Return the first of the totals that do not tie, with its numbers, and how many more there are."""
    first = untied[0]
    said = words(
        "lineage.untied_one",
        table=words(f"lineage.table.{first.table_name}"),
        month=words("lineage.all_months") if first.month is None else numbers.month(first.month),
        measure=words.code("control_measure", first.measure),
        control=total(first.control_value, first.measure),
        loaded=total(first.loaded_value, first.measure),
        difference=total(first.difference, first.measure, signed=True),
    )
    more = len(untied) - 1
    return words("lineage.untied_more", said=said, count=more) if more else said


def total(value: float | None, measure: str, signed: bool = False) -> str:
    """Return a control total as it reads: rows for a count, yuan to the fen for an amount."""
    shown = numbers.count(value) if measure in COUNTED else numbers.yuan_exact(value)
    return f"+{shown}" if signed and value is not None and value > 0 else shown


def _printable(name: str) -> str:
    """A file's name may hold signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def _month_or_open(words: Words, value: date | None) -> str:
    return words("controls.open_end") if value is None else numbers.month(value)
