"""How a vintage is called: a month as 2025-07, a quarter as 2025-Q3, a year as 2025."""

from __future__ import annotations

from datetime import date

from jiebei_dash.terms import Span


def vintage(first: date, span: Span) -> str:
    """Return the name of the vintage that begins with a month."""
    if span == "year":
        return f"{first:%Y}"
    return f"{first:%Y}-Q{(first.month + 2) // 3}" if span == "quarter" else f"{first:%Y-%m}"
