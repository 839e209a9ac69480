"""What the verdict says, from its numbers."""

import pandas as pd
import pytest

from jiebei_dash.metrics import experiment as metrics
from jiebei_dash.metrics.trial_size import Design
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import experiment_words

EN = load_words("en")
NAMES = {"LOT": "By lot", "POLICY": "By policy"}


def judged(bad: int, matured: int, design: Design) -> pd.Series:
    sums = pd.DataFrame(
        [("POLICY", 5_000, 100), ("LOT", matured, bad)], columns=["arm", "matured_count", "bad_count"]
    ).assign(approved_count=9_000, drawn_count=6_000, recent_count=0, last_opened_month=pd.Timestamp("2024-07-01"))
    arms = metrics.read_out(sums, ["POLICY", "LOT"], "POLICY", 12, 6)
    return metrics.verdict(arms, "LOT", "POLICY", design).iloc[0]


@pytest.mark.parametrize(
    ("bad", "matured", "difference_rate", "said"),
    [
        (30, 300, 0.05, "**The difference is real**: +8.00 pp"),
        (7, 300, 0.05, "**No difference shown at the planned size**: +33 bp"),
        (7, 300, 0.01, "**Not shown yet**: +33 bp"),
        (9, 29, 0.05, "**Too few to judge**: By lot has 29 matured loans"),
    ],
)
def test_each_verdict_has_its_sentence(bad: int, matured: int, difference_rate: float, said: str) -> None:
    lines = experiment_words.opening(EN, judged(bad, matured, Design(0.02, difference_rate)), NAMES)
    assert lines[0].startswith(said)


def test_an_interval_that_leaves_out_zero_too_early_is_explained() -> None:
    # 14 of 300 against 2%: z is 3.1, and the look at six percent of the plan stops beyond 8
    early = experiment_words.opening(EN, judged(14, 300, Design(0.02, 0.01)), NAMES)
    assert early[0].startswith("**Not shown yet**")
    assert "The interval leaves out zero" in early[1]
    late = experiment_words.opening(EN, judged(7, 300, Design(0.02, 0.01)), NAMES)
    assert "The interval leaves out zero" not in late[1]


@pytest.mark.parametrize(
    ("by", "pair", "said"),
    [
        ("lane", ("LOT", "POLICY"), "drawn among applicants that the policy declines"),
        ("lane", ("OVERRIDE", "POLICY"), "a person chose"),
        ("policy_version", ("P2", "P1"), "versions follow each other"),
        ("channel", ("HOME", "RECALL"), "applicants choose their channel"),
    ],
)
def test_what_was_not_drawn_by_lot_is_named(by: str, pair: tuple[str, str], said: str) -> None:
    assert said in experiment_words.drawn(EN, by, pair)
