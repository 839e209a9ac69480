"""The calibration of what the invented lender does about its loans: limits, collections, allowances."""

from __future__ import annotations

from dataclasses import dataclass

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Limits:
    """When limits are raised, cut, frozen and closed."""

    raise_from_months: int
    raise_every_months: int
    raise_share: float
    raise_factor_low: float
    raise_factor_high: float
    raise_most_fen: int
    cut_share: float
    roomy: float
    fit_from_months: int
    fit_share: float
    fit_room: float
    idle_freeze_months: int
    idle_close_months: int


@dataclass(frozen=True)
class Collections:
    """Who contacts whom how often, what comes of it, and what agencies are paid."""

    one_more_share: Numbers
    channel_share: tuple[Numbers, ...]
    reached_rate: Numbers
    pays_within_days: int
    promise_rate_payer: float
    promise_rate_other: float
    refused_rate: float
    promise_days: int
    told_the_day_share: float
    first_hour: int
    last_hour: int
    too_late_rate: float
    agencies: tuple[tuple[str, ...], ...]
    recovery_agencies: tuple[str, ...]
    commission_months: tuple[int, ...]
    commission_rate: Numbers


@dataclass(frozen=True)
class Allowance:
    """Expected credit loss by stage, as shares of the principal."""

    stage_rate: Numbers
    stress_weight: float
