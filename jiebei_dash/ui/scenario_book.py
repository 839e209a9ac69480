"""What a saved scenario means on the book that is there: its draft, its scope, and whether its data are still kept."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

from jiebei_dash.book.engine import Book
from jiebei_dash.book.notation import read_policy
from jiebei_dash.book.policy import RULES, Policy, stored_policy
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Reader, Scope, months_between
from jiebei_dash.desk.scenario import Scenario
from jiebei_dash.errors import BadArgument, PolicyInvalid, ScenarioDataGone, ScenarioDraftUnusable
from jiebei_dash.settings import read_settings
from jiebei_dash.ui import cache, drafted, known_on, levers, link
from jiebei_dash.ui.frame import Page

KEY = "scenario"
"""Name in the address of the lab: the scenario that was opened, and so the parent of what is saved next."""
_COHORTS = ("opened_from", "opened_to")
_MOST_SHOWN = 40

Kept = Literal["TODAY", "EARLIER", "GONE"]


@dataclass(frozen=True)
class Standing:
    """Whether the version of the book that a scenario was saved on can be opened.

    Parameters
    ----------
    kept
        ``TODAY`` it is the one that is current, ``EARLIER`` it is kept, ``GONE`` it cannot be opened any more.
    known_on
        The day as of which to open an earlier one.
    """

    kept: Kept
    known_on: date | None = None


def standing(data_version: str, book: Book) -> Standing:
    """Return whether a data version is today's, is kept as an earlier one, or is gone.

    A version that was replaced on the day on which it was made was never current at a day's end, so no day opens it.
    """
    if data_version == book.data_version:
        return Standing("TODAY", book.known_on)
    versions = known_on.versions(read_settings())
    following = [*versions[1:], None]
    for version, after in reversed(list(zip(versions, following, strict=True))):
        day = version.made_at.date()
        if version.data_version == data_version and (after is None or after.made_at.date() > day):
            return Standing("EARLIER", day)
    return Standing("GONE")


def opened(page: Page, scenario: Scenario) -> Page:
    """Return the page on the book and in the scope of a scenario: its exact population.

    Raises
    ------
    ScenarioDataGone
        Its version of the book is not kept.
    ScenarioDraftUnusable
        Its part of the book means nothing here.
    """
    found = standing(scenario.data_version, page.book)
    gone = ScenarioDataGone(name=scenario.name, data_version=scenario.data_version, today=page.book.data_version)
    if found.kept == "GONE":
        raise gone
    book = page.book if found.kept == "TODAY" else cache.book(read_settings(), found.known_on)
    if book.data_version != scenario.data_version:
        raise gone
    whole = book.scope(page.scope.reader)
    part = {name: getattr(scope_of(scenario), name) for name in ("as_of_month", *DIMENSION_KEYS, *_COHORTS)}
    return replace(page, book=book, scope=replace(whole, **part), lineage=cache.lineage(book))


def scope_of(scenario: Scenario) -> Scope:
    """Return the scope of a scenario, by itself: no book need be open.

    Raises
    ------
    ScenarioDraftUnusable
        Its part of the book names what is no dimension or no code, or is not as a scope writes it.
    """
    part = _object(scenario, "part_json")
    codes = {dimension.key: dimension.codes for dimension in DIMENSIONS}
    chosen: dict[str, Any] = {}
    for key, value in part.items():
        if key in codes:
            values = value if isinstance(value, list) else [value]
            for code in values:
                if code not in tuple(codes[key]):
                    raise _unusable(scenario, key, code, ", ".join(map(str, codes[key])))
            chosen[key] = tuple(values)
        elif key in _COHORTS:
            chosen[key] = _month(scenario, key, value)
        else:
            raise _unusable(scenario, "part_json", key, ", ".join((*codes, *_COHORTS)))
    # The reader is of no account: the bare scope asks nothing.
    scope = Scope(Reader("", "analyst"), scenario.data_version, scenario.as_of_month, **chosen)
    if scope.part_text() != scenario.part_json:
        raise _unusable(scenario, "part_json", scenario.part_json, scope.part_text())
    return replace(scope, known_on=scenario.known_on)


def draft_of(scenario: Scenario) -> Policy:
    """Return the draft of a scenario; a rule that it does not name was not known when it was saved.

    Raises
    ------
    ScenarioDraftUnusable
        It names an unknown rule, or a threshold out of range.
    """
    return _policy(scenario, "policy_json")


def moved(scenario: Scenario) -> dict[str, tuple[float | None, float]]:
    """Return what the draft changes, by rule key in the order of the rules: the threshold before, and the new one.

    Raises
    ------
    ScenarioDraftUnusable
        What it says it changes is not what its draft holds.
    """
    draft, base = dict(draft_of(scenario).thresholds), _policy(scenario, "base_json", is_fact=True)
    named = dict(base.thresholds)
    changes = _thresholds(scenario, "changes_json")
    for key, value in changes.items():
        if draft.get(key) != value:
            raise _unusable(scenario, key, value, str(draft.get(key)))
    # What an optional rule was not told, it stood at its loosest.
    before = {key: base[key] if key in named or BY_KEY[key].optional else None for key in draft}
    return {key: (before[key], value) for key, value in draft.items() if key in changes}


def window_months(scenario: Scenario) -> int:
    """Return how many months of submission a scenario was replayed on."""
    return months_between(scenario.first_month, scenario.last_month) + 1


def check(scenario: Scenario) -> None:
    """Refuse a scenario whose draft or part of the book cannot be used here.

    Raises
    ------
    ScenarioDraftUnusable
        The first thing that cannot.
    """
    moved(scenario)
    scope_of(scenario)
    if not scenario.first_month <= scenario.last_month <= scenario.as_of_month:
        months = f"{scenario.first_month:%Y-%m} - {scenario.last_month:%Y-%m}"
        raise _unusable(scenario, "first_month - last_month", months, f"- {scenario.as_of_month:%Y-%m}")


def address(scenario: Scenario, found: Standing) -> dict[str, list[str]]:
    """Return what the address of the lab holds to show a scenario: its scope, each threshold of its draft, its number.

    Parameters
    ----------
    scenario
        Which.
    found
        Where its version of the book is; where it is gone, the same is shown on today's.
    """
    scope = scope_of(scenario)
    held = {"as_of": [f"{scope.as_of_month:%Y-%m}"]}
    held |= {key: [str(code) for code in values] for key, values in scope.chosen().items()}
    held |= {name: [f"{month:%Y-%m}"] for name in _COHORTS if (month := getattr(scope, name)) is not None}
    if found.known_on is not None:
        held["known_on"] = [f"{found.known_on:%Y-%m-%d}"]
    held["maturity_months"] = [str(scenario.maturity_months)]
    held["population_months"] = [str(window_months(scenario))]
    held["reject_method"] = [scenario.method]
    draft = draft_of(scenario)
    if not draft.is_plain:
        held[drafted.BASE] = [draft.json()]
    for rule in RULES:
        held[rule.key] = [f"{draft[rule.key] / (levers.FEN if levers.unit_of(rule.key) == 'fen' else 1):.12g}"]
    return held | {KEY: [scenario.scenario_id]}


def along(held: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the address for a change of page: language and role go along, and no filter that stands elsewhere."""
    return {key: values for key, values in link.along().items() if key in ("lang", "role")} | held


def url_of(page: Page, held: dict[str, list[str]]) -> str:
    """Return the whole address of the lab, to be sent to somebody: in their language, in the role of its reader."""
    site = str(st.context.url or "").rpartition("/")[0]
    return f"{site}/what_if?{urlencode({'role': [page.scope.reader.role], **held}, doseq=True)}"


def _object(scenario: Scenario, field: str) -> dict[str, Any]:
    text = str(getattr(scenario, field))
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unusable(scenario, field, text, "JSON") from error
    if not isinstance(read, dict):
        raise _unusable(scenario, field, text, "{...}")
    return read


def _policy(scenario: Scenario, field: str, is_fact: bool = False) -> Policy:
    """A policy as it was saved; what was in force then is a fact, and no range is checked."""
    if "thresholds" not in _object(scenario, field):
        _thresholds(scenario, field)
        if is_fact:
            return stored_policy(str(getattr(scenario, field)))
    try:
        return read_policy(str(getattr(scenario, field)))
    except BadArgument as error:
        facts = error.facts
        raise _unusable(scenario, str(facts["name"]), facts["value"], str(facts["allowed"])) from error
    except PolicyInvalid as error:
        raise _unusable(scenario, field, str(error.facts["part"]), "JSON") from error


def _thresholds(scenario: Scenario, field: str) -> dict[str, float]:
    """The thresholds of a policy, each a number."""
    read = _object(scenario, field)
    for key, value in read.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _unusable(scenario, key, value, "0, 1, 2, ...")
    return read


def _month(scenario: Scenario, name: str, value: object) -> date:
    try:
        return datetime.strptime(str(value), "%Y-%m").date()
    except ValueError as error:
        raise _unusable(scenario, name, value, "YYYY-MM") from error


def _unusable(scenario: Scenario, item: str, value: object, allowed: str) -> ScenarioDraftUnusable:
    return ScenarioDraftUnusable(name=scenario.name, item=item, value=str(value)[:_MOST_SHOWN], allowed=allowed)
