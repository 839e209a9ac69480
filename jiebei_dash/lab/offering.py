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
from jiebei_dash.lab.population import NOT_DRAWN, Bytes, Floats, Population
from jiebei_dash.line_caps import Licence, LineCap, caps_on, lowest_fen, read_line_caps
from jiebei_dash.price_caps import cap_on, read_price_caps
from jiebei_dash.terms import ZHIMA_BANDS

_DAYS_A_YEAR = 365
_ONCE = np.zeros(0, np.float32)
CELLS: tuple[tuple[str, int], ...] = tuple((band, lowest) for band in ZHIMA_BANDS for lowest in SCORE_BANDS_FROM)
"""Band of the Zhima score and band of the score, in the order of :func:`cell_of`."""
LICENCE: Licence = "consumer_finance"
PRICE_TOLERANCE = 1e-6
"""Prices are held in seven digits: one at the cap is not above it."""


@dataclass(frozen=True)
class LegalCaps:
    """What the law allows on the day on which a draft would start; infinite where nothing binds.

    Parameters
    ----------
    line_fen
        Largest line of one person.
    yearly_rate
        Highest yearly price, nominal.
    lines
        Rules on the line that hold then, with those in their shadow, which bind nobody.
    shadow_rates
        Rules on the yearly price that are only shown then: id and cap.
    """

    line_fen: float = float("inf")
    yearly_rate: float = float("inf")
    lines: tuple[LineCap, ...] = ()
    shadow_rates: tuple[tuple[str, float], ...] = ()


def legal_on(day: date, licence: Licence = LICENCE) -> LegalCaps:
    """Return what the law allows a licence on a day: the lowest caps in force, from the dated tables."""
    lines = caps_on(read_line_caps(), day, licence)
    prices = read_price_caps()
    shadows = tuple((rule.id, rule.on(day)) for rule in prices if rule.status == "shadow" and np.isfinite(rule.on(day)))
    return LegalCaps(lowest_fen(lines), cap_on(prices, "in_force", day), lines, shadows)


@dataclass(frozen=True)
class Offer:
    """What each decision is offered under one policy.

    Parameters
    ----------
    limit_fen
        Line after the policy's own cap and the legal one, as far as it is drawn like the one of today.
    rate
        Yearly price after the legal cap.
    bad
        Rows by low, central, high: chance of a loan to go bad; 0 or 1 where it was seen.
    drawn
        By how much more or less often the line is drawn than at today's price; no rows is as often.
    cut_line, cut_rate
        Whose line or price a legal cap cut; no rows is nobody.
    line_fen
        The line itself; ``limit_fen`` is less where less of a larger line is drawn.
    """

    limit_fen: Floats
    rate: NDArray[np.float32]
    bad: NDArray[np.float32]
    drawn: NDArray[np.float32]
    cut_line: NDArray[np.bool_]
    cut_rate: NDArray[np.bool_]
    line_fen: Floats


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
    price is worse (odds of bad times a factor a point of yearly price); of a cell no more lines are drawn than it has;
    a price above the legal cap is cut also where the policy leaves it alone; the drawn part of a line falls as the line
    grows, and its odds of bad rise, by a power each.
    """
    rate, chance, drawn = people.rate, guess.bad, _ONCE
    policy_cap = float(int(policy["amount_cap"]))
    capped = np.minimum(line_asked(people, policy), policy_cap)
    cut_line = capped > legal.line_fen
    line = capped = np.minimum(capped, legal.line_fen) if cut_line.any() else capped
    if policy.limits:
        unmoved = np.minimum(people.limit_fen, min(policy_cap, legal.line_fen))
        grown = capped / np.where(people.limit_fen > 0, unmoved, np.nan)
        grown = np.where(np.isfinite(grown), grown, 1.0)
        moved = grown != 1.0
        # What is drawn of the line, not the line itself, is lent: the sums read line times drawn share.
        capped = np.where(moved, capped * grown ** -assumptions["utilisation_fall"], capped)
        chance = _worse(guess, chance, moved, grown ** assumptions["limit_risk"])
    cut_rate = np.zeros(0, np.bool_)
    if policy.prices or people.highest_rate > legal.yearly_rate + PRICE_TOLERANCE:
        asked = price_asked(people, policy)
        cut_rate = asked > legal.yearly_rate + PRICE_TOLERANCE
        priced = np.minimum(asked, legal.yearly_rate) if cut_rate.any() else asked
        moved = (priced != people.rate) & (people.rate > 0)
        change = np.where(moved, priced / np.where(people.rate > 0, people.rate, 1.0), 1.0)
        often = np.maximum(change, 1e-6) ** -assumptions["take_up_elasticity"]
        drawn = np.where(moved, np.minimum(often, _most_often(people)), 1.0).astype(np.float32)
        points = np.where(moved, (priced - people.rate) * 100, 0.0)
        chance = _worse(guess, chance, moved, (1 + assumptions["adverse_selection"]) ** points)
        rate = priced.astype(np.float32)
    return Offer(capped, rate, chance, drawn, cut_line, cut_rate, line)


def line_asked(people: Population, policy: Policy) -> Floats:
    """Return the line by a policy's factors, before its own cap and the legal one; fen."""
    if not policy.limits:
        return people.limit_fen
    factor = _of_cells(people, LIMITS, policy.limits)
    return np.where(factor == LIMITS.unchanged, people.limit_fen, np.floor(people.limit_fen * factor + 0.5))


def price_asked(people: Population, policy: Policy) -> Floats | NDArray[np.float32]:
    """Return the yearly price by a policy's steps, before the legal cap."""
    if not policy.prices:
        return people.rate
    return np.maximum(people.rate + _of_cells(people, PRICES, policy.prices) * RATE_DAY_STEP * _DAYS_A_YEAR, 0.0)


def cell_of(people: Population) -> Bytes:
    """Return the place of each decision's cell: band of the Zhima score by band of the score."""
    band = np.minimum(people.segments["zhima_band"], len(ZHIMA_BANDS) - 1)
    return (band * len(SCORE_BANDS_FROM) + people.score_band).astype(np.uint8)


def _most_often(people: Population) -> Floats:
    """How many times as many lines can be drawn at most: all lines of the cell over those that were."""
    cell = cell_of(people)
    granted = np.bincount(cell[people.outcome >= NOT_DRAWN], minlength=len(CELLS))
    drew = np.bincount(cell[people.outcome > NOT_DRAWN], minlength=len(CELLS))
    return np.asarray(np.where(drew > 0, granted / np.maximum(drew, 1), 1.0)[cell])


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
