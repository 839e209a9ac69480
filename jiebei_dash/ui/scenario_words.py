"""Saved scenarios in sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from jiebei_dash.book.wording import scope_sentence
from jiebei_dash.desk.scenario import Scenario
from jiebei_dash.desk.scenarios import Saved
from jiebei_dash.errors import ScenarioDraftUnusable
from jiebei_dash.text import numbers
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words
from jiebei_dash.ui import drafted, levers
from jiebei_dash.ui.scenario_book import Standing, draft_of, moved, scope_of

FEWEST = 30
"""Fewer loans than these are marked."""
_SHORT = 12
_RANGES = {
    "expected_bad_rate": ("expected_low_rate", "expected_high_rate"),
    "loss_fen": ("loss_low_fen", "loss_high_fen"),
    "margin_fen": ("margin_low_fen", "margin_high_fen"),
}


@dataclass(frozen=True)
class Column:
    """One scenario replayed, for the table that sets several side by side.

    Parameters
    ----------
    title
        Its name and revision.
    scenario
        Which.
    policy_version
        The policy that was live for its population.
    both
        Of ``metrics.what_if.consequences``: today, then the draft.
    """

    title: str
    scenario: Scenario
    policy_version: str
    both: pd.DataFrame


def title(words: Words, saved: Saved) -> str:
    """Return how a scenario is called."""
    return words("scenarios.pick", name=saved.scenario.name, revision=saved.revision)


def changes(words: Words, scenario: Scenario) -> str:
    """Return what a draft changes, rule by rule with its threshold before and after; why, if it cannot be read."""
    try:
        found = moved(scenario)
    except ScenarioDraftUnusable as error:
        return words.error(error)
    said = []
    for key, (before, after) in found.items():
        unit = levers.unit_of(key)
        facts = {"rule": words.code("rule", key), "after": numbers.quantity(after, unit, words.language)}
        if before is None:
            said.append(words("scenarios.change_new", **facts))
        else:
            shown = numbers.quantity(before, unit, words.language)
            said.append(words("scenarios.change", before=shown, **facts))
    draft = draft_of(scenario)
    said += [drafted.exception_sentence(words, each) for each in draft.exceptions]
    for name, cells in (("limits", draft.limits), ("prices", draft.prices)):
        if cells:
            said.append(words(f"lab.cells_{name}", count=numbers.count(len(cells))))
    return words("scenarios.separator").join(said) or words("scenarios.change_none")


def population(words: Words, scenario: Scenario, said: str = "scenarios.whom") -> str:
    """Return on whom a scenario was replayed, in one sentence; why, if its part of the book cannot be read.

    Parameters
    ----------
    words, scenario
        Language; which.
    said
        Key of the sentence: the whole, or ``scenarios.whom_short`` for a list.
    """
    try:
        scope = scope_of(scenario)
    except ScenarioDraftUnusable as error:
        return words.error(error)
    return words(
        said,
        scope=scope_sentence(words, scope),
        first=numbers.month(scenario.first_month),
        last=numbers.month(scenario.last_month),
        months=scenario.maturity_months,
    )


def data(words: Words, version: str, found: Standing) -> str:
    """Return which data a scenario was saved on, and whether they can be opened."""
    day = "" if found.known_on is None else numbers.day(found.known_on)
    if found.kept == "EARLIER":
        return words("scenarios.data_EARLIER", version=version, day=day)
    return words(f"scenarios.data_{found.kept}", version=version)


def listed(words: Words, every: Sequence[Saved], standings: Mapping[str, Standing]) -> str:
    """Return how many scenarios there are, and on which data, in a sentence; standings by data version."""
    kept: list[str] = [standings[saved.scenario.data_version].kept for saved in every]
    counts = {name.lower(): kept.count(name) for name in ("TODAY", "EARLIER", "GONE")}
    return words("scenarios.listed", count=len(every), **counts)


def table(words: Words, every: Sequence[Saved], standings: Mapping[str, Standing]) -> pd.DataFrame:
    """Return the list of saved scenarios as people read it, in the same order; standings by data version."""
    rows = []
    for saved in every:
        scenario = saved.scenario
        rows.append(
            {
                words("scenarios.name"): scenario.name,
                words("scenarios.revision"): str(saved.revision),
                words("scenarios.draft"): changes(words, scenario),
                words("scenarios.population"): population(words, scenario, "scenarios.whom_short"),
                words("scenarios.data"): data(words, scenario.data_version, standings[scenario.data_version]),
                words("scenarios.author"): author(words, saved),
                words("scenarios.when"): moment(saved.saved_at),
            }
        )
    return pd.DataFrame(rows)


def author(words: Words, saved: Saved) -> str:
    """Return who made a scenario, and who brought in its file if that was somebody else."""
    name = saved.scenario.author
    return name if name == saved.saved_by else words("scenarios.by_another", author=name, saved_by=saved.saved_by)


def moment(at: str) -> str:
    """Return a moment of the desk, ISO 8601 with its offset, as it reads in Shanghai."""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"


def facts(words: Words, saved: Saved, parent: str, found: Standing) -> str:
    """Return everything that was saved of a scenario, as markdown.

    Parameters
    ----------
    words, saved
        Language; which.
    parent
        What it was made from, by name; empty if from the live policy.
    found
        Whether its data are kept.
    """
    scenario = saved.scenario
    base = f"{scenario.base_version or numbers.UNKNOWN} ({scenario.base_sha256[:_SHORT]})"
    lines = [
        (words("scenarios.draft"), changes(words, scenario)),
        (words("scenarios.fact_note"), " ".join(scenario.note.split()) or numbers.UNKNOWN),
        (words("scenarios.population"), population(words, scenario)),
        (words("scenarios.data"), data(words, scenario.data_version, found)),
        (words("scenarios.fact_method"), words.code("reject_method", scenario.method)),
        (words("scenarios.fact_base"), base),
        (words("scenarios.fact_parent"), parent or words("scenarios.parent_none")),
        (words("scenarios.author"), author(words, saved)),
        (words("scenarios.fact_population"), scenario.population_id[:_SHORT]),
        (words("scenarios.fact_policy"), scenario.policy_sha256[:_SHORT]),
        (words("scenarios.fact_scenario"), scenario.scenario_id[:_SHORT]),
    ]
    head = [_row(words("scenarios.fact"), words("scenarios.value")), "| --- | --- |"]
    return "\n".join([*head, *(_row(name, escaped(value)) for name, value in lines)])


def leads(words: Words, columns: Sequence[Column]) -> str:
    """Return which of several scenarios on one population has the highest margin, in a sentence.

    Empty if there is but one, or if their populations differ: then margins are no matter of comparison.
    """
    if len(columns) < 2 or len({column.scenario.population_id for column in columns}) > 1:
        return ""
    known = [column for column in columns if not numbers.is_unknown(column.both["margin_fen"].iloc[1])]
    if not known:
        return ""
    best = max(known, key=lambda column: float(column.both["margin_fen"].iloc[1]))
    today, draft = best.both.iloc[0], best.both.iloc[1]
    return words(
        "scenarios.leads",
        name=escaped(best.title),
        margin=numbers.yuan(draft["margin_fen"], words.language),
        change=_signed(draft["margin_fen"] - today["margin_fen"], words),
        rate=numbers.rate(draft["expected_bad_rate"]),
        low=numbers.rate(draft["expected_low_rate"]),
        high=numbers.rate(draft["expected_high_rate"]),
    )


def populations(words: Words, columns: Sequence[Column]) -> list[str]:
    """Return on whom the columns were replayed: once if all on the same, else numbered."""
    groups = _groups(columns)
    if len(groups) == 1:
        scenario = columns[0].scenario
        number, whom = scenario.population_id[:_SHORT], population(words, scenario)
        return [words("scenarios.same_population", population=number, whom=whom)]
    said = [words("scenarios.populations")]
    for no, group in enumerate(groups, start=1):
        scenario = group[0].scenario
        number, whom = scenario.population_id[:_SHORT], population(words, scenario)
        said.append(words("scenarios.one_population", no=no, population=number, whom=whom))
    return said


def side_by_side(words: Words, columns: Sequence[Column]) -> str:
    """Return the consequences of scenarios side by side, today first in each population, as markdown."""
    groups = _groups(columns)
    heads: list[str] = []
    policies: list[pd.Series] = []
    changes: list[float] = []
    for no, group in enumerate(groups, start=1):
        named = [words("scenarios.today", version=group[0].policy_version).strip(), *(each.title for each in group)]
        many = len(groups) > 1
        heads += [words("scenarios.in_population", column=name, no=no) if many else name for name in named]
        today = group[0].both.iloc[0]
        policies += [today, *(each.both.iloc[1] for each in group)]
        changes += [float("nan"), *(each.both.iloc[1]["margin_fen"] - today["margin_fen"] for each in group)]
    lines = [_row("", *map(escaped, heads)), "| --- |" + " ---: |" * len(heads)]
    for label, column in (
        ("scenarios.row_decided", "decided_count"),
        ("what_if.row_approved", "approved_count"),
        ("what_if.row_approval", "approval_rate"),
        ("what_if.row_drawn", "drawn_fen"),
        ("what_if.row_expected", "expected_bad_rate"),
        ("what_if.row_loss", "loss_fen"),
        ("what_if.row_margin", "margin_fen"),
    ):
        lines.append(_row(words(label), *(_shown(words, policy, column) for policy in policies)))
    lines.append(_row(words("scenarios.row_margin_change"), *(_signed(change, words) for change in changes)))
    return "\n".join(lines)


def _groups(columns: Sequence[Column]) -> list[list[Column]]:
    found: dict[str, list[Column]] = {}
    for column in columns:
        found.setdefault(column.scenario.population_id, []).append(column)
    return list(found.values())


def _shown(words: Words, row: pd.Series, column: str) -> str:
    value = _value(words, row[column], column)
    if column in _RANGES and not numbers.is_unknown(row[column]):
        ends = [_value(words, row[end], column) for end in _RANGES[column]]
        if ends[0] != ends[1]:
            value = words("what_if.with_range", value=value, range=words("what_if.to").join(ends))
    is_small = column == "expected_bad_rate" and value != numbers.UNKNOWN and row["loan_count"] < FEWEST
    return words("scenarios.few", rate=value) if is_small else value


def _value(words: Words, value: float, column: str) -> str:
    if column.endswith("_fen"):
        return numbers.yuan(value, words.language)
    return numbers.rate(value) if column.endswith("_rate") else numbers.count(value)


def _signed(fen: float, words: Words) -> str:
    return ("+" if fen > 0 else "") + numbers.yuan(fen, words.language)


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
