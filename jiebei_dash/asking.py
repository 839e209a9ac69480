"""The same numbers without a browser: a subject by name, with its arguments as text or as values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd

from jiebei_dash import late
from jiebei_dash.book import engine
from jiebei_dash.book.engine import Answer, Book, Question
from jiebei_dash.book.engine import ask as ask_question
from jiebei_dash.book.scope import DIMENSIONS, Reader, Scope
from jiebei_dash.desk import kept, log
from jiebei_dash.desk.proposal_store import courses, frame
from jiebei_dash.errors import BadArgument, UnknownSubject
from jiebei_dash.marts.serving import with_marts
from jiebei_dash.settings import read_settings
from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.terms import Role
from jiebei_dash.truth import read_chances, read_rolls, truth_folder

_GIVEN = ("scope", "fetch", "models_dir", "kept", "true_rolls", "true_chances", "proposals")


def open_book(url: str, known_on: date | None = None) -> Book:
    """Open a book as :func:`jiebei_dash.book.engine.open_book` does, with its marts where they are fresh."""
    return with_marts(engine.open_book(url, known_on), read_settings().marts_dir)


def ask(book: Book, subject: str, role: Role = "manager", **values: Any) -> pd.DataFrame:
    """Return what the page of a subject shows.

    Parameters
    ----------
    book
        From :func:`jiebei_dash.open_book`.
    subject
        One of ``subjects.SUBJECTS``, e.g. ``vintages.curves``.
    role
        Who asks; a manager by default.
    **values
        Fields of the scope (``as_of``, ``channel``, ``opened_from``, ...) and arguments of the subject.

    Returns
    -------
    DataFrame
        Columns as the subject's answer states them.

    Raises
    ------
    UnknownSubject, BadArgument, BookLacks, NotAllowed
    """
    return answer_of(book, subject, values, role).frame


def ask_text(url: str, subject: str, texts: Mapping[str, str], role: Role, known_on: date | None = None) -> Answer:
    """Return a subject's answer from texts as typed on a command line; lists are parted by commas.

    With ``known_on`` the book answers as it was known at the end of that day.
    """
    return ask_book(url, subject, texts, role, known_on)[0]


def ask_book(
    url: str, subject: str, texts: Mapping[str, str], role: Role, known_on: date | None = None
) -> tuple[Answer, Book]:
    """Return a subject's answer as :func:`ask_text`, and the book that gave it."""
    if subject not in SUBJECTS:
        raise UnknownSubject(subject=subject, known=", ".join(SUBJECTS))
    book = open_book(url, known_on)
    return answer_of(book, subject, texts, role), book


def answer_of(book: Book, subject: str, values: Mapping[str, Any], role: Role) -> Answer:
    """Return a subject's answer for values or for their texts."""
    function = _function(subject)
    reader = Reader(name="command line", role=role)
    scope, rest = _scope(book, reader, values)
    parameters = inspect.signature(function).parameters
    hints = get_type_hints(function)
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    arguments: dict[str, Any] = {}
    for name, value in rest.items():
        if name in parameters and name not in _GIVEN:
            arguments[name] = _value(name, value, hints[name])
        elif takes_any:
            arguments[name] = _value(name, value, float)
        else:
            known = [key for key in parameters if key not in _GIVEN]
            raise BadArgument(name=name, value=str(value), allowed=", ".join([*known, *_scope_names()]))
    if "models_dir" in parameters:
        arguments["models_dir"] = read_settings().models_dir
    if "kept" in parameters:
        arguments["kept"] = kept.kept(read_settings().desk_url)
    if "proposals" in parameters:
        arguments["proposals"] = frame(courses(read_settings().desk_url))
    if "true_rolls" in parameters:
        arguments["true_rolls"] = read_rolls(truth_folder(book.address), book.source_sha256)
    if "true_chances" in parameters:
        arguments["true_chances"] = read_chances(truth_folder(book.address), book.source_sha256)
    answer: Answer = function(scope, _fetch(book, role), **arguments)
    return answer


def scope_of(book: Book, values: Mapping[str, Any], role: Role = "manager") -> Scope:
    """Return a scope from its fields by name, as values or as typed texts.

    Raises
    ------
    BadArgument
        A value that is none, or a name that is no field of the scope.
    """
    scope, rest = _scope(book, Reader(name="command line", role=role), values)
    if rest:
        name, value = next(iter(rest.items()))
        raise BadArgument(name=name, value=str(value), allowed=", ".join(_scope_names()))
    return scope


def _function(subject: str) -> Callable[..., Answer]:
    if subject not in SUBJECTS:
        raise UnknownSubject(subject=subject, known=", ".join(SUBJECTS))
    module, _, name = subject.rpartition(".")
    return late.function(f"jiebei_dash.answers.{module}:{name}")


def _fetch(book: Book, role: Role) -> Callable[[Question], pd.DataFrame]:
    if role != "auditor":
        return lambda question: ask_question(book, question)
    desk = log.open_desk(read_settings().desk_url)
    record = log.recorder(desk, now=lambda: datetime.now(UTC))
    return lambda question: ask_question(book, question, record=record)


def _scope_names() -> list[str]:
    return ["as_of", *(dimension.key for dimension in DIMENSIONS), "opened_from", "opened_to"]


def _scope(book: Book, reader: Reader, values: Mapping[str, Any]) -> tuple[Scope, dict[str, Any]]:
    rest = dict(values)
    chosen: dict[str, Any] = {}
    if "as_of" in rest:
        month = _month("as_of", rest.pop("as_of"))
        if not book.first_month <= month <= book.last_closed_month:
            allowed = f"{book.first_month:%Y-%m} - {book.last_closed_month:%Y-%m}"
            raise BadArgument(name="as_of", value=f"{month:%Y-%m}", allowed=allowed)
        chosen["as_of_month"] = month
    for name in ("opened_from", "opened_to"):
        if name in rest:
            chosen[name] = _month(name, rest.pop(name))
    for dimension in DIMENSIONS:
        if dimension.key not in rest:
            continue
        given = rest.pop(dimension.key)
        texts = given.split(",") if isinstance(given, str) else [given] if isinstance(given, int) else list(given)
        codes = {str(code): code for code in dimension.codes}
        for text in texts:
            if str(text) not in codes:
                raise BadArgument(name=dimension.key, value=str(text), allowed=", ".join(codes))
        chosen[dimension.key] = tuple(codes[str(text)] for text in texts)
    return replace(book.scope(reader), **chosen), rest


def _month(name: str, value: object) -> date:
    if isinstance(value, date):
        return value.replace(day=1)
    try:
        return datetime.strptime(str(value), "%Y-%m").date()
    except ValueError as error:
        raise BadArgument(name=name, value=str(value), allowed="YYYY-MM") from error


def _value(name: str, value: Any, kind: Any) -> Any:
    """Turn a text into what the subject takes; a Literal allows only its own values."""
    if type(None) in get_args(kind):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        allowed = get_args(kind)
        found = next((option for option in allowed if str(option) == str(value)), None)
        if found is None:
            raise BadArgument(name=name, value=str(value), allowed=", ".join(map(str, allowed)))
        return found
    if kind is date:
        return _month(name, value)
    if kind in (int, float):
        try:
            return kind(value)
        except ValueError as error:
            raise BadArgument(name=name, value=str(value), allowed=kind.__name__) from error
    if get_origin(kind) is Sequence and isinstance(value, str):
        return tuple(_value(name, part, get_args(kind)[0]) for part in value.split(","))
    if kind is str or not isinstance(value, str):
        return value
    raise BadArgument(name=name, value=str(value), allowed=str(kind))
