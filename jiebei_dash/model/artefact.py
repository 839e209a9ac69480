"""A scoring model as one frozen value: all that is needed to score, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sklearn.ensemble import HistGradientBoostingClassifier

from jiebei_dash.model.points import Scale

Kind = Literal["linear", "hist_gbdt"]


@dataclass(frozen=True)
class Weight:
    """One line of an expert scorecard.

    Parameters
    ----------
    key
        Input; one of ``FEATURE_KEYS``.
    low, high
        The value is capped to this range.
    mean
        The reference person's value: there the line gives nothing.
    spread
        One standard deviation, in the input's unit.
    weight
        Log-odds of bad that one ``spread`` above ``mean`` adds.
    if_missing
        Value taken when the input is missing.
    """

    key: str
    low: float
    high: float
    mean: float
    spread: float
    weight: float
    if_missing: float


@dataclass(frozen=True, eq=False)
class Artefact:
    """A model version that can score.

    The log-odds of bad are ``intercept + slope * raw``; ``raw`` is the sum of the card's lines or of the trees.
    Being linear in ``raw`` (Platt's calibration), the parts of a score add up in points exactly.

    Parameters
    ----------
    model_version
        Name of the version.
    kind
        ``linear`` (expert scorecard) or ``hist_gbdt`` (gradient boosted trees).
    features
        Inputs by name, in the order in which they were learnt.
    scale
        Log-odds to points.
    intercept, slope
        Calibration of ``raw`` to log-odds of bad.
    weights
        Lines of the scorecard; empty for trees.
    trees
        The fitted trees; None for a scorecard.
    """

    model_version: str
    kind: Kind
    features: tuple[str, ...]
    scale: Scale
    intercept: float
    slope: float
    weights: tuple[Weight, ...] = ()
    trees: HistGradientBoostingClassifier | None = field(default=None, repr=False)
