"""Expressions over a tape's columns: a closed grammar, read with Python's own parser and made into SQL expressions.

Allowed are numbers, texts, ``None``, names of columns (``col("Any Name")`` where the name is no identifier),
``+ - * /``, comparisons, ``in (...)``, ``and or not``, ``a if b else c``, and the functions of ``FUNCTIONS``. A column
is read as a number, a text or a day by what is done with it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash.load.reading import LINE, is_moment, is_number, moment_of, number_of, text_of

Kind = Literal["field", "text", "number", "day", "flag", "null"]
LONGEST = 2_000  # characters of an expression
FUNCTIONS: dict[str, tuple[int, int]] = {
    "coalesce": (1, 20), "least": (2, 20), "greatest": (2, 20), "abs": (1, 1), "round": (1, 2), "concat": (2, 20),
    "left": (2, 2), "right": (2, 2), "length": (1, 1), "lower": (1, 1), "upper": (1, 1), "trim": (1, 1),
    "contains": (2, 2), "months_between": (2, 2), "add_months": (2, 2), "month": (1, 1), "to_date": (1, 3),
    "days_between": (2, 2), "if_missing": (2, 2), "number": (1, 1), "text": (1, 1), "line": (0, 0),
}  # fmt: skip
"""Fewest and most arguments by name. ``number`` and ``text`` say how a column is read where nothing else does;
``line`` is the row's number in its file, from 1, for a tape whose rows have none of their own."""
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / sa.func.nullif(b, 0, type_=sa.Double),
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
}  # fmt: skip


class FormulaInvalid(ValueError):
    """An expression is outside the grammar; the message is a code of ``codes.why``."""


@dataclass(frozen=True)
class Part:
    """A piece of an expression: its SQL, and what it is; of a field also its name."""

    sql: ColumnElement[Any]
    kind: Kind
    column: str = ""


@dataclass
class _Reading:
    """The tape's file, and what could not be understood on the way."""

    source: FromClause
    no_data: tuple[str, ...]
    number: str
    faults: list[tuple[ColumnElement[bool], str]] = field(default_factory=list)


def parsed(text: str) -> ast.expr:
    """Return the tree of an expression, every node of which is allowed.

    Raises
    ------
    FormulaInvalid
        It is not an expression of the grammar.
    """
    try:
        tree = ast.parse(text.strip() if len(text) <= LONGEST else "", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaInvalid("bad_expression") from error
    _check(tree)
    return tree


def columns_of(text: str) -> list[str]:
    """Return the tape's columns that an expression names."""
    return sorted(set(_names(parsed(text))))


def built(
    text: str, source: FromClause, no_data: tuple[str, ...] = (), number: str = "plain"
) -> tuple[Part, list[tuple[ColumnElement[bool], str]]]:
    """Return an expression over a staged file, and when it cannot be understood.

    Parameters
    ----------
    text
        The expression.
    source
        The staged file.
    no_data
        Values that say "not known".
    number
        How numbers stand in text, one of ``mapping.NUMBERS``.

    Returns
    -------
    tuple of Part and list
        The value; and pairs of a condition and a reason with the tape's column.
    """
    reading = _Reading(source, no_data, number)
    return _made(parsed(text), reading), reading.faults


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=value):
            if not (value is None or isinstance(value, str | int | float)) or isinstance(value, bool):
                raise FormulaInvalid("bad_expression")
        case ast.Name():
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left)
            _check(right)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            _check(operand)
        case ast.BoolOp(values=values):
            for each in values:
                _check(each)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            _check(left)
            if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple):
                if not right.elts or not all(isinstance(each, ast.Constant) for each in right.elts):
                    raise FormulaInvalid("bad_expression")
            elif type(op) not in _COMPARED:
                raise FormulaInvalid("bad_expression")
            else:
                _check(right)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            for each in (test, body, orelse):
                _check(each)
        case ast.Call(func=ast.Name(id="col"), args=[ast.Constant(value=str())], keywords=[]):
            return
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            fewest, most = FUNCTIONS[name]
            if not fewest <= len(args) <= most:
                raise FormulaInvalid("bad_expression")
            for each in args:
                _check(each)
        case _:
            raise FormulaInvalid("bad_expression")


def _names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Call(func=ast.Name(id="col"), args=[ast.Constant(value=str() as name)]):
            yield name
        case ast.Call(args=args):
            for each in args:
                yield from _names(each)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _names(child)


def _made(node: ast.expr, reading: _Reading) -> Part:
    match node:
        case ast.Constant(value=None):
            return Part(sa.null(), "null")
        case ast.Constant(value=str() as value):
            return Part(sa.literal(value), "text")
        case ast.Constant(value=value):
            return Part(sa.cast(sa.literal(value), sa.Double), "number")
        case ast.Name(id=name) | ast.Call(func=ast.Name(id="col"), args=[ast.Constant(value=str() as name)]):
            return Part(text_of(reading.source, name, reading.no_data), "field", name)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = (_number(_made(each, reading), reading) for each in (left, right))
            return Part(_BINARY[type(op)](one, other), "number")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Part(sa.not_(_flag(_made(operand, reading))), "flag")
        case ast.UnaryOp(operand=operand):
            return Part(-_number(_made(operand, reading), reading), "number")
        case ast.BoolOp(op=op, values=values):
            flags = [_flag(_made(each, reading)) for each in values]
            return Part(sa.and_(*flags) if isinstance(op, ast.And) else sa.or_(*flags), "flag")
        case ast.Compare(left=left, ops=[op], comparators=[ast.Tuple(elts=elts)]):
            return _listed(_made(left, reading), [each.value for each in elts if isinstance(each, ast.Constant)],
                           isinstance(op, ast.In), reading)  # fmt: skip
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            parts = _alike([_made(left, reading), _made(right, reading)], reading)
            return Part(_COMPARED[type(op)](parts[0].sql, parts[1].sql), "flag")
        case ast.IfExp(test=test, body=body, orelse=orelse):
            flag = _flag(_made(test, reading))
            parts = _alike([_made(body, reading), _made(orelse, reading)], reading)
            return Part(sa.case((flag, parts[0].sql), else_=parts[1].sql), _kind_of(parts))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _called(name, [_made(each, reading) for each in args], reading)
    raise FormulaInvalid("bad_expression")


def _called(name: str, parts: list[Part], reading: _Reading) -> Part:
    if name == "line":
        return Part(sa.cast(sa.column(LINE) + 1, sa.BigInteger), "number")
    if name in ("coalesce", "if_missing", "least", "greatest"):
        alike = _alike(parts, reading)
        call = func.coalesce if name == "if_missing" else getattr(func, name)
        return Part(call(*[part.sql for part in alike]), _kind_of(alike))
    if name in ("abs", "number"):
        value = _number(parts[0], reading)
        return Part(func.abs(value) if name == "abs" else value, "number")
    if name == "round":
        digits = int(_constant(parts[1])) if len(parts) > 1 else 0
        return Part(func.round(_number(parts[0], reading), digits), "number")
    if name in ("concat", "lower", "upper", "trim", "text"):
        texts = [_text(part) for part in parts]
        if name in ("concat", "text"):
            return Part(reduce(lambda a, b: a.op("||")(b), texts), "text")
        return Part(getattr(func, name)(*texts), "text")
    if name in ("left", "right"):
        return Part(getattr(func, name)(_text(parts[0]), int(_constant(parts[1]))), "text")
    if name == "length":
        return Part(sa.cast(func.length(_text(parts[0])), sa.Double), "number")
    if name == "contains":
        return Part(func.contains(_text(parts[0]), _text(parts[1])), "flag")
    if name in ("months_between", "days_between"):
        one, other = (_day(part, reading) for part in parts)
        unit = "month" if name == "months_between" else "day"
        return Part(sa.cast(func.date_diff(unit, one, other), sa.Double), "number")
    if name == "add_months":
        months = func.to_months(sa.cast(_number(parts[1], reading), sa.Integer))
        return Part(sa.cast(_day(parts[0], reading).op("+")(months), sa.Date), "day")
    if name == "month":
        return Part(sa.cast(func.date_trunc("month", _day(parts[0], reading)), sa.Date), "day")
    forms = tuple(str(_constant(part)) for part in parts[1:])
    return Part(_day(parts[0], reading, forms), "day")


def _listed(part: Part, values: list[Any], is_in: bool, reading: _Reading) -> Part:
    are_numbers = all(isinstance(value, int | float) for value in values)
    left = _number(part, reading) if are_numbers else _text(part)
    found = left.in_(values if are_numbers else [str(value) for value in values])
    return Part(found if is_in else sa.not_(found), "flag")


def _alike(parts: list[Part], reading: _Reading) -> list[Part]:
    """Parts of one kind: a field is read as what stands beside it."""
    kind = _kind_of(parts)
    if kind == "number":
        return [Part(_number(part, reading), kind) for part in parts]
    if kind == "day":
        return [Part(_day(part, reading), kind) for part in parts]
    if kind == "flag":
        return parts
    return [Part(_text(part), "text") if part.kind != "field" else part for part in parts]


def _kind_of(parts: list[Part]) -> Kind:
    kinds = {part.kind for part in parts} - {"null"}
    if len(kinds - {"field"}) > 1:
        raise FormulaInvalid("mixed_kinds")
    return next(iter(kinds - {"field"}), "field" if kinds else "null")


def _number(part: Part, reading: _Reading) -> ColumnElement[Any]:
    if part.kind in ("number", "null"):
        return part.sql
    if part.kind not in ("field", "text"):
        raise FormulaInvalid("mixed_kinds")
    if part.column and is_number(reading.source.c[part.column]) and not reading.no_data:
        return sa.cast(reading.source.c[part.column], sa.Double)
    value = number_of(part.sql, reading.number)
    reading.faults.append((sa.and_(part.sql.is_not(None), value.is_(None)), f"not_a_number {part.column}"))
    return value


def _day(part: Part, reading: _Reading, forms: tuple[str, ...] = ()) -> ColumnElement[Any]:
    if part.kind in ("day", "null"):
        return part.sql
    if part.kind not in ("field", "text"):
        raise FormulaInvalid("mixed_kinds")
    if part.column and is_moment(reading.source.c[part.column]):
        return sa.cast(reading.source.c[part.column], sa.Date)
    value = sa.cast(moment_of(part.sql, forms, None), sa.Date)
    reading.faults.append((sa.and_(part.sql.is_not(None), value.is_(None)), f"not_a_date {part.column}"))
    return value


def _text(part: Part) -> ColumnElement[Any]:
    return part.sql if part.kind in ("field", "text", "null") else sa.cast(part.sql, sa.String)


def _flag(part: Part) -> ColumnElement[Any]:
    if part.kind != "flag":
        raise FormulaInvalid("mixed_kinds")
    return part.sql


def _constant(part: Part) -> Any:
    value = getattr(part.sql, "value", getattr(getattr(part.sql, "clause", None), "value", None))
    if value is None:
        raise FormulaInvalid("bad_expression")
    return value
