"""Choices that several pages offer alike, held to what the book can answer."""

from __future__ import annotations

from typing import cast

from jiebei_dash import terms
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
