"""What each input gave or took, in points of the score, against the average of what the model was built on.

Importing this module costs seconds (shap brings its own compiler): only those who explain import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from shap import TreeExplainer

from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.scoring import card_parts, matrix_of


@dataclass(frozen=True)
class Explanation:
    """Parts of scores, adding up: ``base_points`` plus a row of ``points`` is that applicant's score.

    Parameters
    ----------
    base_points
        The reference: for trees the average over the training loans, for a scorecard the card's mean person; points.
    points
        Index of the inputs, one column a feature; points, positive raised the score (safer).
    """

    base_points: float
    points: pd.DataFrame


def explain(artefact: Artefact, inputs: pd.DataFrame) -> Explanation:
    """Return what each input gave or took.

    Parameters
    ----------
    artefact
        The model version.
    inputs
        One row an applicant with the artefact's features; NaN is missing.

    Notes
    -----
    **Source**: for trees the path-dependent Shapley values of Lundberg et al. (2020), Nature Machine Intelligence 2,
    on log-odds; for a scorecard the distance from its mean, which is the Shapley value of a sum.
    """
    matrix = matrix_of(artefact, inputs)
    if artefact.trees is None:
        base, parts = 0.0, card_parts(artefact, matrix)
    else:
        explainer = _explainer(artefact)
        base = float(np.ravel(explainer.expected_value)[0])
        parts = np.asarray(explainer.shap_values(matrix, check_additivity=False)).reshape(matrix.shape)
    points_of_raw = -artefact.scale.factor * artefact.slope
    base_points = artefact.scale.offset - artefact.scale.factor * artefact.intercept + points_of_raw * base
    points = pd.DataFrame(points_of_raw * parts, index=inputs.index, columns=list(artefact.features))
    return Explanation(base_points, points)


@lru_cache(maxsize=8)
def _explainer(artefact: Artefact) -> TreeExplainer:
    """One explainer an artefact: an artefact is hashed by identity, and the shelf gives the same one for a hash."""
    return TreeExplainer(artefact.trees, feature_perturbation="tree_path_dependent")
