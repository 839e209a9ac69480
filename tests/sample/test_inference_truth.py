"""Which way of inferring comes nearest the truth of an invented book, and what the page says of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.answers import inference, what_if
from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Book, Fetch, Question, ask
from jiebei_dash.book.scope import Reader
from jiebei_dash.errors import TruthMissing
from jiebei_dash.lab.population import BAD, population
from jiebei_dash.lab.true_chances import true_chances
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.queries.inference import applications
from jiebei_dash.queries.lab import decisions
from jiebei_dash.text.words import load_words
from jiebei_dash.truth import read_chances, truth_folder
from jiebei_dash.ui import inference_words

WINDOW = {"window_months": 36}
LOOSER = {"score_floor": 550.0}


@pytest.fixture(scope="module")
def told(small_book: Book) -> pd.DataFrame:
    return answer_of(small_book, "inference.beside_truth", WINDOW | LOOSER, "analyst").frame


@pytest.fixture(scope="module")
def fetch(small_book: Book) -> Fetch:
    def answered(question: Question) -> pd.DataFrame:
        return ask(small_book, question)

    return answered


def test_reweighting_comes_nearest_the_truth_and_its_range_holds_it(told: pd.DataFrame) -> None:
    # Sixteen thousand applications, 36 months: some hundred bad loans to learn from, and the declined much worse.
    for group, rows in told.set_index("method").groupby("declined_group"):
        assert rows["people_count"].iloc[0] > 1_000
        distance = rows["distance_rate"].abs()
        assert rows.index[rows["is_nearest"]].tolist() == ["reweighting"], group
        assert rows.loc["reweighting", "is_held"]
        assert distance["reweighting"] < 0.10
        # The usual multiples of the declined are too dark where the score already tells them apart.
        assert rows.loc["parcelling", "distance_rate"] > 0.10
        assert rows.loc["fuzzy", "distance_rate"] > 0.10


def test_the_page_names_the_nearest_from_the_numbers_and_no_winner_by_heart(told: pd.DataFrame) -> None:
    words = load_words("en")
    said = inference_words.true(words, told)
    assert said[1].startswith("**Reweighting** comes nearest the truth")
    # In another book another way may win, and the sentence follows.
    other = told.assign(is_nearest=told["method"] == "fuzzy")
    assert inference_words.true(words, other)[1].startswith("**Fuzzy augmentation** comes nearest the truth")
    assert inference_words.true(load_words("zh"), told)[1].startswith("最接近真实值的是**逆概率加权**")


def test_the_truth_at_the_level_of_a_window_is_what_happened_to_the_good_and_to_the_bad_half(
    small_book: Book, fetch: Fetch
) -> None:
    # One shift sets the mean of all; that each half by the stored chance lies at its own rate is the check.
    scope = small_book.scope(Reader("Test", "analyst"))
    done = what_if.replay(scope, fetch, what_if.MATURITY_MONTHS, {}, window_months=36)
    rows = fetch(applications(done.scope, done.window))
    # In the order of the applications, which the lab's own rows have not.
    people = population("", fetch(decisions(done.scope, done.window)))
    known = read_chances(truth_folder(small_book.address), small_book.source_sha256)
    log_odds = rows["application_id"].map(known.set_index("application_id")["log_odds_bad"]).to_numpy(np.float64)
    true, seen = true_chances(people, log_odds), people.is_observed
    middle = np.median(people.pd_rate[seen])
    for half in (seen & (people.pd_rate <= middle), seen & (people.pd_rate > middle)):
        low, high = wilson(float((people.outcome[half] == BAD).sum()), float(half.sum()))
        assert low <= true[half].mean() <= high


def test_the_truth_of_another_book_is_refused(small_book: Book) -> None:
    folder = truth_folder(small_book.address)
    with pytest.raises(TruthMissing):
        read_chances(folder, "of another book")
    with pytest.raises(TruthMissing):
        read_chances(None, small_book.source_sha256)


def test_a_part_of_the_book_has_its_truth_as_well(small_book: Book, fetch: Fetch) -> None:
    known = read_chances(truth_folder(small_book.address), small_book.source_sha256)
    part = replace(small_book.scope(Reader("Test", "analyst")), channel=("HOME",))
    whole = inference.beside_truth(replace(part, channel=()), fetch, known, **WINDOW, **LOOSER).frame
    home = inference.beside_truth(part, fetch, known, **WINDOW, **LOOSER).frame
    assert 0 < home["people_count"].iloc[0] < whole["people_count"].iloc[0]
    assert home["true_rate"].between(0.01, 0.5).all()
