"""What the values of a tape's column look like: dates with their form, numbers, rates with their unit, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

FORMS: tuple[str, ...] = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%b-%Y", "%b-%y",
    "%Y-%m", "%Y/%m", "%Y%m", "%Y年%m月",
)  # fmt: skip
"""Forms of a date that are tried, in order."""
TWO_WAYS = ("%d/%m/%Y", "%m/%d/%Y")
"""Where both read every value, nobody can tell from the values which is meant."""
ENOUGH_RATE = 0.98
"""Share of the values that must read; a tape has a few bad rows."""
MOST_CODES = 40
_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_WRITTEN = re.compile(r"[(（]?[-+]?[¥￥$€£]?\s?\d[\d,，' ]*([.．]\d+)?\s?[%％万亿元]*[)）]?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d{1,3}(\.\d{3})*,\d+|[-+]?\d+,\d{1,2}")
_WIDE = str.maketrans("０１２３４５６７８９．，％＋－（）　", "0123456789.,%+-() ")
_PERSONAL = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|[^@\s]+@[^@\s]+\.\w+|\d{16,19}")
_YEARS = (1950, 2060)


@dataclass(frozen=True)
class DateForm:
    """How a column's dates are written: a form, and whether another one reads them as well."""

    form: str
    is_ambiguous: bool = False


@dataclass(frozen=True)
class NumberForm:
    """How a column's numbers are written.

    Parameters
    ----------
    number
        One of ``load.mapping.NUMBERS``.
    has_percent
        Whether a percent sign stands behind them.
    low, high
        Smallest and largest value, without sign of per cent.
    is_whole
        Whether none has a fraction.
    """

    number: str
    has_percent: bool
    low: float
    high: float
    is_whole: bool


def known(values: Sequence[str]) -> list[str]:
    """Return the values that say something."""
    nothing = {"", "na", "n/a", "nan", "null", "none", "\\n", "-", "--"}
    return [text for value in values if (text := value.strip()).lower() not in nothing]


def date_form(values: Sequence[str]) -> DateForm | None:
    """Return the first form that reads nearly all values as days of living memory; None if none does."""
    counts = Counter(known(values))
    fitting = [form for form in FORMS if counts and _share(counts, form) >= ENOUGH_RATE]
    if not fitting:
        return None
    return DateForm(fitting[0], is_ambiguous=set(TWO_WAYS) <= set(fitting))


def _share(counts: Counter[str], form: str) -> float:
    """Rows that a form reads; it is given up as soon as too many cannot be read."""
    bad, most = 0, (1 - ENOUGH_RATE) * counts.total()
    for text, count in counts.most_common():
        bad += 0 if _reads(text, form) else count
        if bad > most:
            return 0.0
    return 1 - bad / counts.total()


def _reads(text: str, form: str) -> bool:
    # strptime takes 2024-1-5 for %Y%m%d and the like: the same length is asked of forms without a separator.
    if form in ("%Y%m%d", "%Y%m") and not (text.isdigit() and len(text) == (8 if form == "%Y%m%d" else 6)):
        return False
    try:
        return _YEARS[0] <= datetime.strptime(text, form).year <= _YEARS[1]
    except ValueError:
        return False


def number_form(values: Sequence[str]) -> NumberForm | None:
    """Return how nearly all values are written as numbers; None if they are none."""
    texts = [text.translate(_WIDE) for text in known(values)[:2_000]]
    if not texts:
        return None
    for number, pattern in (("plain", _PLAIN), ("decimal_comma", _DECIMAL_COMMA), ("as_written", _WRITTEN)):
        fitting = [text for text in texts if pattern.fullmatch(text)]
        if len(fitting) / len(texts) >= ENOUGH_RATE:
            found = [_number(text, number) for text in fitting]
            percent = sum(text.endswith("%") for text in fitting) > len(fitting) / 2
            return NumberForm(number, percent, min(found), max(found), all(value == int(value) for value in found))
    return None


def _number(text: str, number: str) -> float:
    if number == "decimal_comma":
        text = text.replace(".", "").replace(",", ".")
    digits = re.sub(r"[^\d.eE+-]", "", text) if number != "plain" else text
    return float(digits or "0")


def is_months_back(values: Sequence[str]) -> bool:
    """Return whether values count months back from the newest: whole numbers from about -600 to 0, the newest 0."""
    found = number_form(values)
    return found is not None and found.is_whole and found.high == 0 and -600 <= found.low < 0


def codes(values: Sequence[str]) -> dict[str, int]:
    """Return how often each value stands, the commonest first; empty if there are too many to be codes."""
    counts: dict[str, int] = {}
    for text in known(values):
        counts[text] = counts.get(text, 0) + 1
    if len(counts) > MOST_CODES:
        return {}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def looks_personal(values: Sequence[str]) -> bool:
    """Return whether values look like telephone, identity or card numbers, or addresses of mail."""
    texts = known(values)
    return bool(texts) and sum(bool(_PERSONAL.fullmatch(text)) for text in texts) > len(texts) / 2
