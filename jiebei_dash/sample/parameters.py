"""The calibration of the invented book, frozen: one class a section of ``data/sample.toml``, which explains them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiebei_dash.sample.parameters_risk import Allowance, Collections, Limits

Steps = tuple[tuple[date, float], ...]
"""Value from each month on."""
Numbers = tuple[float, ...]
Words = tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """When people apply and draw, and which days are holidays."""

    new_year_days: tuple[date, ...]
    new_year_days_before: int
    new_year_days_after: int
    bonus_months: tuple[int, ...]
    hour_weights: Numbers
    volume_growth_rate: float
    volume_steps: Steps


@dataclass(frozen=True)
class People:
    """Who applies: channels, provinces, what cannot be observed, and who comes again."""

    channels: Words
    channel_lines: tuple[tuple[date, Numbers], ...]
    channel_shift: tuple[Numbers, ...]
    channel_log_odds: Numbers
    credit_drift_lines: Steps
    hunger_drift_lines: Steps
    province_weights: Numbers
    province_log_odds_sd: float
    province_wealth_slope: float
    unobserved_sd: float
    again_share: float
    again_after_months: int
    again_within_months: int
    lapsed_share: float
    thin_share: float
    no_card_share: float
    jb_m1_share: float


@dataclass(frozen=True)
class ScoreBands:
    """Zhima points at quantiles of the applicants."""

    quantile: Numbers
    points: Numbers
    lift: float


@dataclass(frozen=True)
class Effects:
    """True effects on the log-odds of bad, one standard step of each input."""

    intercept: float
    zhima_score: float
    other_lender_count: float
    bureau_query_count: float
    bureau_overdue_count: float
    card_utilisation_rate: float
    dti_rate: float
    income_month_fen: float
    job_months: float
    account_age_months: float
    spend_month_fen: float
    night_share_rate: float
    device_account_count: float
    low_zhima_and_many_lenders: float
    overdue_missing: float
    card_missing: float


@dataclass(frozen=True)
class Stages:
    """What becomes of an application, and how long it takes."""

    kyc_pass_rate: float
    kyc_leave_share: float
    fraud_fail_rate: float
    line_accept_rate: float
    decision_median_seconds: float
    decision_p90_seconds: float
    manual_share: float
    manual_median_hours: float
    manual_sigma: float
    random_lane_share: float
    override_share: float
    soft_rules: Words
    pending_days: int
    pending_share: float
    line_months: int


@dataclass(frozen=True)
class PolicyStart:
    """A policy version; its score floor is set when it starts."""

    policy_version: str
    effective_from: date
    zhima_floor: float
    other_lenders_cap: float
    queries_cap: float
    overdue_cap: float
    dti_cap: float
    amount_cap: float
    score_pass_rate: float
    author: str
    approver: str
    change_ticket: str


@dataclass(frozen=True)
class ModelStart:
    """A trained model: which loans it learns from, and when it goes live."""

    model_version: str
    effective_from: date
    opened_from: date
    holdout_from: date
    opened_to: date


@dataclass(frozen=True)
class Lines:
    """Limit and price of a line."""

    limit_median_fen: int
    limit_sigma: float
    limit_score_weight: float
    limit_income_weight: float
    limit_grid_fen: int
    limit_coarse_grid_fen: int
    limit_coarse_from_fen: int
    limit_least_fen: int
    requested_ratio_median: float
    requested_ratio_sigma: float
    rate_day_least: float
    rate_day_most: float
    rate_day_step: float
    cells_per_pd_doubling: float
    exception_share: float
    apr_lines: Steps
    limit_band_edges_fen: tuple[int, ...]


@dataclass(frozen=True)
class TakeUp:
    """Who draws, and how soon."""

    rate_30_days: float
    late_rate: float
    late_most_days: int
    elasticity_prime: float
    elasticity_low: float
    limit_slope: float
    score_slope: float
    channel_log_odds: Numbers
    adverse_per_apr_point: float
    same_day_share: float
    later_mean_days: float
    failed_share: float


@dataclass(frozen=True)
class Draws:
    """How much and how often is drawn, and for how long."""

    mean_lines_fen: Steps
    sigma: float
    least_fen: int
    grid_fen: int
    more_a_month: float
    heavy_shape: float
    most_a_month: int
    same_product_share: float
    terms_months: tuple[int, ...]
    term_weights: Numbers
    repay_methods: Words
    repay_weights: Numbers
    cash_median_seconds: float
    cash_p90_seconds: float
    cash_slow_share: float
    cash_slow_median_seconds: float
    first_bill_day: int
    last_bill_day: int


@dataclass(frozen=True)
class Paying:
    """How loans pay, fall behind, recover and leave."""

    stress_steps: Steps
    stress_on_m1: float
    stress_on_m2: float
    stress_on_late: float
    roll_cap: float
    missed_rate: float
    missed_cap: float
    odds_reference_pd: float
    seasoning_mob: tuple[int, ...]
    seasoning: Numbers
    bullet_multiplier: float
    same_person_correlation: float
    new_year_missed_multiplier: float
    new_year_tail_multiplier: float
    curve_days: tuple[int, ...]
    curve_unpaid: Numbers
    roll: Numbers
    cure: Numbers
    better: Numbers
    risk_on_m1_roll: float
    risk_on_late_roll: float
    pay_off_rate: float
    pay_off_first_months: Numbers
    pay_off_bonus_multiplier: float
    pay_off_per_score_sd: float
    pay_off_interest_only_multiplier: float
    pay_off_revolving_multiplier: float
    early_share: float
    write_off_past_due_days: int
    sale_from: date
    sale_months: tuple[int, ...]
    sale_share: float
    sale_price_rate: float
    sale_price_decay_a_day: float
    sale_price_sigma: float


@dataclass(frozen=True)
class Recovery:
    """Cash after the write-off."""

    until_month: tuple[int, ...]
    expected_rate: Numbers
    mean_payment_rate: float


@dataclass(frozen=True)
class Funding:
    """Who lends."""

    own_lines: Steps
    joint_from: date
    joint_share: float
    joint_own_low: float
    joint_own_high: float


@dataclass(frozen=True)
class Funder:
    """A lender and its share of what is not lent from the own book."""

    funder_code: str
    kind: str
    name: str
    weight: float


@dataclass(frozen=True)
class Parameters:
    """The whole calibration; ``sha256`` is the hash of the file."""

    calibrated_on: date
    source: str
    calendar: Calendar
    people: People
    score_bands: ScoreBands
    effects: Effects
    stages: Stages
    policies: tuple[PolicyStart, ...]
    models: tuple[ModelStart, ...]
    lines: Lines
    take_up: TakeUp
    draws: Draws
    paying: Paying
    recovery: Recovery
    limits: Limits
    collections: Collections
    allowance: Allowance
    funding: Funding
    funders: tuple[Funder, ...]
    sha256: str
