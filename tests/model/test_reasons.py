"""Reasons: the heaviest first, no small change, words in both languages."""

import pandas as pd
import pytest

from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.reasons import ranked_reasons, ranked_strengths
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text.words import load_words

POINTS = pd.Series(
    {
        "zhima_score": -12.0,
        "other_lender_count": 3.0,
        "bureau_query_count": -0.9,
        "bureau_overdue_count": -20.5,
        "card_utilisation_rate": -2.0,
        "dti_rate": -1.0,
        "income_month_fen": -2.0,
        "job_months": 8.0,
    }
)


def test_the_heaviest_reason_comes_first_and_four_are_enough() -> None:
    assert ranked_reasons(POINTS) == [
        "bureau_overdue_count",
        "zhima_score",
        "card_utilisation_rate",
        "income_month_fen",
    ]


def test_less_than_a_point_is_no_reason() -> None:
    assert ranked_reasons(POINTS, most=9)[-1] == "dti_rate"
    assert ranked_reasons(POINTS, least_points=15) == ["bureau_overdue_count"]


def test_what_speaks_for_an_applicant_is_ranked_alike() -> None:
    assert ranked_strengths(POINTS) == ["job_months", "other_lender_count"]


def test_nothing_against_gives_no_reason() -> None:
    assert ranked_reasons(POINTS.abs()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_input_has_a_sentence_for_each_side(language: Language) -> None:
    words = load_words(language)
    sentences = [words(f"reasons.{side}.{key}") for side in ("against", "for") for key in FEATURE_KEYS]
    assert len(set(sentences)) == 2 * len(FEATURE_KEYS)
    assert not [sentence for sentence in sentences if any(sign.isdigit() or sign in "{}" for sign in sentence)]
