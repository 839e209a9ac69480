"""Months and days as whole numbers, paths over time, chance by purpose.

A month is counted from 1970-01, a day from 1970-01-01: what NumPy's ``datetime64[M]`` and ``[D]`` hold.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jiebei_dash.sample.parameters import Calendar, Steps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
SECONDS_A_DAY = 86_400


def chance(seed: int, purpose: str, month: int = 0, shard: int = 0) -> np.random.Generator:
    """Return the generator of one purpose in one month of a shard: no purpose disturbs another's draws."""
    words = [seed, zlib.crc32(purpose.encode()), month]
    sequence = np.random.SeedSequence([*words, shard] if shard else words)
    return np.random.Generator(np.random.PCG64(sequence))


def month_number(day: date) -> int:
    """Return the month of a day."""
    return (day.year - 1970) * 12 + day.month - 1


def month_date(month: int) -> date:
    """Return the first day of a month."""
    return date(1970 + month // 12, month % 12 + 1, 1)


def day_number(day: date) -> int:
    """Return the number of a day."""
    return (day - date(1970, 1, 1)).days


def first_day(month: Ints | int) -> Ints:
    """Return the number of the first day of each month."""
    return np.asarray(month, dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)


def last_day(month: Ints | int) -> Ints:
    """Return the number of the last day of each month."""
    return first_day(np.asarray(month) + 1) - 1


def step(path: Steps, month: int) -> float:
    """Return the value that holds in a month: that of the last step not after it."""
    holding = [value for start, value in path if month_number(start) <= month]
    return float(holding[-1] if holding else path[0][1])


def line(path: Sequence[tuple[date, float]] | Steps, month: int) -> float:
    """Return the value on the straight line between the points around a month."""
    at = [month_number(start) for start, _ in path]
    return float(np.interp(month, at, [value for _, value in path]))


def volume(calendar: Calendar, first_month: int, month: int) -> float:
    """Return the volume of new business in a month, 1 in the first."""
    return step(calendar.volume_steps, month) * (1 + calendar.volume_growth_rate) ** (month - first_month)


def is_new_year(calendar: Calendar, days: Ints) -> Flags:
    """Return which days lie in a New Year's holiday week."""
    holiday = [
        day_number(day) + offset
        for day in calendar.new_year_days
        for offset in range(-calendar.new_year_days_before, calendar.new_year_days_after + 1)
    ]
    return np.isin(days, holiday)


def moments(calendar: Calendar, month: int, count: int, chooser: np.random.Generator) -> Ints:
    """Return moments in a month, in seconds since 1970 of local time, sorted."""
    start, end = int(first_day(month)), int(last_day(month))
    day = chooser.integers(start, end + 1, count)
    weight = np.asarray(calendar.hour_weights) / sum(calendar.hour_weights)
    hour = chooser.choice(len(weight), count, p=weight)
    return np.sort(day * SECONDS_A_DAY + hour * 3600 + chooser.integers(0, 3600, count))


def lasting(median_seconds: float, p90_seconds: float, count: int, chooser: np.random.Generator) -> Floats:
    """Return log-normal durations with this median and 90th percentile; seconds."""
    sigma = np.log(p90_seconds / median_seconds) / 1.2815515655446004
    return np.asarray(median_seconds * np.exp(sigma * chooser.standard_normal(count)))
