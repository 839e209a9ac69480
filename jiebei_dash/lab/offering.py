"""What a policy offers each decision of a population, and what follows: line, price, who draws, how bad it gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.book.offers import LIMITS, PRICES, RATE_DAY_STEP, SCORE_BANDS_FROM, Cells, Kind, by_cell
from jiebei_dash.book.policy import Policy
from jiebei_dash.lab.inference import Guess
from jiebei_dash.lab.population import Bytes, Floats, Population
from jiebei_dash.price_caps import cap_on, read_price_caps
from jiebei_dash.terms import ZHIMA_BANDS

_DAYS_A_YEAR = 365
_ONCE = np.zeros(0, np.float32)


@dataclass(frozen=True)
class LegalCaps:
    """What the law allows on the day on which a draft would start; infinite where nothing binds.

    Parameters
    ----------
    line_fen
        Largest line of one person.
    yearly_rate
        Highest yearly price.
    """

    line_fen: float = float("inf")
    yearly_rate: float = float("inf")


def legal_on(day: date) -> LegalCaps:
    """Return what the law allows on a day, from the dated table of price caps."""
    return LegalCaps(yearly_rate=cap_on(read_price_caps(), "in_force", day))


@dataclass(frozen=True)
class Offer:
    """What each decision is offered under one policy.

    Parameters
    ----------
    limit_fen
        Line after the policy's own cap and the legal one.
    rate
        Yearly price after the legal cap.
    bad
        Rows by low, central, high: chance of a loan to go bad; 0 or 1 where it was seen.
    drawn
        By how much more or less often the line is drawn than at today's price; no rows is as often.
    cut_line, cut_rate
        Whose line or price a legal cap cut; no rows is nobody.
    """

    limit_fen: Floats
    rate: NDArray[np.float32]
    bad: NDArray[np.float32]
    drawn: NDArray[np.float32]
    cut_line: NDArray[np.bool_]
    cut_rate: NDArray[np.bool_]


def offer(people: Population, policy: Policy, guess: Guess, assumptions: Assumptions, legal: LegalCaps) -> Offer:
    """Return what a policy offers.

    Parameters
    ----------
    people
        The population.
    policy
        Its amount cap, limits and prices.
    guess
        How bad each loan is at today's offer.
    assumptions
        How drawing and turning bad follow price and limit.
    legal
        Applied last, after the policy's own rules.

    Notes
    -----
    **Source**: house definition 1.14. Drawing follows the price by an elasticity, and whoever still draws at a higher
    price is worse (odds of bad times a factor a point of yearly price); the drawn part of a line falls as the line
    grows, and its odds of bad rise, by a power each.
    """
    limit, rate, chance, drawn = people.limit_fen, people.rate, guess.bad, _ONCE
    if policy.limits:
        factor = _of_cells(people, LIMITS, policy.limits)
        limit = np.floor(limit * factor + 0.5)
    policy_cap = float(int(policy["amount_cap"]))
    capped = np.minimum(limit, policy_cap)
    cut_line = capped > legal.line_fen
    if cut_line.any():
        capped = np.minimum(capped, legal.line_fen)
    if policy.limits:
        grown = capped / np.where(people.limit_fen > 0, np.minimum(people.limit_fen, policy_cap), np.nan)
        grown = np.where(np.isfinite(grown), grown, 1.0)
        moved = grown != 1.0
        # What is drawn of the line, not the line itself, is lent: the sums read line times drawn share.
        capped = np.where(moved, capped * grown ** -assumptions["utilisation_fall"], capped)
        chance = _worse(guess, chance, moved, grown ** assumptions["limit_risk"])
    cut_rate = np.zeros(0, np.bool_)
    if policy.prices:
        steps = _of_cells(people, PRICES, policy.prices)
        asked = np.maximum(people.rate + steps * RATE_DAY_STEP * _DAYS_A_YEAR, 0.0)
        cut_rate = (asked > legal.yearly_rate) & (steps != 0)
        priced = np.where(steps != 0, np.minimum(asked, legal.yearly_rate), people.rate)
        moved = (priced != people.rate) & (people.rate > 0)
        change = np.where(moved, priced / np.where(people.rate > 0, people.rate, 1.0), 1.0)
        drawn = np.where(moved, np.maximum(change, 1e-6) ** -assumptions["take_up_elasticity"], 1.0).astype(np.float32)
        points = np.where(moved, (priced - people.rate) * 100, 0.0)
        chance = _worse(guess, chance, moved, (1 + assumptions["adverse_selection"]) ** points)
        rate = priced.astype(np.float32)
    return Offer(capped, rate, chance, drawn, cut_line, cut_rate)


def cell_of(people: Population) -> Bytes:
    """Return the place of each decision's cell: band of the Zhima score by band of the score."""
    band = np.minimum(people.segments["zhima_band"], len(ZHIMA_BANDS) - 1)
    return (band * len(SCORE_BANDS_FROM) + people.score_band).astype(np.uint8)


def _of_cells(people: Population, kind: Kind, cells: Cells) -> Floats:
    every = by_cell(kind, cells)
    table = np.array([every[band, lowest] for band in ZHIMA_BANDS for lowest in SCORE_BANDS_FROM])
    return np.asarray(table[cell_of(people)])


def _worse(guess: Guess, chance: NDArray[np.float32], moved: NDArray[np.bool_], odds: Floats) -> NDArray[np.float32]:
    """Odds of bad times a factor; what was seen at another offer counts in the same proportion as what is expected."""
    if not moved.any():
        return chance
    found = chance.copy()
    expected, factor = guess.expected[moved].astype(np.float64), odds[moved]
    ratio = factor / (1 - expected + expected * factor)
    found[moved] = np.minimum(chance[moved] * ratio[:, None], 1.0)
    return found
