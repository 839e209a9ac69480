"""What the page on the funnel says of its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text.words import load_words
from jiebei_dash.ui import funnel_words

EN = load_words("en")


def _parts(rows: list[tuple[str, int, float, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["channel", "waits", "p50_seconds", "p90_seconds", "p99_seconds"])
    return frame.assign(is_small=frame["waits"] < 30)


def test_of_parts_alike_at_ninety_percent_the_one_with_the_longer_tail_is_the_slowest() -> None:
    said = funnel_words.cash(
        _parts([("HOME", 90, 60, 600, 3_600), ("RECALL", 40, 60, 600, 7_200), ("CHECKOUT", 50, 60, 300, 600)]),
        "channel",
        EN,
    )
    assert said == (
        f"Slowest: {EN.code('channel', 'RECALL')}, 90% within 10 min; "
        f"fastest: {EN.code('channel', 'CHECKOUT')}, 90% within 5 min."
    )


def test_parts_that_are_alike_or_few_are_not_ranked() -> None:
    alike = _parts([("HOME", 90, 60, 600, 3_600), ("RECALL", 40, 60, 600, 7_200)])
    assert funnel_words.cash(alike, "channel", EN) == "All parts are alike: 90% within 10 min."
    assert funnel_words.cash(_parts([("HOME", 12, 60, 600, 3_600)]), "channel", EN) == EN("funnel.said_cash_small")
