"""What a policy offers by cell of Zhima band and score band, and whom each cap cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiebei_dash.book.policy import Policy
from jiebei_dash.lab.offering import CELLS, PRICE_TOLERANCE, cell_of, line_asked, price_asked
from jiebei_dash.lab.population import Floats
from jiebei_dash.lab.trying import Bench, Tried

_MONTHS = 12


@dataclass(frozen=True)
class OfCells:
    """Two policies by cell.

    Parameters
    ----------
    tried
        Sums of both, of which ``group`` is the place in ``lab.offering.CELLS``.
    today, proposed
        What each offers whoever passes it, of :func:`offered`.
    """

    tried: Tried
    today: pd.DataFrame
    proposed: pd.DataFrame


def by_cell(bench: Bench, draft: Policy) -> OfCells:
    """Return a draft beside today's policy by cell."""
    tried = bench.tried(draft, cell_of(bench.people), len(CELLS))
    return OfCells(tried, offered(bench, bench.policy), offered(bench, draft))


def offered(bench: Bench, policy: Policy) -> pd.DataFrame:
    """Return what a policy offers whoever passes it, by cell.

    Returns
    -------
    DataFrame
        One row a cell of ``lab.offering.CELLS``, in that order: ``zhima_band``, ``score_from``, ``approved_count``,
        ``line_fen`` (sum of the lines), ``used_fen`` (the same, as far as they are drawn like today's), ``rate_sum``
        (yearly prices added up), ``cut_policy_count`` (lines cut by the policy's own cap), ``cut_line_count`` and
        ``cut_rate_count`` (by the lowest legal cap), ``over_effective_count`` (prices asked whose effective yearly
        cost lies above the cap).
    """
    people, offer = bench.people, bench.offer(policy)
    passes = bench.bits(policy) == 0
    cell = cell_of(people)[passes]
    asked = line_asked(people, policy)

    def total(values: Floats | NDArray[np.float32] | NDArray[np.bool_]) -> Floats:
        return np.asarray(
            np.bincount(cell, np.nan_to_num(values[passes].astype(np.float64)), len(CELLS)), dtype=np.float64
        )

    frame = pd.DataFrame(CELLS, columns=["zhima_band", "score_from"])
    frame["approved_count"] = np.bincount(cell, minlength=len(CELLS))
    frame["line_fen"], frame["used_fen"], frame["rate_sum"] = (
        total(offer.line_fen),
        total(offer.limit_fen),
        total(offer.rate),
    )
    frame["cut_policy_count"] = total(asked > float(int(policy["amount_cap"]))).astype(np.int64)
    frame["cut_line_count"] = total(offer.cut_line).astype(np.int64)
    frame["cut_rate_count"] = total(offer.cut_rate).astype(np.int64) if len(offer.cut_rate) else 0
    frame["over_effective_count"] = total(
        _effective(price_asked(people, policy)) > bench.legal.yearly_rate + PRICE_TOLERANCE
    ).astype(np.int64)
    return frame


def cut_by_rule(bench: Bench, policy: Policy) -> pd.DataFrame:
    """Return how many lines and prices of whoever passes a policy lie above each cap.

    Returns
    -------
    DataFrame
        One row a cap: ``cap`` (``policy``, the id of a rule on the line, ``nominal`` or ``effective`` for the lowest
        in force on the yearly price, the id of a shadow on it), ``status`` (in_force, shadow), ``cap_fen``,
        ``cap_rate`` (NaN where it is of the other kind),
        ``is_binding`` (the lowest in force cuts; the effective reading and shadows are counted alone), ``cut_count``.
        A rule on the line is held against the line as the policy's own cap leaves it.
    """
    passes = bench.bits(policy) == 0
    asked = line_asked(bench.people, policy)[passes]
    own = float(int(policy["amount_cap"]))
    line = np.minimum(asked, own)
    rate, cap = price_asked(bench.people, policy)[passes], bench.legal.yearly_rate
    rows: list[tuple[str, str, float, float, bool, int]] = [
        ("policy", "in_force", own, np.nan, True, int(np.count_nonzero(asked > own)))
    ]
    for rule in bench.legal.lines:
        binds = rule.status == "in_force" and rule.cap_fen == bench.legal.line_fen
        over = int(np.count_nonzero(line > rule.cap_fen))
        rows.append((rule.id, rule.status, float(rule.cap_fen), np.nan, binds, over))
    if np.isfinite(cap):
        for name, yearly in (("nominal", rate), ("effective", _effective(rate))):
            over = int(np.count_nonzero(yearly > cap + PRICE_TOLERANCE))
            rows.append((name, "in_force", np.nan, cap, name == "nominal", over))
    for name, shadow in bench.legal.shadow_rates:
        over = int(np.count_nonzero(rate > shadow + PRICE_TOLERANCE))
        rows.append((name, "shadow", np.nan, shadow, False, over))
    return pd.DataFrame(rows, columns=["cap", "status", "cap_fen", "cap_rate", "is_binding", "cut_count"])


def _effective(nominal: Floats | NDArray[np.float32]) -> Floats:
    """The effective yearly cost of monthly payments at twelve times the monthly rate."""
    return np.asarray((1 + nominal.astype(np.float64) / _MONTHS) ** _MONTHS - 1)
