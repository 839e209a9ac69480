"""A mapping proposed from a tape's column names and values: which column is ours, in which unit, form and codes."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.inputs import NEEDED, TABLES
from jiebei_dash.load.looking import Looked
from jiebei_dash.load.mapping import EPOCH_SECONDS, EXCEL_DAYS, KINDS, MONTHS_FROM_NEWEST
from jiebei_dash.load.values import codes, date_form, is_months_back, known, looks_personal, number_form
from jiebei_dash.settings import ROOT

APPLICATIONS = "applications"
"""Kind of a tape without a course of loans: a row an application."""
ALL_KINDS: tuple[str, ...] = (*KINDS, APPLICATIONS)
BY_RULE: Mapping[str, Mapping[str, int]] = {
    "outcomes": {"charged_off_days": 150, "paid_day": 15},
    "payments": {"repaid_within_fen": 1_000},
}
"""What no tape says and the lender's rules must, by kind, with a usual value: days from the last payment to the
write-off, the day on which payments are taken to come, and what may be unpaid of a loan that ends repaid."""
LEAST_SURE_RATE = 0.4
"""What is less sure is not proposed."""
_SHARED = ({"state", "dpd_days"}, {"opened_month", "disbursed_at"}, {"due_on", "month"})
"""Of ours that may follow from one column of the tape."""
_CODED = ("state", "status", "result", "repay_method")


@dataclass(frozen=True)
class Proposal:
    """How one of our columns may follow from the tape.

    Parameters
    ----------
    target
        Our column.
    column
        The tape's column; empty if none fits.
    sure_rate
        How sure, 0 to 1, by name and values.
    unit, form, number
        Steps of a mapping; empty if none is needed.
    codes
        The tape's code -> our value; an empty value is one that was not understood.
    is_ambiguous
        Day and month may stand in either order: somebody has to say which.
    """

    target: str
    column: str = ""
    sure_rate: float = 0.0
    unit: str = ""
    form: str = ""
    number: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    is_ambiguous: bool = False


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads((ROOT / "data" / "column_names.toml").read_text(encoding="utf-8"))


def targets(kind: str) -> dict[str, sa.Column[Any]]:
    """Return our columns that a kind of tape may fill, in the order in which they are shown, those needed first."""
    if kind == APPLICATIONS:
        tables: tuple[sa.Table, ...] = (schema.application,)
    else:
        tables = (TABLES[kind], schema.loan)  # type: ignore[index]
    found: dict[str, sa.Column[Any]] = {}
    for name in [*needed(kind), *_names()["names"]]:
        column = next((table.c[name] for table in tables if name in table.c), None)
        if column is not None and not name.startswith("first_"):
            found.setdefault(name, column)
    return found


def needed(kind: str) -> tuple[str, ...]:
    """Return our columns without which a kind of tape cannot be brought in."""
    if kind == APPLICATIONS:
        return ("application_id", "submitted_at", "result")
    of_rows = tuple(name for name in NEEDED[kind] if name not in BY_RULE.get(kind, {}))  # type: ignore[index]
    return (*of_rows, "opened_month") if kind in ("instalments", "payments") else of_rows


def is_personal(column: str, values: Sequence[str]) -> bool:
    """Return whether a column of a tape looks as if a person stood behind it, by its name or its values."""
    parts = _parts(column)
    named = any(name in column if not name.isascii() else set(name.split("_")) <= parts for name in _personal())
    return named or looks_personal(values)


def _personal() -> list[str]:
    listed: list[str] = _names()["personal"]["names"]
    return listed


def guess_kind(looked: Looked) -> str:
    """Return the kind of tape whose needed columns are found with the most certainty; the first of equals."""
    sure = {kind: _sure_of_needed(propose(looked, kind), kind) for kind in ALL_KINDS}
    by_name = max(looked.columns, key=lambda column: _name_score("loan_id", column))
    ids = looked.values(by_name)
    if _name_score("loan_id", by_name) and len(set(ids)) < len(ids):
        # The same loan on several rows is no list of final statuses.
        sure["outcomes"] = 0.0
    return max(ALL_KINDS, key=lambda kind: sure[kind])


def _sure_of_needed(proposals: Sequence[Proposal], kind: str) -> float:
    by_target = {proposal.target: proposal.sure_rate for proposal in proposals}
    return sum(by_target[name] for name in needed(kind)) / len(needed(kind))


def propose(looked: Looked, kind: str) -> list[Proposal]:
    """Return a proposal for every column of ours that a kind of tape may fill.

    Parameters
    ----------
    looked
        The first rows of the tape's file.
    kind
        One of ``ALL_KINDS``.

    Returns
    -------
    list of Proposal
        One a target of :func:`targets`, in its order; without a column where none fits.
    """
    ours = targets(kind)
    fitting = sorted(
        (found for name, column in ours.items() for found in _fitting(name, column, looked)),
        key=lambda proposal: -proposal.sure_rate,
    )
    chosen: dict[str, Proposal] = {}
    for proposal in fitting:
        sharing = {target for target, other in chosen.items() if other.column == proposal.column}
        may_share = any(sharing | {proposal.target} <= group for group in _SHARED)
        if proposal.target not in chosen and (not sharing or may_share):
            chosen[proposal.target] = proposal
    if kind == "panel":
        chosen |= _days_of_states(chosen)
    return [chosen.get(name, Proposal(name)) for name in ours]


def proposal_for(target: str, kind: str, looked: Looked, column: str) -> Proposal:
    """Return how one column of the tape would become one of ours: what somebody chose by hand, with its steps."""
    fit, steps = _fit(target, targets(kind)[target], column, looked.values(column))
    return Proposal(target, column, round(fit, 2), **steps)


def _fitting(target: str, ours: sa.Column[Any], looked: Looked) -> Iterator[Proposal]:
    for column in looked.columns:
        named = _name_score(target, column)
        if not named:
            continue
        values = looked.values(column)
        fit, steps = _fit(target, ours, column, values)
        sure = (0.65 * named + 0.35 * fit) * (1 if fit >= 0.5 else 0.4)
        if sure >= LEAST_SURE_RATE:
            yield Proposal(target, column, round(sure, 2), **steps)


def _name_score(target: str, column: str) -> float:
    plain, parts = _plain(column), _parts(column)
    best = 0.0
    for name in _names()["names"].get(target, [target]):
        if plain == _plain(name):
            return 1.0
        if name.startswith("="):
            continue
        if not name.isascii():
            best = max(best, 0.8 if name in column else 0.0)
        elif _parts(name) <= parts:
            best = max(best, 0.6 + 0.2 * len(_parts(name)) / len(parts))
        elif difflib.SequenceMatcher(None, plain, _plain(name)).ratio() >= 0.87:
            best = max(best, 0.65)
    return best


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).lower())


def _parts(name: str) -> set[str]:
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFKC", name))
    return {part for part in re.split(r"[\W_]+", spread.lower()) if part}


def _fit(target: str, ours: sa.Column[Any], column: str, values: Sequence[str]) -> tuple[float, dict[str, Any]]:
    """How well values fit one of our columns, 0 to 1, and the steps that bring them to it."""
    if not known(values):
        return 0.5, {}
    if isinstance(ours.type, sa.Date | sa.DateTime):
        return _date_fit(target, values)
    if target in _CODED:
        return _code_fit(target, values)
    if isinstance(ours.type, sa.Numeric | sa.Float | sa.Integer):
        return _number_fit(target, ours, column, values)
    return 1.0, {}


def _date_fit(target: str, values: Sequence[str]) -> tuple[float, dict[str, Any]]:
    form = date_form(values)
    if form is not None:
        return (0.6 if form.is_ambiguous else 1.0), {"form": form.form, "is_ambiguous": form.is_ambiguous}
    if target == "month" and is_months_back(values):
        return 1.0, {"form": MONTHS_FROM_NEWEST}
    number = number_form(values)
    if number is not None and number.is_whole and number.low >= 20_000 and number.high <= 60_000:
        return 0.8, {"form": EXCEL_DAYS}
    if number is not None and number.is_whole and number.low >= 3e8 and number.high <= 2.5e9:
        return 0.8, {"form": EPOCH_SECONDS}
    return 0.0, {}


def _code_fit(target: str, values: Sequence[str]) -> tuple[float, dict[str, Any]]:
    found = codes(values)
    if not found:
        return 0.0, {}
    spellings = _spellings("state" if target == "status" else target)
    pairs = tuple((code, spellings.get(code.strip().lower(), "")) for code in found)
    understood = sum(found[code] for code, ours in pairs if ours)
    return 0.5 + 0.5 * understood / sum(found.values()), {"codes": pairs}


def _spellings(section: str) -> dict[str, str]:
    listed: Mapping[str, Sequence[str]] = _names()["codes"][section]
    return {text: ours for ours, texts in listed.items() for text in (*texts, ours.lower())}


def _number_fit(target: str, ours: sa.Column[Any], column: str, values: Sequence[str]) -> tuple[float, dict[str, Any]]:
    number = number_form(values)
    if number is None:
        return 0.0, {}
    steps: dict[str, Any] = {} if number.number == "plain" else {"number": number.number}
    if target.endswith("_fen"):
        return 1.0, steps | {"unit": _named_unit(column, ("wan_yuan", "fen", "yuan")) or "yuan"}
    if target == "rate_day":
        return (1.0 if number.low >= 0 else 0.4), steps | {"unit": _rate_unit(column, number.high, number.has_percent)}
    if isinstance(ours.type, sa.Integer) and not number.is_whole:
        return 0.2, steps
    if target == "term_months" and number.high > 600:
        return 0.2, steps
    return 1.0, steps


def _rate_unit(column: str, high: float, has_percent: bool) -> str:
    """A rate is a year's unless the name says otherwise; over 1, or with the sign, it is per cent."""
    period = _named_unit(column, ("day", "month"))
    is_percent = has_percent or high > (0.01 if period == "day" else 1)
    if period == "day":
        return "percent" if is_percent else "rate"
    return ("percent" if is_percent else "rate") + ("_a_month" if period == "month" else "_a_year")


def _named_unit(column: str, units: Sequence[str]) -> str:
    listed, plain = _names()["units"], _plain(column)
    fitting = [
        (len(part), unit)
        for unit in units
        for part in listed[unit]
        if (_plain(part) in plain if not part.isascii() else _parts(part) <= _parts(column))
    ]
    return max(fitting)[1] if fitting else ""


def _days_of_states(chosen: Mapping[str, Proposal]) -> dict[str, Proposal]:
    """A panel without days past due has its buckets: each stands for its first day."""
    state = chosen.get("state")
    if "dpd_days" in chosen or state is None or not state.codes:
        return {}
    first_day = dict(zip(terms.BUCKETS, (0, *(edge + 1 for edge in terms.BUCKET_EDGES_DAYS)), strict=True))
    last = str(terms.BUCKET_EDGES_DAYS[-1] + 1)
    days = {bucket: str(day) for bucket, day in first_day.items()} | {"PAID": "0", "WO": last, "SOLD": last}
    pairs = tuple((code, days.get(ours, "")) for code, ours in state.codes)
    return {"dpd_days": Proposal("dpd_days", state.column, state.sure_rate, codes=pairs)}
