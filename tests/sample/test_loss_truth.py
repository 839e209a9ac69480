"""What the pages show of default, loss and early repayment is the invented book's truth, within chance."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.answers import losses, outcomes, prepayment
from jiebei_dash.book.engine import Book, Fetch, Question, ask, open_book
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.sample.make import make_sample
from jiebei_dash.settings import ROOT

MONTHS = 94
SPREADS = 4.0
TOGETHER = 1.25
"""Loans of one person fall behind together (correlation 0.25 of what makes them miss): the spread is a little wider."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book small enough to be made in a few seconds, with its truth; the bands below are as wide as it is small."""
    made = tmp_path_factory.mktemp("loss_truth")
    make_sample(f"duckdb:///{made / 'book.duckdb'}", made / "models", applications=10_000, months=MONTHS, workers=1)
    return made


@pytest.fixture(scope="module")
def invented(folder: Path) -> Iterator[Book]:
    book = open_book(f"duckdb:///{folder / 'book.duckdb'}")
    yield book
    book.engine.dispose()


@pytest.fixture(scope="module")
def scope(invented: Book) -> Scope:
    return invented.scope(Reader("Test", "manager"))


@pytest.fixture(scope="module")
def fetch(invented: Book) -> Fetch:
    def fetched(question: Question) -> pd.DataFrame:
        return ask(invented, question)

    return fetched


def _rows(book: Book, statement: str) -> pd.DataFrame:
    with book.engine.connect() as connection:
        found: pd.DataFrame = connection.connection.driver_connection.execute(statement).df()  # type: ignore[union-attr]
        return found


@pytest.fixture(scope="module")
def moves(folder: Path, invented: Book) -> pd.DataFrame:
    """``month``, ``from_state``, ``to_state``, ``probability`` (true, mean of the loans at risk), ``at_risk``."""
    truth = pd.read_parquet(folder / "book.truth" / "true_rolls.parquet")
    truth["month"] = pd.to_datetime(truth["month"])
    at_risk = _rows(
        invented,
        """select month, prev_state as from_state, count(*) as at_risk from loan_month
           where prev_state is not null group by 1, 2""",
    )
    return truth.merge(at_risk, on=["month", "from_state"])


def _expected(moves: pd.DataFrame, starts: list[str], ends: list[str]) -> tuple[float, float]:
    """How many loans truly were to move so, and the standard deviation of how many do."""
    here = moves[moves["from_state"].isin(starts) & moves["to_state"].isin(ends)]
    cells = here.groupby(["month", "from_state"]).agg(p=("probability", "sum"), n=("at_risk", "first"))
    mean = (cells["p"] * cells["n"]).sum()
    return float(mean), float(np.sqrt((cells["n"] * cells["p"] * (1 - cells["p"])).sum())) * TOGETHER


def test_as_many_loans_default_as_truly_were_to(scope: Scope, fetch: Fetch, moves: pd.DataFrame) -> None:
    shown = losses.defaults(scope, fetch, "count", months=MONTHS).frame
    mean, spread = _expected(moves, ["C", "M1", "M2", "M3"], ["M4", "M5", "M6", "M7+", "WO", "SOLD"])
    assert mean > 200
    assert abs(shown["defaulted_loans"].sum() - mean) <= SPREADS * spread
    # The band must tell a rate from one half as high again.
    assert SPREADS * spread < mean / 2
    assert (
        shown["performing_loans"].sum()
        == moves.drop_duplicates(["month", "from_state"])
        .query("from_state in ('C', 'M1', 'M2', 'M3')")["at_risk"]
        .sum()
    )


def test_as_many_loans_are_lost_as_truly_were_to(
    invented: Book, scope: Scope, fetch: Fetch, moves: pd.DataFrame
) -> None:
    shown = losses.annual(scope, fetch, "count", months=MONTHS).frame
    mean, spread = _expected(moves, ["M4", "M5", "M6", "M7+"], ["WO", "SOLD"])
    lost = shown[shown["window_months"] == 1]["lost_loans"].sum()
    # Those who owe so much are lost with a chance near one: the band is narrow, and the rows must tie.
    assert abs(lost - mean) <= SPREADS * spread + 1
    rows = _rows(invented, "select count(*) as n from loan_month where state in ('WO', 'SOLD')")
    assert lost == rows["n"].iloc[0]


def test_the_calibrated_early_repayment_comes_out(invented: Book, scope: Scope, fetch: Fetch) -> None:
    with (ROOT / "data" / "sample.toml").open("rb") as file:
        told = tomllib.load(file)
    paying, bonus = told["paying"], tuple(told["calendar"]["bonus_months"])
    loans = _rows(
        invented,
        f"""select mob, month(month) in {bonus} as is_bonus, opening_fen - scheduled_fen as open_fen, term_months
            from loan_month where prev_state = 'C' and product_class <> 'JB_FLEX' and mob < term_months""",
    )
    first = dict(enumerate(paying["pay_off_first_months"], start=1))
    chance = paying["pay_off_rate"] * loans["mob"].map(first).fillna(1.0)
    chance *= np.where(loans["is_bonus"], paying["pay_off_bonus_multiplier"], 1.0)
    open_fen = loans["open_fen"].astype(float)
    true = float((chance * open_fen).sum() / open_fen.sum())
    spread = float(np.sqrt((chance * (1 - chance) * open_fen**2).sum()) / open_fen.sum())
    shown = prepayment.by_month(scope, fetch, months=MONTHS).frame
    smm = shown["prepaid_fen"].sum() / shown["unscheduled_fen"].sum()
    # Beside chance: who misses a payment (3 % of months on average, up to 9 % in 2020) pays nothing off, and whoever
    # stands a standard deviation better pays off a tenth more often.
    assert abs(smm - true) <= SPREADS * spread + 0.06 * true
    assert SPREADS * spread < 0.15 * true
    ages = prepayment.by_age(scope, fetch, months=MONTHS).frame.set_index("mob")
    later = ages.loc[3:11, ["prepaid_fen", "unscheduled_fen"]].sum()
    ratio = ages.loc[1, "smm_rate"] / (later["prepaid_fen"] / later["unscheduled_fen"])
    assert ratio == pytest.approx(paying["pay_off_first_months"][0], rel=0.25)


def test_outcomes_of_cohorts_that_are_over_are_the_plain_shares(invented: Book, scope: Scope, fetch: Fetch) -> None:
    old = replace(scope, opened_to=date(2023, 12, 1))
    found = outcomes.by_age(old, fetch, "count").frame
    last = found[found["mob"] == found["mob"].max()].set_index("became")["share_rate"]
    counted = _rows(
        invented,
        """select avg(case when closed_state = 'PAID' then 1.0 else 0 end) as paid,
                  avg(case when closed_state in ('WO', 'SOLD') then 1.0 else 0 end) as lost
           from loan where opened_month <= date '2023-12-01'""",
    ).iloc[0]
    assert last["paid"] == pytest.approx(counted["paid"], abs=1e-12)
    assert last["lost"] == pytest.approx(counted["lost"], abs=1e-12)
