"""When the invented lender trains: from loans that had matured by then, and nothing later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from jiebei_dash.book.policy import Policy, make_policy
from jiebei_dash.errors import ModelUntrainable
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.expert import expert_card
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import put
from jiebei_dash.model.training import Trained, train
from jiebei_dash.sample.applying import rule_hits
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Floats, month_date, month_number
from jiebei_dash.sample.parameters import ModelStart, PolicyStart

FIRST_VERSION = "A1"
MATURE_MOB = 6


@dataclass(frozen=True)
class Version:
    """A model in use: what it is, since when, and how it was trained (None for the expert card)."""

    model_version: str
    live_from: int
    artefact: Artefact
    sha256: str
    trained: Trained | None


def first_version(month: int, models_dir: Path) -> Version:
    """Return the expert card, laid on the shelf, live from the first month."""
    card = expert_card(FIRST_VERSION)
    return Version(FIRST_VERSION, month, card, put(card, models_dir), None)


def next_version(
    start: ModelStart,
    loans: Ledger,
    matrix_of_loan: Floats,
    models_dir: Path,
    seed: int,
    progress: Callable[[float], None],
) -> Version | None:
    """Train the model that goes live at ``start``, or return None if the book is too small to learn from.

    Parameters
    ----------
    start
        Which loans it learns from; all had reached month 6 when it is trained.
    loans
        The drawdowns so far.
    matrix_of_loan
        Inputs at decision time, a row a drawdown.
    models_dir
        The shelf.
    seed, progress
        Chance, and who is told the done share.
    """
    opened = loans["month"]
    chosen = np.flatnonzero((opened >= month_number(start.opened_from)) & (opened <= month_number(start.opened_to)))
    first_30 = loans["first_mob"][chosen, 0]
    is_bad = (first_30 >= 0) & (first_30 <= MATURE_MOB)
    inputs = pd.DataFrame(matrix_of_loan[chosen], columns=list(FEATURE_KEYS))
    months = pd.Series(opened[chosen].astype("datetime64[M]").astype("datetime64[s]"))
    try:
        trained = train(
            inputs, pd.Series(is_bad), months, start.holdout_from, start.model_version, seed, progress=progress
        )
    except ModelUntrainable:
        return None
    sha256 = put(trained.artefact, models_dir)
    return Version(start.model_version, month_number(start.effective_from), trained.artefact, sha256, trained)


def policy_from(start: PolicyStart, artefact: Artefact, matrix: Floats) -> Policy:
    """Return a policy with its score floor set on recent applicants, so that the agreed share of them passes.

    Parameters
    ----------
    start
        Thresholds of the other rules, and the share of those who pass them that should pass the score as well.
    artefact
        The model that is live under the policy.
    matrix
        Inputs of recent applicants.
    """
    others = {
        rule: float(getattr(start, rule))
        for rule in ("zhima_floor", "other_lenders_cap", "queries_cap", "overdue_cap", "dti_cap", "amount_cap")
    }
    points = score(artefact, pd.DataFrame(matrix, columns=list(FEATURE_KEYS)))["score_points"].to_numpy()
    passes = ~rule_hits(make_policy(others), matrix, np.full(len(points), np.inf)).any(axis=1)
    if not passes.any():
        return make_policy(others)
    floor = float(np.quantile(points[passes], 1 - start.score_pass_rate))
    return make_policy({**others, "score_floor": float(np.clip(2 * round(floor / 2), 500, 700))})


def model_rows(versions: list[Version]) -> pd.DataFrame:
    """Return the table ``model_version``."""
    rows = []
    for version, following in zip(versions, [*versions[1:], None], strict=True):
        trained, scale = version.trained, version.artefact.scale
        rows.append(
            {
                "model_version": version.model_version,
                "kind": version.artefact.kind,
                "effective_from": pd.Timestamp(month_date(version.live_from)),
                "effective_to": pd.Timestamp(month_date(following.live_from)) if following else pd.NaT,
                "trained_from_month": trained.trained_from_month if trained else None,
                "trained_to_month": trained.trained_to_month if trained else None,
                "holdout_to_month": trained.holdout_to_month if trained else None,
                "bad_definition": trained.bad_definition if trained else "expert judgement",
                "train_count": trained.train_count if trained else 0,
                "holdout_count": trained.holdout_count if trained else 0,
                "holdout_auc_rate": trained.holdout_auc_rate if trained else np.nan,
                "holdout_ks_rate": trained.holdout_ks_rate if trained else np.nan,
                "pdo_points": scale.pdo_points,
                "anchor_points": scale.anchor_points,
                "anchor_odds": scale.anchor_odds,
                "artefact_sha256": version.sha256,
            }
        )
    return pd.DataFrame(rows)
