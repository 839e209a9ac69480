"""The arms of a comparison in the book, and what was planned of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import BadArgument, EmptyScope, NothingMatured, OneArm
from jiebei_dash.metrics import experiment as metrics
from jiebei_dash.metrics.trial_size import Design
from jiebei_dash.queries import experiment as queries
from jiebei_dash.queries.experiment import BAD_BY_MOB as BAD_BY_MOB
from jiebei_dash.queries.experiment import ArmsBy as ArmsBy

NEEDS: tuple[str, ...] = ("applicants", "declined_applicants", "whole_cohorts")
BY: tuple[ArmsBy, ...] = ("lane", "policy_version", "channel")
MONTHS = 36
"""A random lane is thin: three years of it are some hundred loans."""
MOST_MONTHS = 120
ALLOWED: Mapping[str, tuple[float, float]] = {
    "champion_rate": (0.0, 0.99),
    "difference_rate": (-0.5, 0.5),
    "alpha_rate": (0.001, 0.2),
    "power_rate": (0.5, 0.99),
    "champion_per_challenger": (0.01, 500.0),
    "looks": (1.0, 10.0),
}
"""What a plan says by name, from and to."""
DEFAULTS: Mapping[str, float] = {
    "difference_rate": 0.01,
    "alpha_rate": 0.05,
    "power_rate": 0.8,
    "champion_per_challenger": 1.0,
    "looks": 3,
}


@dataclass(frozen=True)
class Arms:
    """The arms of a scope, counted.

    Parameters
    ----------
    by
        What makes them.
    codes
        In display order.
    sums
        See :func:`jiebei_dash.queries.experiment.arms`.
    questions
        What was asked.
    """

    by: ArmsBy
    codes: tuple[str, ...]
    sums: pd.DataFrame
    questions: tuple[Question, ...]

    @property
    def champion(self) -> str:
        """Return the arm that the others are held against, if nobody says which: the one before the newest."""
        return self.codes[-2] if self.by == "policy_version" and len(self.codes) > 1 else self.codes[0]

    @property
    def challenger(self) -> str:
        """Return the arm that is judged, if nobody says which.

        Raises
        ------
        OneArm
        """
        if len(self.codes) < 2:
            raise OneArm(arm=", ".join(self.codes))
        return self.codes[-1] if self.by == "policy_version" else self.codes[1]

    def beside(self, champion: str) -> pd.DataFrame:
        """Return every arm beside one; see :func:`jiebei_dash.metrics.experiment.read_out`."""
        return metrics.read_out(self.sums, self.codes, champion, queries.INFLOW_MONTHS, BAD_BY_MOB)

    def inflow(self, arm: str = "") -> float:
        """Return the first drawdowns a month, of one arm or of all."""
        rows = self.sums[self.sums["arm"] == arm] if arm else self.sums
        return float(rows["recent_count"].sum()) / queries.INFLOW_MONTHS


def arms_of(scope: Scope, fetch: Fetch, by: ArmsBy = "lane", months: int = MONTHS) -> Arms:
    """Return the arms of a scope.

    Parameters
    ----------
    scope, fetch
        Whose lines, and how a question is answered.
    by
        ``lane`` (approved by the policy, by lot, by a person), ``policy_version`` or ``channel``.
    months
        How many months of submission, up to the as-of month.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    scope.need(*NEEDS)
    one_of("by", by, BY)
    between("months", months, 1, MOST_MONTHS)
    question = queries.arms(scope, month_plus(scope.as_of_month, 1 - months), by)
    sums = fetch(question)
    found = set(sums.loc[sums["approved_count"] > 0, "arm"].dropna())
    if not found:
        raise EmptyScope
    known: tuple[str, ...] = {"lane": queries.LANES, "channel": terms.CHANNELS}.get(by, ())
    # Lanes are shown also where nobody went: that nobody did is the finding.
    codes = known if by == "lane" else tuple(code for code in known if code in found)
    return Arms(by, (*codes, *sorted(found - set(codes))), sums, (question,))


def design_of(arms: Arms, champion: str, planned: Mapping[str, float]) -> Design:
    """Return a plan from what was said of it; the champion's bad rate is the one in the book if nobody says another.

    Raises
    ------
    BadArgument
        An unknown name, a value out of range, no difference, or a challenger's rate that is none.
    NothingMatured
        No rate was given and none is known.
    """
    for name, value in planned.items():
        one_of("design", name, tuple(ALLOWED))
        low, high = ALLOWED[name]
        if not low <= value <= high:
            raise BadArgument(name=name, value=value, allowed=f"{low:g} - {high:g}")
    said = {**DEFAULTS, **planned}
    if "champion_rate" not in said:
        seen = arms.sums[arms.sums["arm"] == champion][["bad_count", "matured_count"]].sum()
        if not seen["matured_count"] > 0:
            raise NothingMatured
        said["champion_rate"] = float(seen["bad_count"] / seen["matured_count"])
    own, apart = said["champion_rate"], said["difference_rate"]
    if apart == 0 or not 0 < own + apart < 1:
        raise BadArgument(name="difference_rate", value=apart, allowed=f"{-own:.4g} - {1 - own:.4g}, ≠ 0")
    looks = int(said.pop("looks"))
    return Design(**said, looks=looks)
