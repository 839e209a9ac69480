"""Every question of the product: all subjects are run on a reference book, and what they ask is written down.

A new subject, a new argument with a list of values and a new question are taken in by themselves; an argument without
a default wants a value in ``GIVEN``.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd

from jiebei_dash import asking, queries
from jiebei_dash.answers import decision
from jiebei_dash.book import access
from jiebei_dash.book.engine import Book, Fetch, Question, ask
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import DIMENSION_KEYS, Reader, Scope, month_plus
from jiebei_dash.desk.proposal_store import SHOWN
from jiebei_dash.desk.tables import kept_forecast
from jiebei_dash.eligibility import read_eligibility
from jiebei_dash.errors import JiebeiError
from jiebei_dash.queries import decision as decision_queries
from jiebei_dash.queries import drawdowns, eligible
from jiebei_dash.queries.what_if import window_of
from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.terms import ROLES

HOSTILE = (
    "a'b\\ c\\",
    "x' or 1=1 -- \\",
    "line\nbreak\r\ttab",
    "\u501f\u5457 \U0001f642",
    "''\"`\\'",
    "/* open",
    "-- end",
    "%s %(x)s ? :x $1 {y}",
    "__[POSTCOMPILE_x]",
    "\\u0027 or true",
    "\\",
    "",
)
"""Texts that would leave their quotes where they are written down carelessly."""
OTHER_VALUES: dict[str, tuple[Any, ...]] = {
    "by": DIMENSION_KEYS,
    "across": ("zhima_band", "age_band"),
    "past_due_days": (60, 90),
    "months": (36,),
    "window_months": (9,),
    "months_back": (12,),
    "thresholds_days": ((0, 30, 60),),
    "observed_over_months": (6,),
    "maturity_months": (6,),
    "mob": (0, 8),
    "after_months": (1,),
    "bucket": ("M3",),
    "within_months": (3,),
    "most_months": (36,),
    "page": (2,),
    "prev_state": ("M1",),
    "opened": (date(2024, 1, 1),),
    "page_no": (1,),
    "rule_key": ("zhima_floor", "dti_cap", "overdue_cap"),
    "decision": ("DECLINED", "APPROVED"),
    "main_reason": ("score_floor",),
    "policy_version": ("P1",),
    "taken_months": (12,),
    "licence": ("bank",),
    "months_before": (0,),
}
"""Values beside the default, by argument; a Literal brings its own."""
THRESHOLDS = {"score_floor": 570.0, "zhima_floor": 640.0, "amount_cap": 5_000_00.0}
NO_MODELS = Path("no-models")
"""What asks for a model asks the book first; scores are no matter of the engine."""


NO_TRUTH = pd.DataFrame(columns=["month", "prev_state", "state", "true_rate"])
NO_CHANCES = pd.DataFrame({"application_id": pd.Series(dtype=str), "log_odds_bad": pd.Series(dtype=float)})
NOTHING_KEPT = pd.DataFrame(columns=[column.name for column in kept_forecast.c])
"""Forecasts are on the desk, whatever the engine of the book."""
PROMISED = pd.DataFrame(
    [
        {
            **dict.fromkeys(SHOWN),
            "proposal_id": "PR-1",
            "proposal_state": "APPROVED",
            "effective_on": pd.Timestamp("2024-02-01"),
            "policy_json": "{}",
            "forecast_json": '{"months":[{"month":"2024-02","bad_rate":0.1,"bad_low_rate":0,"bad_high_rate":1}]}',
        }
    ]
)
"""So are proposals; one that was approved asks what was decided since."""


def questions(book: Book, small: bool = False) -> list[tuple[Question, pd.DataFrame]]:
    """Return what all subjects ask of a book, each statement once, with its answer.

    Parameters
    ----------
    book
        On the embedded engine.
    small
        The whole book as of its last month with default arguments alone.
    """
    found: dict[object, tuple[Question, pd.DataFrame]] = {}

    def fetch(question: Question) -> pd.DataFrame:
        access.check(question.select, question.scope.reader.role)
        key = question.select._generate_cache_key()
        assert key is not None
        same = (key.key, tuple(str(value.effective_value) for value in key.bindparams))
        if same not in found:
            found[same] = question, ask(book, question, record=lambda question, level: None)
        return found[same][1].copy()

    whole = book.scope(Reader("Test", "auditor"))
    number = _number(whole, fetch)
    loan_id = _drawdown(whole, number, fetch)
    for role in ROLES:
        scope = replace(whole, reader=Reader("Test", role))
        for function in _subjects():
            _run(function, scope, fetch, _given(function, book, number, loan_id))
        _run(decision.policy_versions, scope, fetch, {})
        _run(decision.number_of, scope, fetch, {"number": number})
    if small:
        return list(found.values())
    for function in _subjects():
        given = _given(function, book, number, loan_id)
        for scope in _narrower(whole):
            _run(function, scope, fetch, given)
        for other in _others(function):
            _run(function, whole, fetch, given | other)
    for text in HOSTILE:
        _run(decision.number_of, whole, fetch, {"number": text})
        _run(decision.find, whole, fetch, {"main_reason": text})
        fetch(drawdowns.line_of(whole, text))
        fetch(drawdowns.one(whole, text))
    fetch(drawdowns.line_of(whole, loan_id))
    for window in (window_of(whole, 6), window_of(whole, 3)):
        contracts = read_eligibility().contracts[:5]
        fetch(eligible.granted(whole, window))
        fetch(eligible.taken(whole, window, make_policy({}), make_policy(THRESHOLDS), contracts, 0.8))
    return list(found.values())


def _subjects() -> list[Callable[..., Any]]:
    return [asking._function(subject) for subject in SUBJECTS]


def _run(function: Callable[..., Any], scope: Scope, fetch: Fetch, arguments: dict[str, Any]) -> None:
    """What a subject refuses it refuses after it has asked, or the question is another's."""
    with suppress(JiebeiError):
        function(scope, fetch, **arguments)


def _number(scope: Scope, fetch: Fetch) -> str:
    """A decision with all that can hang on one, if there is a decision."""
    listed = decision.find(scope, fetch, decision="APPROVED").frame
    return "D01" if listed.empty else str(listed["decision_id"].iloc[-1])


def _drawdown(scope: Scope, number: str, fetch: Fetch) -> str:
    """The first drawdown of a decision's line, if there is one."""
    lines = fetch(decision_queries.record(scope, number))
    drawn = fetch(drawdowns.of_line(scope, str(lines["application_id"].iloc[0]))) if len(lines) else lines
    return "L01" if drawn.empty else str(drawn["loan_id"].iloc[0])


def _given(function: Callable[..., Any], book: Book, number: str, loan_id: str) -> dict[str, Any]:
    values = {
        "code": "JB_M1",
        "pools": ("channel=HOME", "opened=2024-01:2024-03"),
        "opened_month": book.first_month,
        "mob": 3,
        "decision_id": number,
        "state": "M2",
        "loan_id": loan_id,
        "models_dir": NO_MODELS,
        "kept": NOTHING_KEPT,
        "proposals": PROMISED,
        "before": "P1",
        "after": "PR-1",
        "true_rolls": NO_TRUTH,
        "true_chances": NO_CHANCES,
    }
    needed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in ("scope", "fetch")
        and parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return {name: values[name] for name in needed}


def _others(function: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    hints = get_type_hints(function)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD and name == "thresholds":
            yield THRESHOLDS
            yield {**THRESHOLDS, "maturity_months": 6}
        listed = get_args(hints[name]) if get_origin(hints.get(name)) is Literal else OTHER_VALUES.get(name, ())
        yield from ({name: value} for value in listed if value != parameter.default)


def _narrower(whole: Scope) -> Iterator[Scope]:
    """A few classes; a channel from a month on; an earlier month-end, as it was known then."""
    yield replace(whole, product_class=("JB_M1", "JB_STD"), term_months=(6, 12))
    yield replace(whole, channel=("HOME",), zhima_band=("600_649", "700_749"), province_code=("GD",))
    yield replace(whole, opened_from=month_plus(whole.as_of_month, -8), opened_to=month_plus(whole.as_of_month, -2))
    yield replace(whole, as_of_month=month_plus(whole.as_of_month, -4))


OF_MARTS_ALONE = {"numbers.months_of"}
"""Asked of the file beside the dashboard, never of the engine that holds the book."""


def every_question_function() -> set[str]:
    """Return the name of every function of ``queries/`` that returns a question."""
    found = set()
    for path in Path(queries.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {
            f"{path.stem}.{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(None)) == "Question"
        }
    return found - OF_MARTS_ALONE
