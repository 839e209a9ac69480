"""How a triangle develops: the chain ladder with Mack's error, and Bornhuetter-Ferguson while a cohort is young.

The one file that imports the reserving library, which takes seconds: answers fetch it by name when they need it.
"""

from __future__ import annotations

from dataclasses import dataclass

import chainladder
import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need

LEAST_COHORTS = 3
"""An age that fewer cohorts have reached has no factor of its own: from there on the factor is 1."""
_LEAST_AGES = 3
"""One factor alone is no development, and the library mistakes its triangle."""
_MOST_WITHOUT = 0.01
"""Development starts at the first age at which cohorts without any numerator hold at most this part of the money lent;
a ratio to nothing does not exist, so such a cohort is left out of the factors."""
_MATURE = 0.5
"""The chain ladder speaks for a cohort once this part of its final rate is expected to be in."""
_PRIOR_MONTHS = 12
"""The prior of young cohorts is what the newest mature ones, opened within so many months, will come to."""
_Z = 1.959963984540054
COLUMNS = (
    "cohort", "mob", "observed_mob", "numerator", "denominator", "loans", "observed_rate", "predicted_rate",
    "low_rate", "high_rate", "method", "developed_rate", "mature_mob",
)  # fmt: skip


@dataclass(frozen=True)
class Developed:
    """A triangle and its further course.

    Parameters
    ----------
    factors
        From each age to the next, volume-weighted.
    expected
        The triangle filled up: a row a cohort, a column an age.
    errors
        Mack's standard error of each cell; 0 where it was observed.
    """

    factors: np.ndarray
    expected: np.ndarray
    errors: np.ndarray


def mack(cumulative: np.ndarray, cohort_months: int = 1) -> Developed:
    """Return the volume-weighted chain ladder of a triangle, with Mack's standard errors.

    Parameters
    ----------
    cumulative
        A row a cohort, oldest first and none left out; a column an age, at least three; NaN where not observed or not
        positive.
    cohort_months
        1, or 3 for cohorts of a quarter: how many ages a cohort has less than the one before.

    Returns
    -------
    Developed

    Notes
    -----
    **Source**: Mack (1993), ASTIN Bulletin 23, 213-225, with his rule for the last variance; the library
    ``chainladder`` computes it.
    """
    cohorts, ages = cumulative.shape
    at_cohort, at_age = np.nonzero(~np.isnan(cumulative))
    # The library knows cohorts and ages by dates alone; any calendar does.
    opened = pd.Period("2000-01", "M") + at_cohort * cohort_months
    cells = pd.DataFrame(
        {
            "opened": pd.PeriodIndex(opened).to_timestamp(),
            "seen": pd.PeriodIndex(opened + at_age).to_timestamp(),
            "cumulative": cumulative[at_cohort, at_age],
        }
    )
    # It takes logarithms of variances that may be 0; what comes of them is not used.
    with np.errstate(all="ignore"):
        triangle = chainladder.Triangle(
            cells, origin="opened", development="seen", columns="cumulative", cumulative=True
        ).iloc[:, :, :cohorts, :ages]
        developed = chainladder.Development(average="volume", sigma_interpolation="mack").fit_transform(triangle)
        model = chainladder.MackChainladder().fit(developed)
        filled, error = model.full_triangle_.values[0, 0], model.mack_std_err_.values[0, 0]
    # Cohorts that have not reached the first age are not of its triangle.
    expected, errors = np.full(cumulative.shape, np.nan), np.zeros(cumulative.shape)
    expected[: len(filled)] = filled[:, :ages]
    errors[: len(error)] = np.nan_to_num(error[:, :ages])
    return Developed(model.ldf_.values[0, 0, 0, : ages - 1], expected, errors)


def develop(found: pd.DataFrame, cohort_months: int) -> pd.DataFrame:
    """Return how each cohort is expected to go on from the age that it has reached.

    Parameters
    ----------
    found
        ``cohort``, ``mob``, ``numerator``, ``denominator``, ``loans``; closed cells of ``metrics.vintages.cells``.
    cohort_months
        1 for months, 3 for quarters.

    Returns
    -------
    DataFrame
        One row a ``cohort`` and ``mob``, from the one it has reached (``observed_mob``; nothing is predicted there)
        to the last age that three cohorts have reached, after which nothing more is expected: ``numerator`` and
        ``observed_rate`` as observed last, ``denominator`` (original principal or loans), ``loans``,
        ``predicted_rate`` with a 95 % interval ``low_rate`` to ``high_rate`` (NaN if it cannot be told),
        ``method`` (``SEEN``: no later age; ``CL`` chain ladder; ``BF`` Bornhuetter-Ferguson), ``developed_rate`` (part
        of the final rate expected to be in), ``mature_mob`` (age from which the chain ladder speaks). Empty if fewer
        than three cohorts can be followed over three ages.

    Notes
    -----
    **Source**: Mack (1993), with his lognormal interval of what is still to come; Bornhuetter and Ferguson (1972). The
    error of the latter is a house definition: the spread of the mature cohorts' final rates, whose variance comes in
    as the rate does.
    """
    need(found, "cohort", "mob", "numerator", "denominator", "loans")
    # What lent nothing has no rate to go on from.
    found = found[found["denominator"] > 0]
    if found.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    cells = found.set_index(["cohort", "mob"])["numerator"].unstack().sort_index(axis=1)
    lent = found.groupby("cohort")[["denominator", "loans"]].first()
    every = pd.date_range(cells.index.min(), cells.index.max(), freq=f"{cohort_months}MS")
    seen = cells.reindex(every).to_numpy(dtype=float)
    seen = _one_diagonal(seen, cohort_months)
    exposure = lent["denominator"].reindex(every).to_numpy(dtype=float)
    ages = _ages(seen, exposure)
    if ages is None:
        return pd.DataFrame(columns=list(COLUMNS))
    first, last = ages
    model = mack(np.where(seen[:, first : last + 1] > 0, seen[:, first : last + 1], np.nan), cohort_months)
    part_in = _part_in(seen, model.factors, first)
    mature = first + int(np.argmax(part_in[first:] >= _MATURE))
    reached = np.array([np.flatnonzero(~np.isnan(row)).max(initial=-1) for row in seen])
    now = np.array([row[at] if at >= 0 else np.nan for row, at in zip(seen, reached, strict=True)])
    by_ladder = (reached >= mature) & (reached < last) & (now > 0)
    final = np.where(reached >= last, now, model.expected[:, -1])
    prior = _prior(final, exposure, by_ladder | (reached >= last), _PRIOR_MONTHS // cohort_months)
    rows = []
    for place in np.flatnonzero(reached >= 0):
        at = min(int(reached[place]), last)
        mobs = np.arange(at, last + 1)
        if by_ladder[place]:
            method = "CL"
            going = model.expected[place, mobs - first]
            error = model.errors[place, mobs - first]
        else:
            method = "SEEN" if reached[place] >= last else "BF"
            coming = part_in[mobs] - part_in[at]
            going = now[place] + prior[0] * exposure[place] * coming
            error = prior[1] * exposure[place] * np.sqrt(np.abs(coming))
        going = np.where(mobs == at, now[place], going)
        low, high = _interval(now[place], going, np.where(mobs == at, 0.0, error))
        rows.append(
            pd.DataFrame(
                {
                    "cohort": every[place],
                    "mob": np.where(mobs == at, reached[place], mobs),
                    "observed_mob": reached[place],
                    "numerator": now[place],
                    "observed_rate": now[place] / exposure[place],
                    "predicted_rate": going / exposure[place],
                    "low_rate": low / exposure[place],
                    "high_rate": high / exposure[place],
                    "method": method,
                    "developed_rate": part_in[at],
                }
            )
        )
    whole = {"mob": "int64", "observed_mob": "int64", "numerator": "int64", "mature_mob": "int64"}
    done = pd.concat(rows, ignore_index=True).assign(mature_mob=mature)
    done["cohort"] = done["cohort"].astype(found["cohort"].dtype)
    return done.merge(lent, left_on="cohort", right_index=True)[list(COLUMNS)].astype(whole).reset_index(drop=True)


def _one_diagonal(seen: np.ndarray, cohort_months: int) -> np.ndarray:
    """A quarter of which only the first month lent is ahead of its time; the library knows one last month for all."""
    there = ~np.isnan(seen)
    opened = np.arange(len(seen)) * cohort_months
    last = min(int(at) + int(np.flatnonzero(row).max()) for at, row in zip(opened, there, strict=True) if row.any())
    beyond = opened[:, None] + np.arange(seen.shape[1]) > last
    return np.where(beyond, np.nan, seen)


def _ages(seen: np.ndarray, exposure: np.ndarray) -> tuple[int, int] | None:
    """The first age that nearly all cohorts have something at, the last that three have; none if they do not part."""
    positive = seen > 0
    there = ~np.isnan(seen)
    lent = np.where(there, np.nan_to_num(exposure)[:, None], 0.0)
    without = np.where(positive, 0.0, lent).sum(axis=0) / np.maximum(lent.sum(axis=0), 1.0)
    starts = np.flatnonzero((without <= _MOST_WITHOUT) & there.any(axis=0))
    ends = np.flatnonzero(positive.sum(axis=0) >= LEAST_COHORTS)
    if not len(starts) or not len(ends) or ends[-1] - starts[0] < _LEAST_AGES - 1:
        return None
    return int(starts[0]), int(ends[-1])


def _part_in(seen: np.ndarray, factors: np.ndarray, first: int) -> np.ndarray:
    """Part of the final rate that is in at each age; before the first factor by what the same cohorts had then."""
    after = 1 / np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    reached = seen[~np.isnan(seen[:, first])]
    sums = np.nansum(reached[:, : first + 1], axis=0)
    return np.concatenate([after[0] * sums[:-1] / sums[-1], after])


def _prior(final: np.ndarray, exposure: np.ndarray, is_mature: np.ndarray, most: int) -> tuple[float, float]:
    """Final rate of the newest mature cohorts, weighted by what they lent, and how far they lie apart."""
    chosen = np.flatnonzero(is_mature)[-most:]
    weight = exposure[chosen] / exposure[chosen].sum()
    rates = final[chosen] / exposure[chosen]
    mean = float((weight * rates).sum())
    if len(chosen) < 2:
        return mean, np.nan
    return mean, float(np.sqrt((weight * (rates - mean) ** 2).sum() * len(chosen) / (len(chosen) - 1)))


def _interval(now: float, going: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is still to come is lognormal, as in Mack; where nothing or less is to come, normal."""
    coming = going - now
    is_more = coming > 0
    mean = np.where(is_more, coming, 1.0)
    spread = np.sqrt(np.log1p((error / mean) ** 2))
    middle = np.log(mean) - spread**2 / 2
    low = np.where(is_more, now + np.exp(middle - _Z * spread), going - _Z * error)
    high = np.where(is_more, now + np.exp(middle + _Z * spread), going + _Z * error)
    return low, high
