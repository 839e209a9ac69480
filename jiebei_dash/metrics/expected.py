"""What an approved group becomes: loans seen, loans expected, the bad rate of each, loss, income and margin.

A loan is *observed* if it was approved then, drawn, and six months old; *inferred* is everybody else who would become a
loan. An inferred rate always stands in columns of its own, with a low and a high.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import UnitCosts

Floats = NDArray[np.float64]

RANGES: tuple[str, ...] = ("low", "central", "high")
_AT = {name: place for place, name in enumerate(LAB_MEASURES)}
_DECLINED, _NOT_DRAWN, _WAITING, _GOOD, _BAD = range(len(LOAN_OUTCOMES))
_APPROVED_THEN = (_NOT_DRAWN, _WAITING, _GOOD, _BAD)
_DREW = (_WAITING, _GOOD, _BAD)
_COSTS = ("funding", "acquisition", "data", "payment", "collection", "operations")
FIGURES: tuple[str, ...] = (
    "approval_rate", "limit_fen", "drawn_fen", "loan_count", "expected_bad_rate", "loss_fen", "income_fen",
    "margin_fen", "margin_rate", "raroc_rate",
)  # fmt: skip
"""Figures of a policy that have an interval, in the order of the screen."""


def take_up(everybody: Floats) -> Floats:
    """Return the share of the lines approved then that were drawn, NaN if none was approved.

    Parameters
    ----------
    everybody
        Any by ``terms.LOAN_OUTCOMES`` by ``terms.LAB_MEASURES``.
    """
    count = everybody[..., _AT["decided_count"]]
    return _over(count[..., _DREW].sum(axis=-1), count[..., _APPROVED_THEN].sum(axis=-1))


def figures(
    approved: Floats, decided: Floats, weight: Floats, assumptions: Assumptions, costs: UnitCosts
) -> dict[str, Floats]:
    """Return what an approved group becomes.

    Parameters
    ----------
    approved
        Sums of the approved: any by ``terms.LOAN_OUTCOMES`` by ``terms.LAB_MEASURES``.
    decided
        How many were decided; of the shape of any.
    weight
        Loans that one person declined then would become: take-up. Whoever was approved then and never drew is no loan;
        whose loan is too young counts whole, with its chance.
    assumptions, costs
        Drawn share, life of a balance, loss and costs; tax and capital.

    Returns
    -------
    dict of str to ndarray
        ``approved_count``, ``approval_rate``, ``limit_fen``, ``drawn_fen``, ``loan_count``, ``observed_count``,
        ``observed_bad_count``, ``observed_share_rate``, ``observed_bad_rate``, ``inferred_count``; by low, central
        (``bad``) and high ``inferred_<>_rate``, ``expected_<>_rate``, ``loss_<>_fen``, ``margin_<>_fen`` (low margin is
        that of the high loss; central ones are ``loss_fen``, ``margin_fen``); ``income_fen``; a year on average balance
        ``margin_rate`` before tax, ``raroc_rate`` on capital after tax.

    Notes
    -----
    **Source**: house definitions 1.12 and 1.14. Drawn = limit x drawn share, of those who drew and, by take-up, of
    those declined then. Income = drawn x balance years x price x collected share. Loss = drawn by bads x loss per bad.
    Margin = income - VAT - costs - loss, over the life, before tax.
    """
    count = approved[..., _AT["decided_count"]]
    # An unknown take-up of nobody is nobody, and an unknown chance of nobody is no loss.
    declined = np.where(count[..., _DECLINED] > 0, weight, 0.0)

    def summed(name: str, outcomes: tuple[int, ...] = (_DECLINED, *_DREW)) -> Floats:
        each = approved[..., _AT[name]]
        total = each[..., [outcome for outcome in outcomes if outcome != _DECLINED]].sum(axis=-1)
        if _DECLINED in outcomes:
            total = total + np.where(declined == 0, 0.0, declined * each[..., _DECLINED])
        return np.asarray(total)

    seen, unseen = (_GOOD, _BAD), (_DECLINED, _WAITING)
    observed, bad = count[..., seen].sum(axis=-1), count[..., _BAD]
    loans, inferred = summed("loan_count"), summed("loan_count", unseen)
    used = assumptions["drawn_share"]
    drawn = summed("limit_fen") * used
    balance = drawn * assumptions["balance_years"]
    income = summed("interest_fen") * used * assumptions["balance_years"] * assumptions["collected_share"]
    spent = balance * sum(assumptions[key] for key in _COSTS) + income * costs["vat"]
    found = {
        "approved_count": count.sum(axis=-1),
        "approval_rate": _over(count.sum(axis=-1), decided),
        "limit_fen": approved[..., _AT["limit_fen"]].sum(axis=-1),
        "drawn_fen": drawn,
        "loan_count": loans,
        "observed_count": observed,
        "observed_bad_count": bad,
        "observed_share_rate": _over(observed, loans),
        "observed_bad_rate": _over(bad, observed),
        "inferred_count": inferred,
        "income_fen": income,
    }
    for name, said in zip(RANGES, ("low", "bad", "high"), strict=True):
        bads = summed(f"bads_{name}_count")
        loss = summed(f"bads_{name}_fen") * used * assumptions["loss_per_bad"]
        found[f"inferred_{said}_rate"] = _over(summed(f"bads_{name}_count", unseen), inferred)
        found[f"expected_{said}_rate"] = _over(bads, loans)
        found["loss_fen" if name == "central" else f"loss_{name}_fen"] = loss
        turned = {"low": "margin_high_fen", "central": "margin_fen", "high": "margin_low_fen"}[name]
        found[turned] = income - spent - loss
    found["margin_rate"] = _over(found["margin_fen"], balance)
    for name in ("low", "high"):
        found[f"margin_{name}_rate"] = _over(found[f"margin_{name}_fen"], balance)
    for place in ("", "_low", "_high"):
        margin = found[f"margin{place}_rate"]
        taxed = margin - costs["tax"] * np.maximum(margin, 0.0)
        found[f"raroc{place}_rate"] = taxed / costs["capital"] + costs["capital_return"]
    return found


def spread(values: Floats) -> Floats:
    """Return the half-width of the 95 % interval of a figure from its values with one part left out in turn.

    Parameters
    ----------
    values
        Parts first. A part that leaves the figure unknown makes its width unknown.

    Notes
    -----
    **Source**: delete-a-group jackknife, Kott (2001), Journal of Official Statistics 17, 521-526; Student's t with one
    degree less than parts.
    """
    parts = len(values)
    around = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(float(stdtrit(parts - 1, 0.975)) * np.sqrt((parts - 1) / parts * around))


def interval(whole: Mapping[str, Floats], without: Mapping[str, Floats], name: str) -> tuple[float, float]:
    """Return where a figure of a policy may lie: its range of inference, widened by chance at both ends.

    Parameters
    ----------
    whole
        :func:`figures` of the whole population.
    without
        The same with each part left out in turn.
    name
        One of ``FIGURES``.
    """
    low, high = ends(name)
    return (
        float(whole[low] - spread(without[low])),
        float(whole[high] + spread(without[high])),
    )


def ends(name: str) -> tuple[str, str]:
    """Return the figures at the low and the high end of a figure's range of inference; itself twice if it has none."""
    for figure, stem, unit in (
        ("expected_bad_rate", "expected", "rate"),
        ("loss_fen", "loss", "fen"),
        ("margin_fen", "margin", "fen"),
        ("margin_rate", "margin", "rate"),
        ("raroc_rate", "raroc", "rate"),
    ):
        if name == figure:
            return f"{stem}_low_{unit}", f"{stem}_high_{unit}"
    return name, name


def _over(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan))
