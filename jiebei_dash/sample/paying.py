"""A month of payments: who pays on time, late or not at all, and where each loan stands at the month's end.

A loan is known by how many instalments it has paid, for payments settle whole instalments, oldest first. Bill days
run from the 6th to the 25th, so the months since the oldest unpaid due month give the bucket at every month-end:
1 is M1 (1-30 days), ..., 6 is M6 (151-180), 7 is beyond 180. :func:`past_due_days` checks it against real dates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from jiebei_dash import terms
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.arrears import amounts_past_due
from jiebei_dash.sample.borrowing import INTEREST_ONLY, REVOLVING
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Floats, Ints, first_day, is_new_year, last_day, month_number, step
from jiebei_dash.sample.parameters import Parameters, Paying

CURRENT, M1, M6, M7_UP = 0, 1, 6, 7
PAID, WO, SOLD = (terms.STATES.index(state) for state in terms.EXITS)
_EDGES = np.asarray(terms.BUCKET_EDGES_DAYS)


@dataclass(frozen=True)
class Standing:
    """The open loans at a month's start, and what the month asks of them."""

    place: Ints
    behind: Ints
    due_no: Ints
    term: Ints
    paid: Ints
    due_day: Ints
    risk: Floats
    chances: Floats
    missed: Floats
    stays_unpaid: Floats


def unpaid_share(paying: Paying, days: Ints | Floats) -> Floats:
    """Return the share of missed amounts still unpaid so many days after the due date: the daily cure curve."""
    return np.asarray(np.interp(days, paying.curve_days, paying.curve_unpaid))


def days_until_paid(paying: Paying, lot: Floats) -> Ints:
    """Return the day after the due date on which a missed amount is paid, from a lot in (0, 1): the curve inverted."""
    days = np.arange(1, paying.curve_days[-1] + 1)
    unpaid = unpaid_share(paying, days)
    return np.asarray(len(days) + 1 - np.searchsorted(unpaid[::-1], lot, side="right"), dtype=np.int64)


def past_due_days(oldest_due_month: Ints, bill_day: Ints, month: int) -> Ints:
    """Return the days from the oldest unpaid due date to a month's end."""
    return last_day(month) - (first_day(oldest_due_month) + bill_day - 1)


def pay(loans: Ledger, parameters: Parameters, month: int, chooser: np.random.Generator) -> tuple[Columns, Floats]:
    """Let every open loan live through a month.

    Parameters
    ----------
    loans
        Moved on in place: instalments paid and when, milestones, closing.
    parameters, month, chooser
        Calibration, month number, chance of this purpose and month.

    Returns
    -------
    tuple
        Columns of ``loan_month`` (``loan`` is the place in ``loans``, states by number), and the true mean
        probability of every move this month (rows and columns by number of state).

    Notes
    -----
    **Source**: monthly moves and daily cure curve are house calibration to published peers; see ``data/sample.toml``.
    """
    new = np.flatnonzero(loans["month"] == month)
    place = np.flatnonzero((loans["closed_month"] < 0) & (loans["month"] < month))
    standing = _standing(loans, place, parameters, month)
    moves = _mean_moves(standing)
    ending, count_paid, pays_off, day = _outcomes(standing, loans, parameters, month, chooser)
    paid = standing.paid + count_paid
    behind = np.maximum(month - loans["month"][place] - paid, 0)
    is_paid = paid >= standing.term
    past_due = np.where(
        (behind > 0) & ~is_paid, past_due_days(loans["month"][place] + paid + 1, loans["bill_day"][place], month), 0
    )
    bucket = np.searchsorted(_EDGES, past_due, side="left")
    if not np.array_equal(bucket, np.where(is_paid, 0, np.minimum(behind, M7_UP))):
        raise AssertionError("months behind and days past due disagree: bill days must lie between 6 and 25")
    leaves = past_due > parameters.paying.write_off_past_due_days
    state = np.where(is_paid, PAID, np.where(leaves, np.where(ending == SOLD, SOLD, WO), bucket))
    _note_payments(loans, standing, count_paid, pays_off, day)
    flows = _flows(loans, standing, paid, pays_off, state, past_due, month)
    flows |= amounts_past_due(loans, place, paid, standing.due_no, state == PAID, (state == WO) | (state == SOLD))
    loans["paid"][place] = paid
    closes = state > M7_UP
    loans["closed_month"][place[closes]] = month
    loans["closed_state"][place[closes]] = state[closes]
    loans["lost_fen"][place] = flows["lost_fen"]
    loans["lost_dpd"][place] = np.where(flows["lost_fen"] > 0, past_due, 0)
    _note_milestones(loans, place, past_due, flows, month)
    opened = {
        "loan": new, "state": np.zeros(len(new), np.int64), "prev_state": np.full(len(new), -1),
        "dpd_days": np.zeros(len(new), np.int64), "balance_fen": loans["principal_fen"][new],
    }  # fmt: skip
    rows = {
        key: np.concatenate([values, opened.get(key, np.zeros(len(new), np.int64))]) for key, values in flows.items()
    }
    return rows, moves


def _standing(loans: Ledger, place: Ints, parameters: Parameters, month: int) -> Standing:
    """Where each loan stands, and its true chances of each move."""
    paying = parameters.paying
    opened, term, paid = loans["month"][place], loans["term"][place], loans["paid"][place]
    age = month - opened
    behind = age - 1 - paid
    due_day = first_day(month) + loans["bill_day"][place] - 1
    stress = step(paying.stress_steps, month)
    pd_rate = 1 / (1 + np.exp(-loans["log_odds"][place]))
    # Probability of bad by month 6 is about proportional to the chance of missing one payment.
    risk = pd_rate / paying.odds_reference_pd
    is_holiday = is_new_year(parameters.calendar, due_day)
    missed = paying.missed_rate * stress * risk
    missed *= np.interp(age, paying.seasoning_mob, paying.seasoning)
    is_bullet = (loans["method"][place] >= INTEREST_ONLY) & (age == term)
    missed *= np.where(is_bullet, paying.bullet_multiplier, 1.0)
    missed *= np.where(is_holiday, paying.new_year_missed_multiplier, 1.0)
    missed = np.minimum(missed, paying.missed_cap)
    tail = np.where(is_holiday, paying.new_year_tail_multiplier, 1.0)
    to_end = last_day(month) - due_day
    stays_unpaid = np.minimum(unpaid_share(paying, to_end) * tail, 1.0)
    pay_off = _pay_off_rate(loans, place, age, parameters, month)
    chances = np.zeros((len(place), len(terms.STATES)))
    is_current = behind == 0
    chances[is_current, M1] = (missed * stays_unpaid)[is_current]
    chances[is_current, PAID] = ((1 - missed) * pay_off)[is_current]
    chances[is_current, CURRENT] = 1 - chances[is_current].sum(axis=1)
    m1_by_day = _m1_roll_by_bill_day(paying, month)
    sells = month >= month_number(paying.sale_from) and month % 12 + 1 in paying.sale_months
    for late in range(M1, M6 + 1):
        at = np.flatnonzero(np.minimum(behind, M6) == late)
        weight = (paying.stress_on_m1, paying.stress_on_m2)[late - 1] if late <= 2 else paying.stress_on_late
        roll = paying.roll[late - 1] * (1 + weight * (stress - 1))
        own = np.clip(risk[at], 0.1, 10) ** (paying.risk_on_m1_roll if late == M1 else paying.risk_on_late_roll)
        if late == M1:
            own = own * m1_by_day[loans["bill_day"][place[at]]]
        rolls = np.minimum(roll * own, paying.roll_cap)
        # What the roll takes, cures and stays give up in proportion.
        rest = (1 - rolls) / (1 - paying.roll[late - 1])
        chances[at, late + 1] = rolls
        chances[at, CURRENT] = paying.cure[late - 1] * rest
        chances[at, max(late - 1, CURRENT)] += paying.better[late - 1] * rest
        chances[at, late] = 1 - chances[at].sum(axis=1)
        next_end = past_due_days(loans["month"][place[at]] + paid[at] + 1, loans["bill_day"][place[at]], month)
        out = at[next_end > paying.write_off_past_due_days]
        lost = chances[out, late + 1].copy()
        chances[out, late + 1] = 0
        chances[out, SOLD] = lost * (paying.sale_share if sells else 0.0)
        chances[out, WO] = lost - chances[out, SOLD]
    return Standing(place, behind, age, term, paid, due_day, risk, chances, missed, stays_unpaid)


def _m1_roll_by_bill_day(paying: Paying, month: int) -> Floats:
    """Who is billed late in the month has had fewer days to pay at its end, so fewer of them are stuck: mean 1."""
    days = np.arange(32)
    gap = np.maximum(last_day(month - 1) - (first_day(month - 1) + days - 1), 1)
    left = unpaid_share(paying, gap)
    later = unpaid_share(paying, gap + (last_day(month) - last_day(month - 1)))
    used = slice(6, 26)
    return np.asarray(later / left / (later[used].sum() / left[used].sum()))


def _pay_off_rate(loans: Ledger, place: Ints, age: Ints, parameters: Parameters, month: int) -> Floats:
    """Chance that a loan that is current is paid off in full this month."""
    paying = parameters.paying
    rate = np.full(len(place), paying.pay_off_rate)
    for number, multiplier in enumerate(paying.pay_off_first_months, start=1):
        rate[age == number] *= multiplier
    if month % 12 + 1 in parameters.calendar.bonus_months:
        rate *= paying.pay_off_bonus_multiplier
    rate *= np.exp(paying.pay_off_per_score_sd * np.clip(loans["standing"][place], -3, 3))
    method = loans["method"][place]
    rate *= np.where(method == REVOLVING, paying.pay_off_revolving_multiplier, 1.0)
    rate *= np.where(method == INTEREST_ONLY, paying.pay_off_interest_only_multiplier, 1.0)
    return np.where(age == loans["term"][place], 0.0, np.minimum(rate, 0.5))


def _mean_moves(standing: Standing) -> Floats:
    """True mean chance of each move; a cure or a payment that settles the last instalment ends in PAID."""
    states = len(terms.STATES)
    chances = standing.chances.copy()
    remaining = standing.term - standing.paid
    for to in range(M6 + 1):
        ends = (standing.behind + 1 - to >= remaining) & (chances[:, to] > 0)
        chances[ends, PAID] += chances[ends, to]
        chances[ends, to] = 0
    moves = np.full((states, states), np.nan)
    for behind in np.unique(standing.behind):
        moves[min(int(behind), M7_UP)] = chances[standing.behind == behind].mean(axis=0)
    return moves


def _outcomes(
    standing: Standing, loans: Ledger, parameters: Parameters, month: int, chooser: np.random.Generator
) -> tuple[Ints, Ints, np.ndarray, Ints]:
    """Where each loan ends, how many instalments it pays, whether it pays off, and the day of the payment."""
    paying = parameters.paying
    count = len(standing.place)
    lot = chooser.random((5, count))
    shared = chooser.standard_normal(int(loans["person"].max(initial=0)) + 1)[loans["person"][standing.place]]
    own = chooser.standard_normal(count)
    weight = paying.same_person_correlation
    together = ndtr(np.sqrt(weight) * shared + np.sqrt(1 - weight) * own)
    current = standing.behind == 0
    end, start = int(last_day(month)), int(first_day(month))

    misses = current & (together < standing.missed)
    tail = standing.stays_unpaid / np.maximum(unpaid_share(paying, end - standing.due_day), 1e-9)
    until = days_until_paid(paying, np.minimum(lot[0] / tail, 1 - 1e-12))
    paid_late = standing.due_day + until
    rolls_in = misses & (paid_late > end)
    pays_off = current & ~misses & (lot[1] * (1 - standing.missed) < standing.chances[:, PAID])
    early = np.where(lot[2] < paying.early_share, np.floor(lot[3] * 5).astype(np.int64) + 1, 0)
    day = np.where(misses, paid_late, standing.due_day - early)
    day = np.where(pays_off, start + np.floor(lot[3] * (standing.due_day - start + 1)).astype(np.int64), day)
    ending = np.where(rolls_in, M1, np.where(pays_off, PAID, CURRENT))

    cumulated = np.cumsum(standing.chances, axis=1)
    drawn = (lot[1][:, None] * cumulated[:, -1:] >= cumulated).sum(axis=1)
    ending = np.where(current, ending, drawn)
    # A payment of a loan already late: for M1 on the curve's next stretch, for the others on any day.
    due_before = first_day(month - 1) + loans["bill_day"][standing.place] - 1
    left_before = unpaid_share(paying, start - 1 - due_before)
    left_after = unpaid_share(paying, end - due_before)
    stretch = days_until_paid(paying, left_after + (left_before - left_after) * np.minimum(lot[2], 1 - 1e-9))
    on_curve = np.clip(due_before + stretch, start, end)
    any_day = start + np.floor(lot[3] * (end - start + 1)).astype(np.int64)
    day = np.where(current, day, np.where(standing.behind == 1, on_curve, any_day))
    paid = np.where(ending <= M6, standing.behind + 1 - ending, 0)
    paid = np.where(ending == PAID, standing.term - standing.paid, np.maximum(paid, 0))
    paid = np.minimum(paid, standing.term - standing.paid)
    return ending, paid, pays_off, day


def _note_payments(loans: Ledger, standing: Standing, count_paid: Ints, pays_off: np.ndarray, day: Ints) -> None:
    """Write the day of each settled instalment: old ones on the day of the cash, this month's not before it is due."""
    paid_day = loans["paid_day"]
    for ahead in range(int(count_paid.max(initial=0))):
        at = np.flatnonzero(count_paid > ahead)
        number = standing.paid[at] + ahead
        is_new = (number + 1 == standing.due_no[at]) & (standing.behind[at] > 0)
        on = np.where(is_new, np.maximum(day[at], standing.due_day[at]), day[at])
        paid_day[standing.place[at], number] = on
    loans["prepaid_from"][standing.place[pays_off]] = standing.due_no[pays_off] + 1


def _flows(
    loans: Ledger, standing: Standing, paid: Ints, pays_off: np.ndarray, state: Ints, past_due: Ints, month: int
) -> Columns:
    """Money of the month, to the fen: opening - paid - lost = balance."""
    place = standing.place
    principal, interest = loans["sum_principal"], loans["sum_interest"]
    total = loans["principal_fen"][place]
    opening = total - principal[place, standing.paid]
    received = (principal[place, paid] - principal[place, standing.paid]).astype(np.int64)
    due_now = np.minimum(standing.due_no, standing.term)
    scheduled = np.where(
        standing.due_no <= standing.term, principal[place, due_now] - principal[place, due_now - 1], 0
    ).astype(np.int64)
    until = np.where(pays_off, due_now, paid)
    balance = opening - received
    leaves = (state == WO) | (state == SOLD)
    return {
        "loan": place,
        "state": state,
        "prev_state": np.minimum(standing.behind, M7_UP),
        "dpd_days": past_due,
        "opening_fen": opening,
        "balance_fen": np.where(leaves, 0, balance),
        "scheduled_fen": scheduled,
        "paid_principal_fen": received,
        "prepaid_fen": np.where(pays_off, received - scheduled, 0),
        "paid_interest_fen": (interest[place, until] - interest[place, standing.paid]).astype(np.int64),
        "lost_fen": np.where(leaves, balance, 0),
    }


def _note_milestones(loans: Ledger, place: Ints, past_due: Ints, flows: Columns, month: int) -> None:
    for number, days in enumerate(terms.PAST_DUE_DAYS):
        reached = (past_due > days) & (loans["first_mob"][place, number] < 0)
        at = place[reached]
        loans["first_mob"][at, number] = month - loans["month"][at]
        loans["first_fen"][at, number] = (flows["balance_fen"] + flows["lost_fen"])[reached]
