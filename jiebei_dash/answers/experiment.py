"""Champion and challenger: how large a comparison must be, when it may stop, and what the arms in the book say."""

from __future__ import annotations

from collections.abc import Mapping

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.answers.arms import BAD_BY_MOB, MONTHS, Arms, ArmsBy, arms_of, design_of
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import experiment as metrics
from jiebei_dash.metrics import trial_size
from jiebei_dash.metrics.trial_size import Design
from jiebei_dash.queries.experiment import LANES


def read_out(
    scope: Scope, fetch: Fetch, by: ArmsBy = "lane", champion: str | None = None, months: int = MONTHS
) -> Answer:
    """Return what each arm became, beside the champion, with intervals.

    Parameters
    ----------
    scope, fetch, by, months
        As :func:`jiebei_dash.answers.arms.arms_of`.
    champion
        The arm to compare with; by default the policy's own approvals, the version before the newest, or the first
        channel.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.experiment.read_out`.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    arms = arms_of(scope, fetch, by, months)
    champion = arms.champion if champion is None else champion
    one_of("champion", champion, arms.codes)
    return Answer("experiment.read_out", arms.beside(champion), arms.questions)


def by_rule(scope: Scope, fetch: Fetch, months: int = MONTHS) -> Answer:
    """Return what was approved against the policy, by lot and by hand, by the first rule that would have declined it.

    Parameters
    ----------
    scope, fetch, months
        As :func:`jiebei_dash.answers.arms.arms_of`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.experiment.by_rule`; no row where nobody was.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    arms = arms_of(scope, fetch, "lane", months)
    champion, *others = LANES
    return Answer("experiment.by_rule", metrics.by_rule(arms.sums, others, champion), arms.questions)


def plan(
    scope: Scope,
    fetch: Fetch,
    by: ArmsBy = "lane",
    champion: str | None = None,
    months: int = MONTHS,
    **design: float,
) -> Answer:
    """Return how many loans a comparison needs, and how many months they take at the present inflow.

    Parameters
    ----------
    scope, fetch, by, champion, months
        As :func:`read_out`: where the champion's bad rate comes from.
    **design
        Fields of :class:`jiebei_dash.metrics.trial_size.Design`; ``answers.arms.DEFAULTS`` if not said.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.trial_size.plan`: one row.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope, NothingMatured
    """
    arms, planned = _planned(scope, fetch, by, champion, months, design)
    # The lot is drawn whatever makes the arms.
    lanes = arms if by == "lane" else arms_of(scope, fetch, "lane", months)
    questions = arms.questions if by == "lane" else (*arms.questions, *lanes.questions)
    frame = trial_size.plan(planned, lanes.inflow(), lanes.inflow("LOT"), BAD_BY_MOB)
    return Answer("experiment.plan", frame, questions)


def looks(
    scope: Scope,
    fetch: Fetch,
    by: ArmsBy = "lane",
    champion: str | None = None,
    months: int = MONTHS,
    **design: float,
) -> Answer:
    """Return when to look at a comparison and what stops it; parameters as :func:`plan`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.trial_size.looks`: one row a look.
    """
    arms, planned = _planned(scope, fetch, by, champion, months, design)
    return Answer("experiment.looks", trial_size.looks(planned, arms.inflow(), BAD_BY_MOB), arms.questions)


def power_curve(
    scope: Scope,
    fetch: Fetch,
    by: ArmsBy = "lane",
    champion: str | None = None,
    months: int = MONTHS,
    **design: float,
) -> Answer:
    """Return the chance to find the wanted difference by size; parameters as :func:`plan`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.trial_size.power_curve`.
    """
    arms, planned = _planned(scope, fetch, by, champion, months, design)
    return Answer("experiment.power_curve", trial_size.power_curve(planned), arms.questions)


def verdict(
    scope: Scope,
    fetch: Fetch,
    by: ArmsBy = "lane",
    challenger: str | None = None,
    champion: str | None = None,
    months: int = MONTHS,
    **design: float,
) -> Answer:
    """Return whether two arms of the book differ, judged by the planned size and its looks.

    Parameters
    ----------
    challenger
        The arm that is judged; by default the lot, the newest version, or the second channel.
    scope, fetch, by, champion, months, **design
        As :func:`plan`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.experiment.verdict`: one row.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope, NothingMatured, OneArm
    """
    arms, planned = _planned(scope, fetch, by, champion, months, design)
    champion = arms.champion if champion is None else champion
    challenger = arms.challenger if challenger is None else challenger
    one_of("challenger", challenger, [code for code in arms.codes if code != champion])
    frame = metrics.verdict(arms.beside(champion), challenger, champion, planned)
    return Answer("experiment.verdict", frame, arms.questions)


def _planned(
    scope: Scope, fetch: Fetch, by: ArmsBy, champion: str | None, months: int, design: Mapping[str, float]
) -> tuple[Arms, Design]:
    arms = arms_of(scope, fetch, by, months)
    champion = arms.champion if champion is None else champion
    one_of("champion", champion, arms.codes)
    return arms, design_of(arms, champion, design)
