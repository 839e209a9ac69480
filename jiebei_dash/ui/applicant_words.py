"""One applicant's score in sentences."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def opening(words: Words, decided: pd.Series, parts: pd.DataFrame, changed_count: int) -> list[str]:
    """Return the sentences that open the page.

    Parameters
    ----------
    decided
        Of ``answers.applicant.frozen``: the decision as stored.
    parts
        Of ``metrics.applicant.parts``.
    changed_count
        Inputs that were moved.
    """
    score = parts[parts["kind"] == "SCORE"].iloc[0]
    said = [
        words(
            "applicant.stored",
            at=numbers.moment(decided["decided_at"]),
            decision=words.code("decision", decided["decision"]),
            policy=decided["policy_version"],
            points=numbers.points(decided["score_points"]),
            pd=numbers.rate(decided["pd_rate"]),
            model=decided["model_version"],
        ),
        words("applicant.now", points=numbers.points(score["points"]), pd=numbers.rate(score["pd_rate"])),
    ]
    if changed_count:
        said.append(
            words(
                "applicant.changed_one" if changed_count == 1 else "applicant.changed",
                count=changed_count,
                points=numbers.points(score["changed_points"]),
                change=numbers.points(score["changed_points"] - score["points"], signed=True),
                pd=numbers.rate(score["changed_pd_rate"]),
            )
        )
    return said


def alt(words: Words, parts: pd.DataFrame) -> str:
    """Return what the waterfall shows, in a sentence."""
    base, score = (parts.loc[parts["kind"] == kind, "changed_points"].iloc[0] for kind in ("BASE", "SCORE"))
    features = parts[parts["kind"] == "FEATURE"]
    largest = features.loc[features["changed_points"].abs().sort_values(ascending=False, kind="stable").index[:2]]
    first, second = (row for _, row in largest.iterrows())
    return words(
        "applicant.alt",
        base=numbers.points(base),
        score=numbers.points(score),
        first=words.code("feature", first["feature"]),
        first_points=numbers.points(first["changed_points"], signed=True),
        second=words.code("feature", second["feature"]),
        second_points=numbers.points(second["changed_points"], signed=True),
    )
