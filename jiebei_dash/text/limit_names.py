"""What groups and portfolio limits are called, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def group_name(by: str, code: str, words: Words) -> str:
    """Return what a group of a dimension is called; a funder as the book calls it, the lender's own book in words."""
    return words.code("funder_kind" if by == "funder_code" else by, code)


def limit_name(row: Mapping[object, object], words: Words) -> str:
    """Return what a limit is called.

    Parameters
    ----------
    row
        Of ``metrics.portfolio_limits.status``: ``figure``, ``dimension``, ``code``, ``top``.
    words
        Language.
    """
    figure, dimension = str(row["figure"]), str(row["dimension"])
    if not dimension:
        return words(f"portfolio_limits.figure_{figure}")
    by = words.code("split", dimension)
    if figure in ("share", "largest"):
        return words(f"portfolio_limits.name_{figure}", by=by, name=group_name(dimension, str(row["code"]), words))
    return words(f"portfolio_limits.name_{figure}", by=by, top=str(row["top"]))


def limit_level(value: float, figure: str) -> str:
    """Return a figure or a level in the unit of what is limited."""
    if numbers.is_unknown(value):
        return numbers.UNKNOWN
    if figure == "herfindahl":
        return f"{value:.3f}"
    return f"{value:g}×" if figure == "leverage" else numbers.rate(value)


def limit_change(value: float, figure: str, words: Words) -> str:
    """Return a headroom or a pace, signed, in the unit of what is limited."""
    if figure == "herfindahl" and not numbers.is_unknown(value):
        return f"{value:+.4f}"
    return numbers.rate_change(value, words.language)


def limit_months(row: Mapping[object, object], words: Words) -> str:
    """Return how long a headroom lasts at the present pace; unknown where there is no pace."""
    months = row["breach_months"]
    if row["status"] == "unknown" or numbers.is_unknown(row["pace_rate"]):
        return numbers.UNKNOWN
    if row["status"] == "breach":
        return words("portfolio_limits.broken")
    if not isinstance(months, float) or numbers.is_unknown(months):
        return words("portfolio_limits.not_at_this_pace")
    return words("portfolio_limits.far", months=_FAR_MONTHS) if months > _FAR_MONTHS else f"{months:.1f}"


def limit_lack(lacks: str, words: Words) -> str:
    """Return why a limit cannot be checked."""
    found = words.texts.get(f"portfolio_limits.lack_{lacks}")
    return found or words("portfolio_limits.lack", capability=words.code("capability", lacks))


_FAR_MONTHS = 60
