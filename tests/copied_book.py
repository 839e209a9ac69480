"""The dozen several times over: every person, application and loan has twins, so groups are large enough."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.changed import FACTS, changed_book

_NUMBERS = ("customer_id", "application_id", "decision_id", "loan_id", "id_hash")


def write_copied(url: str, path: Path, copies: int) -> str:
    """Write the dozen at ``url`` so many times into one book and return its address.

    By ``group_code`` A13 is of group X, A14 of group Y, the person of A19 of none, everybody else of group Z.
    """

    def copied(connection: sa.Connection) -> None:
        connection.exec_driver_sql(
            "update customer set group_code = case customer_id"
            " when 'K13' then 'X' when 'K14' then 'Y' when 'K19' then null else 'Z' end"
        )
        for table in FACTS:
            numbers = [name for name in _NUMBERS if name in table.c]
            if numbers:
                connection.exec_driver_sql(f"create temp table one as select * from {table.name}")
                for twin in range(1, copies):
                    named = ", ".join(f"{name} || '-{twin}' as {name}" for name in numbers)
                    connection.exec_driver_sql(f"insert into {table.name} by name select * replace ({named}) from one")
                connection.exec_driver_sql("drop table one")

    return changed_book(url, path, copied)
