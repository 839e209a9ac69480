"""A tape that nobody here has seen, brought in by the very mapping that the README shows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import TapeCurrency
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.quarantine import read_quarantine
from jiebei_dash.text.words import load_words

README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text(encoding="utf-8")
MAPPING = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
HEADER = "合同号;报告日;逾期天数;剩余本金;渠道;年利率;币种"
ROWS = [
    "甲-001;31/01/2024;0;¥10,000;APP;12.5%;CNY",
    "甲-001;29.02.2024;31;9,500.50;APP;12.5%;RMB",
    "甲-002;31/01/2024;ND1;1.2万;摊位;7.30%;CNY",
    "甲-002;29/02/2024;ND1;１１，０００;摊位;7.30%;CNY",
]


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    (mapping,) = MAPPING
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    return tmp_path


def load(tape: Path, rows: list[str], more: str = "") -> Any:
    (tape / "panel.csv").write_bytes("\n".join([HEADER, *rows, ""]).encode("gb18030"))
    with (tape / "mapping.toml").open("a", encoding="utf-8") as mapping:
        mapping.write(more)
    return load_tape(tape, tape / "mapping.toml", f"duckdb:///{tape / 'book.duckdb'}")


def test_the_mapping_of_the_readme_has_ten_lines() -> None:
    (mapping,) = MAPPING
    assert len(mapping.strip().splitlines()) == 10


def test_a_foreign_layout_is_brought_in_by_the_mapping_of_the_readme(tape: Path) -> None:
    report = load(tape, ROWS)
    assert (report.quarantine_path, report.brought[0].loaded) == (None, 4)
    book = open_book(f"duckdb:///{tape / 'book.duckdb'}")
    months, loan = s.loan_month.c, s.loan.c
    with book.engine.connect() as connection:
        seen = sa.select(months.loan_id, months.month, months.state, months.balance_fen, months.channel)
        told = [tuple(row) for row in connection.execute(seen.order_by(months.loan_id, months.month))]
        rates = connection.execute(sa.select(loan.rate_day).order_by(loan.loan_id)).scalars().all()
    book.engine.dispose()
    assert told == [
        ("甲-001", date(2024, 1, 1), "C", 1_000_000, "HOME"),
        ("甲-001", date(2024, 2, 1), "M2", 950_050, "HOME"),
        ("甲-002", date(2024, 1, 1), "C", 1_200_000, "NA"),
        ("甲-002", date(2024, 2, 1), "C", 1_100_000, "NA"),
    ]
    assert rates == pytest.approx([0.125 / 365, 0.073 / 365], abs=1e-15)


def test_two_currencies_are_refused_with_one_clear_sentence(tape: Path) -> None:
    with pytest.raises(TapeCurrency) as told:
        load(tape, [*ROWS, "甲-003;31/01/2024;0;10;APP;1%;USD"])
    assert load_words("en").error(told.value) == (
        "panel.csv holds two currencies: 币种 says CNY, USD, the book is kept in CNY. "
        "Load each currency as a book of its own, or convert the amounts first; nothing was changed."
    )
    assert not (tape / "book.duckdb").exists()


def test_what_is_not_understood_of_a_foreign_layout_is_set_aside_in_its_own_words(tape: Path) -> None:
    bad = [
        "甲-004;13/31/2024;0;10;APP;1%;CNY",
        "甲-005;31/01/2024;0;许多;APP;1%;CNY",
        "甲-006;31/01/2024;很久;1;APP;1%;CNY",
    ]
    report = load(tape, [*ROWS, *bad], "checks.most_quarantined_rate = 0.5\n")
    assert report.quarantine_path is not None
    assert [(row.line, row.reason, row.column) for row in read_quarantine(report.quarantine_path)] == [
        (6, "not_a_date", "报告日"), (7, "not_a_number", "剩余本金"), (8, "not_a_number", "逾期天数"),
    ]  # fmt: skip
