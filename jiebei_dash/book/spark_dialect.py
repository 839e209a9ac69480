"""Apache Spark behind SQLAlchemy: the statements of the book, read over Spark Connect.

Every value is written into the statement when it is executed, by Spark's own rules: bound whole numbers would arrive
as BIGINT, which LIMIT and windows refuse, and NULL cannot be bound at all. Spark reads a backslash inside quotes as an
escape and joins two quotes to none or one by its version, so SQLAlchemy's usual literals would be a hole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import compiler, operators
from sqlalchemy.sql.elements import UnaryExpression

from jiebei_dash import late

ADBC = "adbc_driver_spark.dbapi"
_ESCAPED = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\u0000", "\x1a": "\\u001a"}
_TYPES: dict[str, types.TypeEngine[Any]] = {
    "string": types.String(), "boolean": types.Boolean(), "smallint": types.SmallInteger(), "int": types.Integer(),
    "bigint": types.BigInteger(), "double": types.Double(), "float": types.Float(), "date": types.Date(),
    "timestamp": types.DateTime(), "timestamp_ntz": types.DateTime(),
}  # fmt: skip
Literal = Callable[[Any], str]


def quoted(text: str) -> str:
    """Return a text as a literal of Spark."""
    return "'" + "".join(_ESCAPED.get(letter, letter) for letter in text) + "'"


class _String(types.String):
    def literal_processor(self, dialect: Any) -> Literal:
        return lambda value: quoted(str(value))


class _Date(types.Date):
    def literal_processor(self, dialect: Any) -> Literal:
        # A moment where a day belongs is cut to its day.
        return lambda value: f"DATE '{value:%Y-%m-%d}'"


class _DateTime(types.DateTime):
    def literal_processor(self, dialect: Any) -> Literal:
        def moment(value: date | datetime) -> str:
            whole = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            return f"TIMESTAMP_NTZ '{whole.isoformat(sep=' ', timespec='microseconds')}'"

        return moment


class _Float(types.Float):
    def literal_processor(self, dialect: Any) -> Literal:
        # Without its letter a fraction would be a decimal, which adds up to another number.
        def number(value: float) -> str:
            exact = float(value)
            return f"{exact!r}D" if math.isfinite(exact) else f"CAST('{exact!r}' AS DOUBLE)"

        return number


class _Boolean(types.Boolean):
    def literal_processor(self, dialect: Any) -> Literal:
        return lambda value: "TRUE" if value else "FALSE"


class _Preparer(compiler.IdentifierPreparer):
    def __init__(self, dialect: Any) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`")


class _Compiler(compiler.SQLCompiler):
    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> Any:
        """Write every value into the statement; it is still compiled once and kept."""
        kw["literal_execute"] = True
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[no-untyped-call]

    def visit_empty_set_expr(self, element_types: Any, **kw: Any) -> str:
        """An empty list holds nothing."""
        return "SELECT NULL WHERE 1 != 1"

    def order_by_clause(self, select: Any, **kw: Any) -> str:
        """Unknown comes last, as on the other engines, unless the statement says otherwise."""
        parts = []
        for clause in select._order_by_clauses:
            told = isinstance(clause, UnaryExpression) and clause.modifier in (
                operators.nulls_first_op,
                operators.nulls_last_op,
            )
            parts.append(self.process(clause, **kw) + ("" if told else " NULLS LAST"))
        return f" ORDER BY {', '.join(parts)}" if parts else ""


class _Types(compiler.GenericTypeCompiler):
    def visit_string(self, type_: Any, **kw: Any) -> str:
        return "STRING"

    visit_VARCHAR = visit_TEXT = visit_text = visit_unicode = visit_string  # noqa: N815

    def visit_INTEGER(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "INT"

    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "DOUBLE"

    visit_DOUBLE = visit_double = visit_FLOAT  # noqa: N815

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        return "TIMESTAMP_NTZ"

    visit_TIMESTAMP = visit_datetime = visit_DATETIME  # noqa: N815


class SparkDialect(DefaultDialect):
    """``spark://[:token@]host:port/<folder>``: a book's folder as Spark sees it; ``?use_ssl=true`` asks for TLS."""

    name = "spark"
    driver = "adbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_boolean = True
    supports_sane_rowcount = False
    supports_alter = False
    statement_compiler = _Compiler
    type_compiler_cls = _Types
    preparer = _Preparer  # type: ignore[assignment]
    colspecs = {  # noqa: RUF012
        types.String: _String, types.Date: _Date, types.DateTime: _DateTime, types.Float: _Float,
        types.Boolean: _Boolean,
    }  # fmt: skip

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the driver."""
        return late.module(ADBC)

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """Return what the driver needs of an address; its folder is not the driver's affair."""
        wanted: dict[str, Any] = {"autocommit": True}
        if url.password:
            wanted["token"] = str(url.password)
        if "use_ssl" in url.query:
            wanted["use_ssl"] = url.query["use_ssl"] == "true"
        return [f"sc://{url.host or 'localhost'}:{url.port or 15002}"], wanted

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement that carries its values."""
        cursor.execute(statement)

    def do_begin(self, dbapi_connection: Any) -> None:
        """A question is one statement; there are no transactions."""

    do_commit = do_rollback = do_begin

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Return whether the session still answers."""
        with dbapi_connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Return whether the server is gone, or was started again and no longer knows the session."""
        return isinstance(e, late.module(ADBC).OperationalError) or "session" in str(e).lower()

    def initialize(self, connection: Connection) -> None:
        """Ask the server nothing: every version that speaks Spark Connect will do."""

    def get_table_names(self, connection: Connection, schema: str | None = None, **kw: Any) -> list[str]:
        """Return no tables: a session has its views alone."""
        return []

    def get_view_names(self, connection: Connection, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the session's views."""
        return sorted({str(row[1]) for row in connection.exec_driver_sql("SHOW TABLES")})

    def has_table(self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Return whether there is a view of that name."""
        return table_name in self.get_view_names(connection)

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any) -> list[Any]:
        """Return the columns of a view."""
        name = self.identifier_preparer.quote_identifier(table_name)
        return [
            {"name": row[0], "type": _TYPES.get(str(row[1]).lower(), sa.types.NullType()), "nullable": True}
            for row in connection.exec_driver_sql(f"DESCRIBE TABLE {name}")
        ]


registry.register("spark", __name__, "SparkDialect")
