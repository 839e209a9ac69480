"""How numbers read: 万 and 亿 or k, M and bn, rates with two decimals, small changes in basis points.

Unknown is an en dash, never 0, nan or None. Pure functions of value and language.
"""

from __future__ import annotations

from datetime import date, datetime

from jiebei_dash.terms import Language

UNKNOWN = "–"
_SCALES: dict[Language, tuple[tuple[float, str], ...]] = {
    "zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")),
    "en": ((1e9, "bn"), (1e6, "M"), (1e3, "k"), (1.0, "")),
}


def is_unknown(value: object) -> bool:
    """Return whether a value is missing (None, NaN or NaT)."""
    return value is None or value != value


def yuan(fen: float | None, language: Language) -> str:
    """Return an amount of money, e.g. ``¥1.2亿`` or ``¥120M``.

    Parameters
    ----------
    fen
        Amount in fen.
    language
        Decides the scale words.
    """
    if fen is None or is_unknown(fen):
        return UNKNOWN
    return ("-" if fen < 0 else "") + "¥" + _scaled(abs(fen) / 100, language)


def _scaled(value: float, language: Language) -> str:
    for size, word in _SCALES[language]:
        if value >= size or size == 1.0:
            scaled = value / size
            digits = 0 if scaled >= 1000 or (size == 1.0 and scaled == int(scaled)) else 1 if scaled >= 100 else 2
            return f"{scaled:,.{digits}f}{word}"
    return f"{value:,.2f}"


def yuan_exact(fen: float | None) -> str:
    """Return an amount to the fen, e.g. ``¥12,345.67``."""
    if fen is None or is_unknown(fen):
        return UNKNOWN
    return f"{'-' if fen < 0 else ''}¥{abs(fen) / 100:,.2f}"


def count(value: float | None) -> str:
    """Return a count with thin separators."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value:,.0f}".replace(",", "\u2009")


def rate(value: float | None, digits: int = 2) -> str:
    """Return a fraction as a percentage."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value * 100:.{digits}f}%"


def points(value: float | None, signed: bool = False) -> str:
    """Return score points with one decimal."""
    if value is None or is_unknown(value):
        return UNKNOWN
    shown = round(value, 1) + 0.0  # no minus before a zero
    return f"{shown:+.1f}" if signed else f"{shown:.1f}"


def rate_change(value: float | None, language: Language) -> str:
    """Return a change of a fraction: basis points under one point, percentage points above."""
    if value is None or is_unknown(value):
        return UNKNOWN
    if abs(value) < 0.01:
        points = f"{value * 1e4:+.0f}" if abs(value) >= 0.00005 else "0"
        return f"{points} bp" if language == "en" else f"{points}个基点"
    return f"{value * 100:+.2f} pp" if language == "en" else f"{value * 100:+.2f}个百分点"


def relative_change(value: float | None) -> str:
    """Return a relative change, e.g. ``+3.4%``."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value * 100:+.1f}%"


def quantity(value: float | None, unit: str, language: Language) -> str:
    """Return a value with its unit: ``points``, ``count``, ``months``, ``rate`` or ``fen``."""
    if value is None or is_unknown(value):
        return UNKNOWN
    if unit == "fen":
        return yuan(value, language)
    if unit == "rate":
        return f"{value * 100:.1f}%".replace(".0%", "%")
    plain = f"{value:.1f}".removesuffix(".0")
    if unit == "months":
        return f"{plain} mo" if language == "en" else f"{plain}个月"
    return plain


def month(value: date | None) -> str:
    """Return a month as 2026-10."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value:%Y-%m}"


def day(value: date | None) -> str:
    """Return a day as 2026-10-05."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value:%Y-%m-%d}"


def hour(value: float | None) -> str:
    """Return an hour of the day as 09:00."""
    return UNKNOWN if value is None or is_unknown(value) else f"{int(value):02d}:00"


def moment(value: datetime | None) -> str:
    """Return a moment as 2026-10-03 14:05:09."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value:%Y-%m-%d %H:%M:%S}"


def duration(seconds: float | None, language: Language) -> str:
    """Return a length of time in its largest fitting unit."""
    if seconds is None or is_unknown(seconds):
        return UNKNOWN
    scales = ((86400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))
    size, english, chinese = next((scale for scale in scales if seconds >= scale[0]), scales[-1])
    shown = f"{seconds / size:.1f}".removesuffix(".0")
    return f"{shown} {english}" if language == "en" else f"{shown}{chinese}"


def ratio(value: float | None, digits: int = 2) -> str:
    """Return how many times one thing is another, e.g. ``1.35``."""
    return UNKNOWN if value is None or is_unknown(value) else f"{value:.{digits}f}"
