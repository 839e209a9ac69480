"""Lines that are drawn: who takes up, how much, for how long, and the contractual payments that follow."""

from __future__ import annotations

import numpy as np

from jiebei_dash.sample.applying import DAY_MS, DISBURSED, DRAWDOWN, LEFT, OPEN, PASS, Columns
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Floats, Ints, last_day, lasting, line, moments, volume
from jiebei_dash.sample.parameters import Parameters

MOST_TERM = 24
EQ_INSTALLMENT, INTEREST_ONLY, REVOLVING = range(3)

LINE_COLUMNS = {
    "application": ("i8", 0), "person": ("i8", 0), "granted_ms": ("i8", 0), "first_ms": ("i8", 0),
    "limit_fen": ("i8", 0), "rate_day": ("f8", 0), "bill_day": ("i8", 0), "month": ("i8", 0), "last_month": ("i8", 0),
    "intensity": ("f8", 0), "standing": ("f8", 0), "log_odds": ("f8", 0), "draws": ("i8", 0), "owed_fen": ("i8", 0),
    "is_barred": ("?", 0), "fails": ("?", 0), "term": ("i8", 0), "method": ("i8", 0), "is_m1": ("?", 0),
}  # fmt: skip
LOAN_COLUMNS = {
    "line": ("i8", 0), "person": ("i8", 0), "month": ("i8", 0), "term": ("i8", 0), "method": ("i8", 0),
    "principal_fen": ("i8", 0), "rate_day": ("f8", 0), "bill_day": ("i8", 0), "draw_no": ("i8", 0),
    "requested_ms": ("i8", 0), "disbursed_ms": ("i8", 0), "log_odds": ("f8", 0), "standing": ("f8", 0),
    "sum_principal": ("i4", MOST_TERM + 1), "sum_interest": ("i4", MOST_TERM + 1), "paid_day": ("i4", MOST_TERM),
    "paid": ("i8", 0), "prepaid_from": ("i8", 0), "first_mob": ("i2", 3), "first_fen": ("i8", 3),
    "closed_month": ("i8", 0), "closed_state": ("i8", 0), "lost_fen": ("i8", 0), "lost_dpd": ("i8", 0),
}  # fmt: skip


def take_up(
    chunk: Columns,
    rows: Ints,
    person: Ints,
    channel: Ints,
    is_m1: np.ndarray,
    lines: Ledger,
    parameters: Parameters,
    month: int,
    chooser: np.random.Generator,
) -> None:
    """Open the month's lines and settle when, if ever, each is drawn first.

    Parameters
    ----------
    chunk
        The month's applications as :func:`jiebei_dash.sample.applying.decide` left them.
    rows
        Their numbers in the book.
    person, channel, is_m1
        Who applies, where, and whether in class JB_M1.
    lines
        Grows by the lines granted.
    parameters, month, chooser
        Calibration, month number, chance.

    Notes
    -----
    **Source**: elasticity between -0.4 (prime) and -0.9 (low band), house calibration.
    """
    taking = parameters.take_up
    has = np.flatnonzero(chunk["has_line"])
    count = len(has)
    points, apr = chunk["points"][has], chunk["rate_day"][has] * 365
    standing = (points - points.mean()) / max(float(points.std()), 1.0) if count else points
    prime = np.clip(0.5 + 0.25 * standing, 0, 1)
    elasticity = taking.elasticity_low + (taking.elasticity_prime - taking.elasticity_low) * prime
    slope = elasticity / (1 - taking.rate_30_days)
    log_odds = (
        np.log(taking.rate_30_days / (1 - taking.rate_30_days))
        + slope * np.log(apr / line(parameters.lines.apr_lines, month))
        + taking.limit_slope * np.log(chunk["limit_fen"][has] / parameters.lines.limit_median_fen)
        + taking.score_slope * standing
        + np.asarray(taking.channel_log_odds)[channel[has]]
    )
    lot = chooser.random((4, count))
    soon = lot[0] < 1 / (1 + np.exp(-log_odds))
    late = ~soon & (lot[1] < taking.late_rate / (1 - taking.rate_30_days))
    quick = chooser.exponential(1_200_000.0, count) + 30_000
    slow = np.minimum(chooser.exponential(taking.later_mean_days, count), 29) * DAY_MS + 60_000
    much_later = (30 + lot[3] * (taking.late_most_days - 30)) * DAY_MS
    delay = np.where(late, much_later, np.where(lot[2] < taking.same_day_share, quick, slow))
    granted = chunk["left_ms"][has, 4]
    draws = parameters.draws
    shape = draws.heavy_shape
    product = _products(count, parameters, chooser)
    lines.append(
        {
            "application": rows[has],
            "person": person[has],
            "granted_ms": granted,
            "first_ms": np.where(soon | late, granted + delay.astype(np.int64), -1),
            "limit_fen": chunk["limit_fen"][has],
            "rate_day": chunk["rate_day"][has],
            "bill_day": chooser.integers(draws.first_bill_day, draws.last_bill_day + 1, count),
            "month": np.full(count, month),
            "last_month": np.full(count, month + parameters.stages.line_months),
            "intensity": chooser.gamma(shape, 1 / shape, count),
            "standing": standing,
            "log_odds": chunk["true_log_odds"][has],
            "fails": chooser.random(count) < taking.failed_share,
            "term": product[0],
            "method": product[1],
            "is_m1": is_m1[has],
        },
        count,
    )


def _products(count: int, parameters: Parameters, chooser: np.random.Generator) -> tuple[Ints, Ints]:
    draws = parameters.draws
    terms, weight = np.asarray(draws.terms_months), np.asarray(draws.term_weights)
    term = chooser.choice(terms, count, p=weight / weight.sum())
    repay = np.asarray(draws.repay_weights)
    method = chooser.choice(len(repay), count, p=repay / repay.sum())
    # Without a schedule of principal a line of three months would be a bullet due at once: those run six or more.
    return np.where((method != EQ_INSTALLMENT) & (term == 3), 12, term), method


def draw(
    lines: Ledger, loans: Ledger, parameters: Parameters, first_month: int, month: int, chooser: np.random.Generator
) -> Ints:
    """Disburse a month's drawdowns, first and repeated, and return the new loans' places.

    Parameters
    ----------
    lines
        Their ``owed_fen`` and ``is_barred`` are of the month before.
    loans
        Grows by the drawdowns.
    parameters, first_month, month
        Calibration, first month of the book, this month.
    chooser
        Chance of this purpose and month.

    Notes
    -----
    **Source**: ticket, term and repayment mix are house calibration to published peers.
    """
    draws = parameters.draws
    end_ms = (int(last_day(month)) + 1) * DAY_MS - 1
    first_month_of = (lines["first_ms"] // DAY_MS).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = (lines["first_ms"] > 0) & (first_month_of == month) & ~lines["fails"]
    free = lines["limit_fen"] - lines["owed_fen"]
    goes_on = (lines["draws"] > 0) & (month <= lines["last_month"]) & ~lines["is_barred"] & (free >= draws.least_fen)
    expected = draws.more_a_month * lines["intensity"] * min(1.0, 1.2 * volume_shock(parameters, first_month, month))
    more = np.minimum(chooser.poisson(np.where(goes_on, expected, 0.0)), draws.most_a_month)
    picked = np.repeat(np.arange(lines.count), np.where(starts, 1, more))
    count = len(picked)
    nth = np.arange(count) - np.searchsorted(picked, picked)
    first = lines["draws"][picked] == 0
    requested = np.where(first, lines["first_ms"][picked], moments_ms(parameters, month, count, chooser))
    order = np.lexsort((requested, picked))
    requested = requested[order]
    mean = line(draws.mean_lines_fen, month)
    amount = np.exp(np.log(mean) - draws.sigma**2 / 2 + draws.sigma * chooser.standard_normal(count))
    amount = np.maximum(np.round(amount / draws.grid_fen) * draws.grid_fen, draws.least_fen).astype(np.int64)
    room = np.maximum(free[picked], 0) // draws.grid_fen * draws.grid_fen
    before = np.zeros(count, dtype=np.int64)
    for place in range(1, draws.most_a_month):
        at = np.flatnonzero(nth == place)
        amount[at - 1] = np.minimum(amount[at - 1], np.maximum(room[at - 1] - before[at - 1], 0))
        before[at] = before[at - 1] + amount[at - 1]
    amount = np.minimum(amount, np.maximum(room - before, 0))
    kept = amount >= draws.least_fen
    picked, requested, amount, first = picked[kept], requested[kept], amount[kept], first[kept]
    count = len(picked)
    nth = np.arange(count) - np.searchsorted(picked, picked)
    fresh_term, fresh_method = _products(count, parameters, chooser)
    same = chooser.random(count) < draws.same_product_share
    term = np.where(same, lines["term"][picked], fresh_term)
    method = np.where(same, lines["method"][picked], fresh_method)
    slow = chooser.random(count) < draws.cash_slow_share
    seconds = lasting(draws.cash_median_seconds, draws.cash_p90_seconds, count, chooser)
    seconds += np.where(slow, draws.cash_slow_median_seconds * np.exp(0.5 * chooser.standard_normal(count)), 0)
    sums = schedule(amount, lines["rate_day"][picked], term, method)
    places = loans.append(
        {
            "line": picked,
            "person": lines["person"][picked],
            "month": np.full(count, month),
            "term": term,
            "method": method,
            "principal_fen": amount,
            "rate_day": lines["rate_day"][picked],
            "bill_day": lines["bill_day"][picked],
            "draw_no": lines["draws"][picked] + nth + 1,
            "requested_ms": requested,
            "disbursed_ms": np.minimum(requested + (seconds * 1000).astype(np.int64), end_ms),
            "log_odds": lines["log_odds"][picked],
            "standing": lines["standing"][picked],
            "sum_principal": sums[0],
            "sum_interest": sums[1],
            "paid_day": np.full((count, MOST_TERM), -1),
            "first_mob": np.full((count, 3), -1),
            "closed_month": np.full(count, -1),
            "closed_state": np.full(count, -1),
        },
        count,
    )
    np.add.at(lines["draws"], picked, 1)
    return places


def volume_shock(parameters: Parameters, first_month: int, month: int) -> float:
    """Return how far demand stands from its own trend in a month."""
    trend = (1 + parameters.calendar.volume_growth_rate) ** (month - first_month)
    return volume(parameters.calendar, first_month, month) / trend


def moments_ms(parameters: Parameters, month: int, count: int, chooser: np.random.Generator) -> Ints:
    """Return moments of a month in no order; milliseconds since 1970."""
    return chooser.permutation(moments(parameters.calendar, month, count, chooser)) * 1000


def schedule(principal_fen: Ints, rate_day: Floats, term: Ints, method: Ints) -> tuple[Ints, Ints]:
    """Return principal and interest due up to and including each instalment, from 0 to the longest term; fen.

    Notes
    -----
    **Source**: equal instalments (annuity) on 30/360 months, each rounded to the fen, the last takes the rounding;
    interest-only and revolving drawdowns pay interest monthly and principal at the end.
    """
    count = len(principal_fen)
    rate = rate_day * 30
    payment = np.rint(principal_fen * rate / (1 - (1 + rate) ** -term.astype(np.float64))).astype(np.int64)
    owed = principal_fen.astype(np.int64).copy()
    principal, interest = (np.zeros((count, MOST_TERM + 1), dtype=np.int64) for _ in range(2))
    for number in range(1, MOST_TERM + 1):
        due_interest = np.rint(owed * rate).astype(np.int64)
        due = np.where(method == EQ_INSTALLMENT, np.clip(payment - due_interest, 0, owed), 0)
        due = np.where(number == term, owed, np.where(number > term, 0, due))
        interest[:, number] = interest[:, number - 1] + np.where(number > term, 0, due_interest)
        principal[:, number] = principal[:, number - 1] + due
        owed -= due
    return principal, interest


def drawdown_stages(lines: Ledger, loans: Ledger, applications: Columns, end_ms: int) -> None:
    """Write the stages DRAWDOWN and DISBURSED of every line into its application: of its first drawdown.

    A line is in DRAWDOWN from its grant until it is drawn (PASS), lapses unused or is given up (LEFT).
    """
    outcome, entered, left = applications["outcome"], applications["entered_ms"], applications["left_ms"]
    row = lines["application"]
    outcome[row, DRAWDOWN], entered[row, DRAWDOWN], left[row, DRAWDOWN] = OPEN, lines["granted_ms"], -2
    given_up = lines["fails"] & (lines["first_ms"] > 0) & (lines["first_ms"] <= end_ms)
    lapse_ms = (last_day(lines["last_month"]) + 1) * DAY_MS - 1
    lapsed = (lines["draws"] == 0) & ~given_up & (lapse_ms <= end_ms)
    for gone, at_ms in ((given_up, lines["first_ms"]), (lapsed, lapse_ms)):
        outcome[row[gone], DRAWDOWN], left[row[gone], DRAWDOWN] = LEFT, at_ms[gone]
    first = np.flatnonzero(loans["draw_no"] == 1)
    drawn = row[loans["line"][first]]
    agreed = np.minimum(loans["requested_ms"][first] + 2_000, loans["disbursed_ms"][first])
    outcome[drawn, DRAWDOWN], left[drawn, DRAWDOWN] = PASS, agreed
    outcome[drawn, DISBURSED], entered[drawn, DISBURSED] = PASS, agreed
    left[drawn, DISBURSED] = loans["disbursed_ms"][first]
