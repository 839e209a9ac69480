"""Every question that reads a family of facts, about any scope."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from jiebei_dash.book.engine import Book, Question
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import DIMENSION_KEYS, DIMENSIONS, Reader, Scope, month_plus, months_between
from jiebei_dash.eligibility import read_eligibility
from jiebei_dash.queries import (
    back_test,
    bridge,
    collection,
    decline_mix,
    delinquency,
    eligible,
    entry,
    frontier,
    funnel,
    lab,
    losses,
    non_performing,
    outcomes,
    overview,
    policies,
    prepayment,
    price,
    recoveries,
    roll_rates,
    stratification,
    unit_economics,
    vintages,
    what_if,
)
from jiebei_dash.terms import PAST_DUE_DAYS


def questions(scope: Scope, back: int, maturity_months: int, chance: random.Random) -> Iterator[Question]:
    """Yield each question of each room that adds facts up; ``back`` is how many months before the as-of it starts."""
    first = month_plus(scope.as_of_month, -back)
    yield delinquency.states_by_month(scope, first)
    for by in DIMENSION_KEYS:
        months = tuple(month_plus(scope.as_of_month, -each) for each in (0, 1, 12))
        yield bridge.states(scope, months, (by,))
        yield bridge.entries(scope, months, (by, "mob"))
        yield roll_rates.moves(scope, first, by)
    yield bridge.states(scope, months, ("channel", "zhima_band"))
    yield entry.due_by_month(scope, first)
    yield entry.first_instalments(scope, first)
    yield non_performing.migrated(scope)
    yield delinquency.overdue_by_month(scope, first)
    yield delinquency.borrowers_by_month(scope, first)
    yield non_performing.states_by_month(scope, first)
    yield non_performing.allowance_by_month(scope, first)
    yield entry.later_instalments(scope, first)
    yield entry.due_by_day(scope, first)
    yield funnel.results_by_month(scope, first)
    for by in DIMENSION_KEYS:
        yield funnel.results_by_month(scope, first, by)
    yield funnel.stages_by_month(scope, first)
    yield funnel.rule_hits(scope, first)
    yield funnel.decision_waits(scope, first)
    for by in (None, "channel", "requested_hour", "funder_code"):
        yield funnel.cash_waits(scope, first, by)
    yield funnel.lines_by_month(scope, first)
    yield funnel.borrowers_by_month(scope, first)
    yield overview.opened_by_month(scope, first)
    yield overview.recovered_by_month(scope, first)
    yield roll_rates.moves(scope, first)
    yield roll_rates.moves_by_age(scope, first)
    for by in (None, "channel"):
        yield vintages.originated(scope, by)
        yield vintages.months_on_book(scope, 30, by)
        yield vintages.first_past_due(scope, 30, by)
        yield vintages.recovered(scope, by)
    for days in PAST_DUE_DAYS:
        yield vintages.months_on_book(scope, days)
        yield vintages.first_past_due(scope, days)
    for by in (None, *DIMENSION_KEYS):
        yield stratification.strata(scope, months, () if by is None else (by,))
        yield stratification.limits_by_month(scope, () if by is None else (by,))
    yield stratification.strata(scope, months, ("channel", "mob"), has_term=True)
    yield stratification.strata(scope, months, ("product_class", "state"))
    yield stratification.funded_by_month(scope, first)
    yield losses.by_month(scope, first)
    yield losses.lives(scope)
    yield losses.written_off(scope, first)
    yield losses.back_by_loss(scope, first)
    yield losses.closed_books(scope, first)
    yield outcomes.moves(scope)
    for has_schedule in (True, False):
        yield prepayment.by_month(scope, first, has_schedule)
        yield prepayment.by_month(scope, first, has_schedule, "channel")
        yield prepayment.by_age(scope, first, has_schedule)
    yield recoveries.lost_by_month(scope)
    yield recoveries.cash_by_loss(scope)
    yield recoveries.cash_by_agency(scope, first)
    yield collection.batches(scope, first, "M1")
    yield collection.cures(scope, first)
    yield collection.in_bucket(scope, first, "M2")
    yield collection.promises(scope, first)
    yield collection.contacts(scope, first)
    yield price.rates_by_month(scope, first)
    for split in (None, chance.choice(DIMENSION_KEYS)):
        yield unit_economics.earned(scope, first, split)
        yield unit_economics.came_back(scope, first, split)
        yield unit_economics.opened(scope, first, split)
        yield unit_economics.applied(scope, first, split)
    window = what_if.window_of(scope, maturity_months)
    today, proposed = make_policy({}), make_policy({"score_floor": 600, "zhima_floor": 650, "amount_cap": 10_000_00})
    yield lab.decisions(scope, window)
    yield policies.decided_by_month(scope, first)
    yield policies.replayed_by_month(scope, window, proposed, (1.0, 2.0, 4.0))
    yield eligible.granted(scope, window)
    yield eligible.taken(scope, window, today, proposed, read_eligibility().contracts[:5], 0.8)
    yield decline_mix.crossed(scope, window, today, proposed)
    yield frontier.funded(scope, window)
    yield back_test.made(scope, today, proposed)
    yield back_test.decided(scope, today, proposed, (1.0, 2.0, 4.0))


def scopes(book: Book, count: int, chance: random.Random) -> Iterator[Scope]:
    """Yield the whole book, then parts of it: any dimensions, any as-of month, any cohorts."""
    whole = book.scope(Reader("Test", "analyst"))
    yield whole
    length = months_between(book.first_month, book.last_closed_month)
    for _ in range(count):
        chosen: dict[str, object] = {"as_of_month": month_plus(book.last_closed_month, -chance.randint(0, length))}
        for dimension in chance.sample(DIMENSIONS, chance.choice((0, 1, 1, 2, 3))):
            codes = chance.sample(dimension.codes, chance.randint(1, min(3, len(dimension.codes))))
            chosen[dimension.key] = tuple(codes)
        for name in ("opened_from", "opened_to"):
            if chance.random() < 0.25:
                chosen[name] = month_plus(book.first_month, chance.randint(0, length))
        yield replace(whole, **chosen)  # type: ignore[arg-type]
