"""What each funder would take of what a policy approves, what cuts most, and how much own money that leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash.eligibility import CRITERIA, Contract
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.paired import Side, change

POLICIES: tuple[str, ...] = ("today", "proposed")
OWN, NOBODY = "OWN", "NOBODY"
"""Rows beside the funders: the lender's own book, and what no funder takes."""
SMALL = 30
_LIMIT = 1 << CRITERIA.index("limit")
_CHANGES = ("change_count", "change_fen", "change_rate", "change_low_rate", "change_high_rate")
_SHARE_CHANGES = ("change_share_rate", "change_share_low_rate", "change_share_high_rate")


def funders(
    sums: pd.DataFrame, contracts: Sequence[Contract], own_shares: Sequence[float], weights: Mapping[str, float]
) -> pd.DataFrame:
    """Return what each funder takes under today's policy and under the draft.

    Parameters
    ----------
    sums
        See ``queries.eligible.taken``.
    contracts
        Those that the question named, in the same order.
    own_shares
        Least own share of each loan with that funder, a fraction.
    weights
        What each funder lent lately, by code: a loan that several take is shared out in these proportions, equally
        among funders that lent nothing.

    Returns
    -------
    DataFrame
        A row a policy (today, proposed) and funder: the contracts in their order (assumed pools among them), then
        ``NOBODY`` (approved and taken by no funder of the book) and ``OWN`` (the own book, which takes what is
        approved). ``funder_code``, ``policy``, ``is_assumed``, ``own_share_rate`` (asked for; NaN where it is no
        contract), ``approved_count``, ``taken_count``, ``inferred_count`` (of the taken, declined then), ``taken_rate``
        (of the approved) with Wilson's 95 % ``low_rate`` and ``high_rate``, ``is_small`` (fewer than 30 approved),
        ``taken_fen`` (lines), ``inferred_fen``, ``share_rate`` (of the lines of all approved: the most that a funder
        could lend; of ``OWN`` the least that it must; NaN for assumed pools and ``NOBODY``) with ``share_low_rate`` and
        ``share_high_rate``; on the proposed rows ``change_count``, ``change_fen``, ``change_rate`` with
        ``change_low_rate`` and ``change_high_rate``, ``change_share_rate`` with its ends; NaN on today's.

    Notes
    -----
    **Source**: house definition. Own share of a loan = mean of the takers' least own shares by what they lent lately; 1
    where nobody takes it. So the shares of the funders and the own one add up to 1.
    """
    n = sums["decided_count"].astype(float)
    sides = {policy: _Policy(sums, policy, contracts) for policy in POLICIES}
    lent = {policy: _shared_out(side, contracts, own_shares, weights) for policy, side in sides.items()}
    both = sides["today"].approves & sides["proposed"].approves
    rows: list[dict[str, Any]] = []
    no_share = _unknown("share_rate", "share_low_rate", "share_high_rate")
    for place, code in enumerate([*(contract.funder_code for contract in contracts), NOBODY, OWN]):
        contract = contracts[place] if place < len(contracts) else None
        has_share = code == OWN or (contract is not None and not contract.is_assumed)
        counted: dict[str, Side] = {}
        money: dict[str, Side] = {}
        for policy, side in sides.items():
            takes = side.of(place)
            counted[policy] = Side(takes.astype(float), n.where(side.approves, 0.0), n.where(side.approves, 0.0))
            money[policy] = Side(lent[policy][place], side.fen, side.squares)
            rows.append(
                {
                    "funder_code": code, "policy": policy, "is_assumed": contract is not None and contract.is_assumed,
                    "own_share_rate": own_shares[place] if contract is not None else math.nan,
                    **_taken(side, takes, n),
                    **(_shared(money[policy]) if has_share else no_share),
                    **_unknown(*_CHANGES, *_SHARE_CHANGES),
                }
            )  # fmt: skip
        today, proposed = rows[-2], rows[-1]
        moved = change(counted["today"], counted["proposed"], n.where(both, 0.0))
        counts = (proposed["taken_count"] - today["taken_count"], proposed["taken_fen"] - today["taken_fen"])
        proposed |= dict(zip(_CHANGES, (*counts, *moved), strict=True))
        if has_share:
            crossed = sums["crossed_squares"].where(both, 0.0)
            proposed |= dict(zip(_SHARE_CHANGES, change(money["today"], money["proposed"], crossed), strict=True))
    return pd.DataFrame(rows)


def cuts(sums: pd.DataFrame, contracts: Sequence[Contract]) -> pd.DataFrame:
    """Return what each criterion of each contract keeps a funder from taking.

    Parameters
    ----------
    sums, contracts
        As in :func:`funders`.

    Returns
    -------
    DataFrame
        A row a contract, criterion (in the order of the contract) and policy: ``funder_code``, ``criterion``,
        ``policy``, ``approved_count``, ``any_count`` (approved that fail it), ``sole_count`` (that fail nothing else),
        ``any_rate`` (of the approved) with Wilson's 95 % ``low_rate`` and ``high_rate``.
    """
    n = sums["decided_count"].astype(float)
    rows = []
    for policy in POLICIES:
        side = _Policy(sums, policy, contracts)
        approved = float(n[side.approves].sum())
        for place, contract in enumerate(contracts):
            for order, criterion in enumerate(contract.criteria):
                bit = 1 << CRITERIA.index(criterion.key)
                hit = float(n[side.approves & (side.misses[place] & bit > 0)].sum())
                sole = float(n[side.approves & (side.misses[place] == bit)].sum())
                low, high = wilson(hit, approved)
                rows.append(
                    {
                        "place": place, "order": order, "funder_code": contract.funder_code,
                        "criterion": criterion.key, "policy": policy, "approved_count": int(approved),
                        "any_count": int(hit), "sole_count": int(sole),
                        "any_rate": hit / approved if approved else math.nan, "low_rate": low, "high_rate": high,
                    }
                )  # fmt: skip
    columns = ["place", "order", "funder_code", "criterion", "policy", "approved_count", "any_count", "sole_count",
               "any_rate", "low_rate", "high_rate"]  # fmt: skip
    found = pd.DataFrame(rows, columns=columns).sort_values(["place", "order"], kind="stable", ignore_index=True)
    return found.drop(columns=["place", "order"])


class _Policy:
    """One policy's approvals among the groups, and what each contract finds wrong with them."""

    def __init__(self, sums: pd.DataFrame, policy: str, contracts: Sequence[Contract]) -> None:
        need(sums, f"{policy}_approves", "is_inferred", f"{policy}_over_count", f"{policy}_fen", f"{policy}_squares")
        self.approves = sums[f"{policy}_approves"].astype(bool)
        self.is_inferred = sums["is_inferred"].astype(bool)
        self.fen = sums[f"{policy}_fen"].astype(float).where(self.approves, 0.0)
        self.squares = sums[f"{policy}_squares"].astype(float).where(self.approves, 0.0)
        over = sums[f"{policy}_over_count"].astype(int)
        levels = [
            next((each.values[0] for each in contract.criteria if each.key == "limit"), None) for contract in contracts
        ]
        highest = sorted({level for level in levels if level is not None})
        self.misses = []
        for place, level in enumerate(levels):
            found = sums[f"misses_{place}"].astype(int)
            too_high = over > highest.index(level) if level is not None else pd.Series(False, index=sums.index)
            self.misses.append(found + too_high.astype(int) * _LIMIT)
        self.takes = [self.approves & (missed == 0) for missed in self.misses]
        partners = [taken for taken, contract in zip(self.takes, contracts, strict=True) if not contract.is_assumed]
        self.nobody = self.approves & ~np.logical_or.reduce([pd.Series(False, index=sums.index), *partners])

    def of(self, place: int) -> pd.Series:
        """Whom the funder in a place takes; after the contracts come nobody and the own book."""
        return [*self.takes, self.nobody, self.approves][place]


def _taken(side: _Policy, takes: pd.Series, n: pd.Series) -> dict[str, Any]:
    approved, taken = float(n[side.approves].sum()), float(n[takes].sum())
    low, high = wilson(taken, approved)
    known = takes & side.is_inferred
    return {
        "approved_count": int(approved),
        "taken_count": int(taken),
        "inferred_count": int(n[known].sum()),
        "taken_rate": taken / approved if approved else math.nan,
        "low_rate": low,
        "high_rate": high,
        "is_small": approved < SMALL,
        "taken_fen": float(side.fen[takes].sum(skipna=False)),
        "inferred_fen": float(side.fen[known].sum(skipna=False)),
    }


def _shared_out(
    side: _Policy, contracts: Sequence[Contract], own_shares: Sequence[float], weights: Mapping[str, float]
) -> list[pd.Series]:
    """The part of each group that a funder lends, that nobody takes, and that the own book keeps."""
    lent = [0.0 if contract.is_assumed else float(weights.get(contract.funder_code, 0.0)) for contract in contracts]
    by_weight = [taken * weight for taken, weight in zip(side.takes, lent, strict=True)]
    alike = [taken * (not contract.is_assumed) for taken, contract in zip(side.takes, contracts, strict=True)]
    nothing = pd.Series(0.0, index=side.approves.index)
    whole = sum(by_weight, nothing)
    parts = [one.where(whole > 0, other) for one, other in zip(by_weight, alike, strict=True)]
    whole = sum(parts, nothing)
    parts = [part / whole.where(whole > 0, 1.0) for part in parts]
    shares = [part * (1 - own) for part, own in zip(parts, own_shares, strict=True)]
    return [*shares, side.nobody.astype(float), 1.0 - sum(shares, nothing)]


def _shared(side: Side) -> dict[str, float]:
    low, high = side.interval() if side.total > 0 else (math.nan, math.nan)
    return {"share_rate": side.share, "share_low_rate": low, "share_high_rate": high}


def _unknown(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, math.nan)


def against_caps(frame: pd.DataFrame, caps: Mapping[str, tuple[str, float]], lent: Mapping[str, float]) -> pd.DataFrame:
    """Return the frame with each funder's limit and what is left of it.

    Parameters
    ----------
    frame
        Of :func:`funders`.
    caps
        Side (``at_most``, ``at_least``) and level of the limit on a funder's share, by code; ``OWN`` for the own book.
    lent
        What each lent in the last twelve months, by code.

    Returns
    -------
    DataFrame
        The same rows with ``lent_share_rate`` (of what was lent in twelve months), ``keeps``, ``cap_rate``,
        ``lent_headroom_rate`` and ``headroom_rate`` (of ``share_rate``): how far the share is on the right side of the
        limit, negative where it is broken, NaN where no limit names the funder.
    """
    total = sum(lent.values())
    partners = ~frame["is_assumed"] & (frame["funder_code"] != NOBODY)
    now = frame["funder_code"].map(lambda code: lent.get(code, 0.0) / total if total else math.nan).where(partners)
    side = frame["funder_code"].map(lambda code: caps[code][0] if code in caps else "")
    level = frame["funder_code"].map(lambda code: caps[code][1] if code in caps else math.nan).where(partners)
    sign = side.map({"at_most": 1.0, "at_least": -1.0, "": math.nan})
    return frame.assign(
        lent_share_rate=now,
        keeps=side,
        cap_rate=level,
        lent_headroom_rate=sign * (level - now),
        headroom_rate=sign * (level - frame["share_rate"]),
    )
