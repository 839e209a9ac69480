"""What can go wrong when the lab looks for a policy."""

from __future__ import annotations

from jiebei_dash.errors.base import JiebeiError


class FrontierUnknown(JiebeiError):
    """Lines, chances or take-up of whoever a policy would approve are unknown, so none can be compared. No facts."""


class DraftApprovesNobody(JiebeiError):
    """The draft approves nobody in the window, so nothing can be told of its loans. No facts."""


class LimitUnreachable(JiebeiError):
    """No policy was found that keeps to a limit of the solver. Facts: ``limit``, ``wanted``, ``best``."""


class LimitsClash(JiebeiError):
    """Two limits of the solver hold alone, and not together. Facts: ``limit, wanted, other_limit, other_wanted``."""


class LimitsClashTogether(JiebeiError):
    """Any two limits of the solver hold together, and not all three. No facts."""
