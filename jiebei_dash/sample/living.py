"""The lender's life, month by month: people apply, the desk of the day decides, lines are drawn, open loans pay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jiebei_dash.book.policy import Policy
from jiebei_dash.sample import people, tables
from jiebei_dash.sample.applying import DECLINED, WITHDRAWN, Columns, Desk, decide
from jiebei_dash.sample.borrowing import LINE_COLUMNS, LOAN_COLUMNS, draw, take_up
from jiebei_dash.sample.learning import Version, first_version, next_version, policy_from
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Floats, Ints, chance, moments, month_number
from jiebei_dash.sample.parameters import Parameters, PolicyStart
from jiebei_dash.sample.paying import PAID, SOLD, WO, pay
from jiebei_dash.terms import STATES

Progress = Callable[[str, float], None]
"""Is told what is being done and the done share, 0 to 1."""

_WIDTH_OF_MONTHS = {"loan": "i4", "state": "i1", "prev_state": "i1", "dpd_days": "i2", "month": "i2"}
"""A shard keeps two million rows of its loan-months until it is written; a loan's amount fits into 32 bits."""


@dataclass
class Life:
    """A part of the lender as it lives: what has happened so far.

    Parameters
    ----------
    parameters
        The calibration.
    seed, shard
        Chance, and number of the part.
    first_month, last_month
        Month numbers.
    models_dir
        The shelf.
    crowd
        Its people.
    desks
        Who decides in each month; filled while living where ``learns``.
    learns
        Whether models are trained and policies set from what this part lives through; else ``desks`` is given whole.
    """

    parameters: Parameters
    seed: int
    shard: int
    first_month: int
    last_month: int
    models_dir: Path
    crowd: people.Crowd
    desks: dict[int, Desk] = field(default_factory=dict)
    learns: bool = True
    lines: Ledger = field(default_factory=lambda: Ledger(LINE_COLUMNS))
    loans: Ledger = field(default_factory=lambda: Ledger(LOAN_COLUMNS))
    chunks: list[Columns] = field(default_factory=list)
    month_rows: list[Columns] = field(default_factory=list)
    moves: dict[int, Floats] = field(default_factory=dict)
    at_risk: dict[int, Ints] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    policies: list[tuple[PolicyStart, Policy]] = field(default_factory=list)
    applied: int = 0

    def chance(self, purpose: str, month: int = 0) -> np.random.Generator:
        """Return the generator of one purpose in one month of this part."""
        return chance(self.seed, purpose, month, self.shard)


def live(life: Life, month: int, count: int, tell: Progress) -> None:
    """Let the lender live through a month.

    Parameters
    ----------
    life
        Moved on in place.
    month, count
        Month number, and how many apply in it.
    tell
        Is told of a training, with the done share of all months.
    """
    parameters, crowd = life.parameters, life.crowd
    chooser = life.chance("people", month)
    rows, channel = people.applicants(crowd, parameters, month, count, chooser)
    features = people.features_of(crowd, rows, parameters, chooser)
    log_odds = people.true_log_odds(crowd, rows, channel, features, parameters)
    submitted = moments(parameters.calendar, month, count, chooser) * 1000 + chooser.integers(0, 1000, count)
    matrix = people.matrix_of(features)
    if life.learns:
        life.desks[month] = _desk(life, month, matrix, tell)
    desk = life.desks[month]
    chunk = decide(month, submitted, matrix, log_odds, parameters, desk, life.chance("decide", month))
    wanted = life.chance("products", month)
    weight = np.asarray(parameters.draws.term_weights)
    term = wanted.choice(parameters.draws.terms_months, count, p=weight / weight.sum())
    chunk |= {"person": rows, "channel": channel, "province": crowd.province[rows].copy(),
              "is_repeat": crowd.had_pay_off[rows].copy()}  # fmt: skip
    numbers = np.arange(life.applied, life.applied + count)
    before = life.lines.count
    taking = life.chance("take up", month)
    take_up(chunk, numbers, rows, channel, crowd.is_m1[rows], life.lines, parameters, month, taking)
    chunk["term"], chunk["method"] = term, np.zeros(count, dtype=np.int64)
    granted = life.lines["application"][before:] - life.applied
    chunk["term"][granted], chunk["method"][granted] = life.lines["term"][before:], life.lines["method"][before:]
    chunk["class"] = tables.class_of(chunk["method"], crowd.is_m1[rows])
    life.applied += count
    life.chunks.append(chunk)
    _remember(crowd, chunk, rows, month)
    draw(life.lines, life.loans, parameters, life.first_month, month, life.chance("draw", month))
    month_rows, life.moves[month] = pay(life.loans, parameters, month, life.chance("pay", month))
    month_rows["month"] = np.full(len(month_rows["loan"]), month)
    life.month_rows.append(
        {name: values.astype(_WIDTH_OF_MONTHS.get(name, "i4")) for name, values in month_rows.items()}
    )
    life.at_risk[month] = np.bincount(month_rows["prev_state"][month_rows["prev_state"] >= 0], minlength=len(STATES))
    _settle(life, month_rows, month)


def _desk(life: Life, month: int, matrix: Floats, tell: Progress) -> Desk:
    """Who decides this month; a model that starts is trained now, on what has closed before."""
    parameters = life.parameters
    if not life.versions:
        life.versions.append(first_version(month, life.models_dir))
    _train_if_due(life, month, tell)
    live_version = life.versions[-1]
    begun = [policy for policy in parameters.policies if month_number(policy.effective_from) <= month]
    current = begun[-1] if begun else parameters.policies[0]
    if not life.policies or life.policies[-1][0] is not current:
        recent = [chunk["matrix"] for chunk in life.chunks[-3:]] or [matrix]
        life.policies.append((current, policy_from(current, live_version.artefact, np.concatenate(recent))))
    changes = {month_number(policy.effective_from) for policy in parameters.policies}
    changes |= {month_number(model.effective_from) for model in parameters.models}
    return Desk(
        policy=life.policies[-1][1],
        policy_no=len(life.policies) - 1,
        artefact=live_version.artefact,
        model_no=len(life.versions) - 1,
        changes_next=month + 1 in changes,
        is_last_month=month == life.last_month,
    )


def _train_if_due(life: Life, month: int, tell: Progress) -> None:
    """Train the model that goes live this month, if one does and the book has enough to learn from."""
    due = [model for model in life.parameters.models if month_number(model.effective_from) == month]
    if not due or not life.loans.count:
        return
    of_application = np.concatenate([chunk["matrix"] for chunk in life.chunks])
    of_loan = of_application[life.lines["application"][life.loans["line"]]]
    months = life.last_month - life.first_month + 1

    def told(done_rate: float) -> None:
        tell("training", (month - life.first_month + done_rate) / months)

    version = next_version(due[0], life.loans, of_loan, life.models_dir, life.seed, told)
    if version is not None:
        life.versions.append(version)


def _remember(crowd: people.Crowd, chunk: Columns, rows: Ints, month: int) -> None:
    """What became of each applicant; who lost a line for good reason does not get another."""
    result = chunk["result"]
    crowd.outcome[rows] = np.where(
        chunk["has_line"], people.HAS_LINE, np.where(result == WITHDRAWN, people.LEFT, people.DECLINED)
    )
    crowd.outcome[rows[~np.isin(result, (DECLINED, WITHDRAWN)) & ~chunk["has_line"]]] = people.BARRED
    crowd.outcome_month[rows] = month


def _settle(life: Life, rows: Columns, month: int) -> None:
    """What the month-end means for lines and people."""
    lines, loans, crowd = life.lines, life.loans, life.crowd
    line_of = loans["line"][rows["loan"]]
    lines["owed_fen"][:] = np.bincount(line_of, rows["balance_fen"], minlength=lines.count).astype(np.int64)
    lost = np.isin(rows["state"], (WO, SOLD))
    late = ~np.isin(rows["state"], (0, PAID))
    is_late = np.bincount(line_of[late], minlength=lines.count) > 0
    crowd.outcome[loans["person"][rows["loan"][lost]]] = people.BARRED
    lines["is_barred"][:] = is_late | (crowd.outcome[lines["person"]] == people.BARRED)
    crowd.had_pay_off[loans["person"][rows["loan"][rows["state"] == PAID]]] = True
    over = (lines["last_month"] == month) & ~lines["is_barred"]
    person = lines["person"][over]
    crowd.outcome[person[crowd.outcome[person] == people.HAS_LINE]] = people.LAPSED
