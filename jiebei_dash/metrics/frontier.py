"""Approval against bad rate and margin of many policies, and what the solver's policy does beside today's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import Floats, figures
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import UnitCosts

KINDS: tuple[str, ...] = ("PAIR", "ENVELOPE", "TODAY", "PROPOSED")
POINTS: tuple[str, ...] = ("kind", "approval_rate", "expected_bad_rate", "margin_fen", "loan_count")
FIGURES: tuple[str, ...] = (
    "approval_rate", "expected_bad_rate", "loan_count", "drawn_fen", "loss_fen", "margin_fen", "margin_rate",
    "raroc_rate",
)  # fmt: skip
"""Figures of the solver's policy, beside its own-fund share."""
_AT = {name: place for place, name in enumerate(LAB_MEASURES)}
_LINEAR = {"loan": "loan_count", "limit": "limit_fen", "interest": "interest_fen", "bads": "bads_central_fen"}


def worth(weight: float, assumptions: Assumptions, costs: UnitCosts) -> dict[str, Floats]:
    """Return what one of each sum is worth, by outcome, as ``metrics.expected.figures`` counts it.

    Parameters
    ----------
    weight
        Loans that one person declined then would become.
    assumptions, costs
        As for the figures.

    Returns
    -------
    dict of str to ndarray
        By ``terms.LOAN_OUTCOMES``: ``loan`` loans a person, ``drawn`` fen drawn for each fen of line, and margin for
        each fen of line (``limit``), of line x yearly price (``interest``), of line x central chance of bad (``bads``).

    Notes
    -----
    Figures are linear in the sums, so one unit of each tells all: a formula that changes there changes here.
    """
    outcomes = len(LOAN_OUTCOMES)
    one = np.zeros((len(_LINEAR), outcomes, outcomes, len(LAB_MEASURES)))
    for place, name in enumerate(_LINEAR.values()):
        for outcome in range(outcomes):
            one[place, outcome, outcome, _AT[name]] = 1.0
    # Take-up is asked for only where somebody was declined.
    one[..., 0, _AT["decided_count"]] = 1.0
    found = figures(one, np.ones(one.shape[:2]), np.full(one.shape[:2], weight), assumptions, costs)
    parts = {name: found["margin_fen"][place] for place, name in enumerate(_LINEAR)}
    return parts | {"loan": found["loan_count"][0], "drawn": found["drawn_fen"][1]}


def own_shares(
    funded: pd.DataFrame,
    own_codes: Sequence[str],
    months: Sequence[date],
    products: Sequence[str],
    bands: Sequence[str],
) -> Floats:
    """Return the share of the principal that the own book funded, by month, product and Zhima band.

    Parameters
    ----------
    funded
        Of ``queries.frontier.funded``.
    own_codes
        Funders that are the lender itself.
    months, products, bands
        What the axes of the table stand for.

    Returns
    -------
    ndarray
        Months by products by bands. Where nobody lent, the share of that product and band over all months, else of all
        that was lent; NaN if nothing was.

    Notes
    -----
    **Source**: house assumption. Who funds a loan is known only once it is made: each decision is given the share of
    the loans of its month, product and band.
    """
    need(funded, "opened_month", "product_class", "zhima_band", "funder_code", "principal_fen")
    shape = (len(months), len(products), len(bands))
    month = pd.Categorical(funded["opened_month"].dt.date, list(months)).codes
    product = pd.Categorical(funded["product_class"], list(products)).codes
    band = pd.Categorical(funded["zhima_band"], list(bands)).codes
    fen = funded["principal_fen"].to_numpy(np.float64)
    is_own = funded["funder_code"].isin(list(own_codes)).to_numpy()
    known = (month >= 0) & (product >= 0) & (band >= 0)
    place = tuple(each[known].astype(np.int64) for each in (month, product, band))
    own, lent = np.zeros(shape), np.zeros(shape)
    np.add.at(lent, place, fen[known])
    np.add.at(own, place, np.where(is_own, fen, 0.0)[known])
    share = _over(own, lent)
    always = np.broadcast_to(_over(own.sum(axis=0), lent.sum(axis=0)), shape)
    share = np.where(np.isnan(share), always, share)
    return np.asarray(np.where(np.isnan(share), _over(own.sum(), lent.sum()), share))


def points(
    kinds: Sequence[str], thresholds: Mapping[str, Floats], sums: Floats, both: pd.DataFrame, rules: Sequence[Any]
) -> pd.DataFrame:
    """Return policies as points, today's and the proposed one as the last two.

    Parameters
    ----------
    kinds
        PAIR or ENVELOPE, a policy each.
    thresholds
        By rule key, a policy each.
    sums
        Policies by approved, loans, bads, margin, and more that is not used.
    both
        Of :func:`jiebei_dash.metrics.what_if.consequences`.
    rules
        Today's and the proposed policy: thresholds by rule key.

    Returns
    -------
    DataFrame
        ``kind`` of ``KINDS``, ``approval_rate``, ``expected_bad_rate`` (central, part inferred), ``margin_fen`` over
        life, ``loan_count``, and a threshold for each rule that moves.
    """
    decided = float(both["decided_count"].iloc[0])
    frame = pd.DataFrame(
        {
            "kind": list(kinds),
            "approval_rate": sums[:, 0] / decided,
            "expected_bad_rate": _over(sums[:, 2], sums[:, 1]),
            "margin_fen": sums[:, 3],
            "loan_count": sums[:, 1],
            **{key: np.asarray(values, np.float64) for key, values in thresholds.items()},
        }
    )
    marks = both[list(POINTS[1:])].assign(kind=["TODAY", "PROPOSED"])
    for key in thresholds:
        marks[key] = [float(policy[key]) for policy in rules]
    return pd.concat([frame, marks[list(frame.columns)]], ignore_index=True)


def behind(frame: pd.DataFrame, kind: str = "TODAY") -> tuple[float, float, pd.Series | None]:
    """Return how far a policy lies from the envelope.

    Parameters
    ----------
    frame
        Of :func:`points`.
    kind
        TODAY or PROPOSED.

    Returns
    -------
    tuple
        By how much the bad rate could be lower, and the margin higher, at no fewer approvals; and the point of the
        envelope with the lower bad rate. 0, 0 and None where the envelope has none that is better.
    """
    mark = frame[frame["kind"] == kind].iloc[0]
    others = frame[(frame["kind"] == "ENVELOPE") & (frame["approval_rate"] >= mark["approval_rate"] - 1e-12)]
    if others.empty or np.isnan(mark["expected_bad_rate"]):
        return 0.0, 0.0, None
    best = others.loc[others["expected_bad_rate"].idxmin()]
    lower = float(mark["expected_bad_rate"] - best["expected_bad_rate"])
    more = float(others["margin_fen"].max() - mark["margin_fen"])
    return max(lower, 0.0), max(more, 0.0), best if lower > 0 else None


def solved(
    both: pd.DataFrame,
    draft: pd.DataFrame,
    own: Sequence[float],
    rules: Mapping[str, tuple[float, float, float]],
    limits: Sequence[Mapping[str, Any]],
) -> pd.DataFrame:
    """Return the solver's policy beside today's and the draft's.

    Parameters
    ----------
    both
        Of :func:`jiebei_dash.metrics.what_if.consequences`, for today's policy and the solver's.
    draft
        The same for today's and the draft.
    own
        Own-fund share of today's policy, the draft and the solver's.
    rules
        Thresholds of those three, by key of the rules that could move.
    limits
        ``item`` (bad_rate, approval, own_share), ``asked``, ``binds``, ``gain_fen``, a limit each.

    Returns
    -------
    DataFrame
        ``kind`` (THRESHOLD, FIGURE, LIMIT), ``item``, ``asked`` (of a limit), ``today``, ``draft``, ``solved``; of a
        figure ``solved_from`` and ``solved_to`` (range of inference widened by chance, 95 %); of a limit ``binds`` and
        ``gain_fen``, the margin that loosening it by one step would bring.
    """
    rows: list[dict[str, Any]] = [
        {"kind": "THRESHOLD", "item": key, "today": was, "draft": drafted, "solved": new}
        for key, (was, drafted, new) in rules.items()
    ]
    at = {"today": both.iloc[0], "draft": draft.iloc[1], "solved": both.iloc[1]}
    for name in FIGURES:
        row: dict[str, Any] = {"kind": "FIGURE", "item": name}
        row |= {policy: float(found[name]) for policy, found in at.items()}
        rows.append(row | {"solved_from": at["solved"][f"{name}_from"], "solved_to": at["solved"][f"{name}_to"]})
    rows.append({"kind": "FIGURE", "item": "own_share_rate", **dict(zip(at, own, strict=True))})
    figure = {"bad_rate": "expected_bad_rate", "approval": "approval_rate", "own_share": "own_share_rate"}
    by_item = {row["item"]: row for row in rows}
    for limit in limits:
        reached = by_item[figure[str(limit["item"])]]
        rows.append({"kind": "LIMIT", **limit, **{policy: reached[policy] for policy in at}})
    columns = ["kind", "item", "asked", "today", "draft", "solved", "solved_from", "solved_to", "binds", "gain_fen"]
    return pd.DataFrame(rows, columns=columns)


def _over(numerator: Any, denominator: Any) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan))
