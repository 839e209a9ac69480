"""How the limits of credit lines move: opened with the grant, raised, frozen, thawed, cut and closed.

Limits follow the loans and never the other way round: nobody draws on a line that is frozen or closed, because lines
are frozen when their loans are late and closed when nothing more is drawn, and a limit is cut to what is ever used of
it. They are looked at on each month's last day.
"""

from __future__ import annotations

import numpy as np

from jiebei_dash import terms
from jiebei_dash.sample.applying import DAY_MS, Columns
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Flags, Floats, Ints, last_day
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.paying import PAID, SOLD, WO

_NOT_YET, _ACTIVE, _FROZEN, _CLOSED = range(4)
_OPEN, _RAISE, _CUT, _FREEZE, _THAW, _CLOSE = range(len(terms.LINE_EVENTS))
_REASON = {name: place for place, name in enumerate(terms.LINE_REASONS)}
_NOTHING = -1
_REVIEWED_MS = 20 * 3_600_000


def line_events(
    lines: Ledger,
    loans: Ledger,
    month_rows: list[Columns],
    parameters: Parameters,
    first_month: int,
    chooser: np.random.Generator,
) -> Columns:
    """Return every change of every line.

    Parameters
    ----------
    lines, loans
        All lines and drawdowns of a shard, after its last month.
    month_rows
        Its loan-months, a part a month from the first on.
    parameters, first_month, chooser
        Calibration, number of the first month, chance of this purpose.

    Returns
    -------
    Columns
        ``line``, ``event_no``, ``month``, ``at_ms``, ``kind`` and ``reason`` by number, ``limit_fen``,
        ``active_delta_fen``, ``frozen_delta_fen``; by month.

    Notes
    -----
    **Source**: house calibration; utilisation between 30 and 60 %.
    """
    standing = _Standing(lines, loans, month_rows, parameters)
    parts = []
    for month, rows in enumerate(month_rows, start=first_month):
        parts.append(standing.review(month, rows, chooser.random((2, lines.count))))
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(found["line"], kind="stable")
    line = found["line"][order]
    found["event_no"] = np.empty(len(line), dtype=np.int64)
    found["event_no"][order] = np.arange(len(line)) - np.searchsorted(line, line) + 1
    return found


class _Standing:
    """Where each line stands as the months go by."""

    def __init__(self, lines: Ledger, loans: Ledger, month_rows: list[Columns], parameters: Parameters) -> None:
        count = lines.count
        self.lines, self.loans, self.rules = lines, loans, parameters.limits
        self.grid_fen = parameters.lines.limit_grid_fen
        self.opened, self.first_drawn = _month_of(lines["granted_ms"]), np.full(count, np.iinfo(np.int64).max)
        self.last_drawn = np.full(count, -1)
        np.minimum.at(self.first_drawn, loans["line"], loans["month"])
        np.maximum.at(self.last_drawn, loans["line"], loans["month"])
        self.given_up = np.where(lines["fails"] & (lines["first_ms"] > 0), _month_of(lines["first_ms"]), -1)
        self.status = np.full(count, _NOT_YET, dtype=np.int8)
        self.limit_fen = lines["limit_fen"].copy()
        self.was_late = np.zeros(count, dtype=np.bool_)
        self.is_cut = np.zeros(count, dtype=np.bool_)
        self.is_fitted = np.zeros(count, dtype=np.bool_)
        self.idle_months = np.zeros(count, dtype=np.int64)
        self.peak_fen = np.zeros(count)
        for rows in month_rows:
            np.maximum(self.peak_fen, _owed(loans, rows, count), out=self.peak_fen)

    def review(self, month: int, rows: Columns, lot: Floats) -> Columns:
        """Look at all lines on the last day of a month; each changes once at most."""
        rules, lines, count = self.rules, self.lines, self.lines.count
        line, state = self.loans["line"][rows["loan"]], rows["state"]
        owed = _owed(self.loans, rows, count)
        late = _any(line[(state > 0) & (state < PAID)], count)
        lost = _any(line[(state == WO) | (state == SOLD)], count)
        very_late = _any(line[(state > 1) & (state < PAID)], count)
        self.was_late |= late | lost
        active, frozen = self.status == _ACTIVE, self.status == _FROZEN
        draws_no_more = self.last_drawn <= month
        self.idle_months = np.where((owed == 0) & draws_no_more & (active | frozen), self.idle_months + 1, 0)
        idle = self.idle_months
        is_over = (month >= lines["last_month"]) & draws_no_more
        # The stage of a line that was never drawn stays open until the line lapses.
        unused = idle >= np.where(self.last_drawn < 0, np.iinfo(np.int64).max, rules.idle_close_months)
        age = month - self.opened
        is_due = (age >= rules.raise_from_months) & (age % rules.raise_every_months == 0)
        earned = is_due & ~self.was_late & (self.first_drawn < month) & ~is_over & (lot[0] < rules.raise_share)
        earned &= self.limit_fen < rules.roomy * self.peak_fen
        roomy = active & (self.limit_fen > rules.roomy * self.peak_fen) & (self.first_drawn <= month) & ~self.is_fitted
        fits = roomy & (age >= rules.fit_from_months) & (lot[0] < rules.fit_share)
        opens = self.opened == month
        closes = (active | frozen) & (lost | (self.given_up == month) | ((is_over | unused) & (owed == 0)))
        freezes = active & (late | (idle >= rules.idle_freeze_months))
        thaws = frozen & ~late & ((owed > 0) | ~draws_no_more) & ~is_over
        cuts = (active | frozen) & ~self.is_cut & draws_no_more & ((is_over & (owed > 0)) | very_late)
        raises = active & earned & (self.limit_fen < rules.raise_most_fen)
        kind = np.select(
            [opens, closes, freezes, thaws, cuts | fits, raises],
            [_OPEN, _CLOSE, _FREEZE, _THAW, _CUT, _RAISE],
            _NOTHING,
        )
        at = np.flatnonzero(kind != _NOTHING)
        reason = np.select(
            [opens, lost, late | very_late, self.given_up == month, thaws, is_over, closes | freezes | fits],
            [_REASON[name] for name in ("APPROVED", "LOST", "PAST_DUE", "GIVEN_UP", "CURED", "TERM_ENDED", "NOT_USED")],
            _REASON["GOOD_PAYER"],
        )
        return self._change(month, at, kind[at], reason[at], owed, lot[1])

    def _change(self, month: int, at: Ints, kind: Ints, reason: Ints, owed: Ints, lot: Floats) -> Columns:
        rules = self.rules
        before, was_frozen = self.limit_fen[at], self.status[at] == _FROZEN
        kept = np.select(
            [reason == _REASON["TERM_ENDED"], reason == _REASON["NOT_USED"]],
            [np.zeros(len(at)), rules.fit_room * self.peak_fen[at]],
            before * (1 - rules.cut_share),
        )
        least = -(-np.maximum(owed[at], kept).astype(np.int64) // self.grid_fen) * self.grid_fen
        factor = rules.raise_factor_low + (rules.raise_factor_high - rules.raise_factor_low) * lot[at]
        more = np.minimum(np.round(before * factor / self.grid_fen) * self.grid_fen, rules.raise_most_fen)
        moved = [np.zeros(len(at), np.int64), np.minimum(least, before), more.astype(np.int64)]
        after = np.select([kind == _CLOSE, kind == _CUT, kind == _RAISE], moved, before)
        is_frozen = np.where(kind == _FREEZE, True, np.where(kind == _THAW, False, was_frozen))
        was_active_fen = np.where((kind == _OPEN) | was_frozen, 0, before)
        self.limit_fen[at] = after
        self.status[at] = np.where(kind == _CLOSE, _CLOSED, np.where(is_frozen, _FROZEN, _ACTIVE))
        self.is_cut[at[(kind == _CUT) & (reason != _REASON["NOT_USED"])]] = True
        self.is_fitted[at[(kind == _CUT) & (reason == _REASON["NOT_USED"])]] = True
        reviewed = last_day(month) * DAY_MS + _REVIEWED_MS
        told_ms = [self.lines["granted_ms"][at], self.lines["first_ms"][at]]
        moment = np.select([kind == _OPEN, reason == _REASON["GIVEN_UP"]], told_ms, reviewed)
        events = {
            "line": at,
            "month": np.full(len(at), month),
            "at_ms": moment,
            "kind": kind,
            "reason": reason,
            "limit_fen": after,
            "active_delta_fen": np.where(is_frozen, 0, after) - was_active_fen,
            "frozen_delta_fen": np.where(is_frozen, after, 0) - np.where(was_frozen, before, 0),
        }
        is_one = (kind != _CUT) | (after < before)
        return {name: values[is_one] for name, values in events.items()}


def _owed(loans: Ledger, rows: Columns, count: int) -> Ints:
    line = loans["line"][rows["loan"]]
    return np.bincount(line, rows["balance_fen"], minlength=count).astype(np.int64)


def _month_of(milliseconds: Ints) -> Ints:
    days = milliseconds // DAY_MS
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def _any(line: Ints, count: int) -> Flags:
    found = np.zeros(count, dtype=np.bool_)
    found[line] = True
    return found
