"""Choices that several pages offer alike, held to what the book can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from jiebei_dash import terms
from jiebei_dash.book.scope import month_plus
from jiebei_dash.terms import Basis, Cohort, LateLevel, Measure
from jiebei_dash.ui import controls
from jiebei_dash.ui.frame import Page


def basis(page: Page, measure: Measure | None = None) -> Basis:
    """Draw the choice of balance or count; a book without amounts is counted, and a net loss is money."""
    options: tuple[Basis, ...] = ("count",) if "amounts" in page.scope.lacks else terms.BASES
    if measure == "net_loss":
        options = ("balance",)
    return cast(Basis, controls.choice(page.words, "basis", options, options[0], "basis"))


def measure(page: Page) -> Measure:
    """Draw the choice of what a vintage measures; a book without write-offs has no loss, one without amounts no net."""
    options = tuple(
        measure
        for measure in terms.MEASURES
        if not (measure in terms.NEED_WRITE_OFFS and "write_offs" in page.scope.lacks)
        and not (measure == "net_loss" and "amounts" in page.scope.lacks)
    )
    return cast(Measure, controls.choice(page.words, "measure", options, options[0], "measure"))


def cohort(page: Page, default: Cohort = terms.COHORTS[0]) -> Cohort:
    """Draw the choice of cohorts by month or by quarter."""
    return cast(Cohort, controls.choice(page.words, "cohort", terms.COHORTS, default, "cohort"))
    return cast(Cohort, controls.choice(page.words, "cohort", terms.COHORTS, terms.COHORTS[0], "cohort"))


def late_level(page: Page) -> LateLevel:
    """Draw the choice of another basis of lateness."""
    picked = controls.choice(page.words, "late_level", terms.LATE_LEVELS, terms.LATE_LEVELS[0], "late_level")
    return cast(LateLevel, picked)


def cohort_span(page: Page, spans_months: Sequence[int], default: int) -> Page:
    """Draw the choice of how far back cohorts go, and return the page with its scope held to them.

    Where the reader has chosen the first cohort already, that stands and nothing is drawn.
    """
    if page.scope.opened_from is not None:
        return page
    words = page.words
    span = controls.pick(words("vintage_parts.span"), "cohort_span", spans_months, default,
                         lambda months: words("vintage_parts.span_months", months=months))  # fmt: skip
    newest = min(page.scope.as_of_month, page.scope.opened_to or page.scope.as_of_month)
    return replace(page, scope=replace(page.scope, opened_from=month_plus(newest, 1 - span)))
