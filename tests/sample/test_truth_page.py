"""What is shown of the sample beside its truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import truth
from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Question, ask, open_book
from jiebei_dash.book.scope import Reader
from jiebei_dash.errors import TruthMissing
from jiebei_dash.truth import read_rolls, truth_folder


def test_nine_of_ten_intervals_hold_the_truth(sample_path: Path) -> None:
    """95 % would, were loans independent; loans of one person fall late together, so a tenth may lie outside."""
    book = open_book(f"duckdb:///{sample_path}")
    frame = answer_of(book, "truth.rolls", {"window_months": "12"}, "manager").frame
    assert len(frame) >= 25
    assert (frame["true_rate"] > 0).all()
    assert frame["is_inside"].mean() >= 0.9
    assert frame.groupby("prev_state")["true_rate"].sum().round(9).eq(1).all()


def test_the_truth_of_another_book_and_of_a_part_is_refused(sample_path: Path, tmp_path: Path) -> None:
    book = open_book(f"duckdb:///{sample_path}")
    folder = truth_folder(book.address)
    with pytest.raises(TruthMissing):
        read_rolls(folder, "of another book")
    with pytest.raises(TruthMissing):
        read_rolls(tmp_path, book.source_sha256)
    with pytest.raises(TruthMissing):
        read_rolls(truth_folder("postgresql+psycopg://there/book"), book.source_sha256)

    def fetch(question: Question) -> pd.DataFrame:
        return ask(book, question)

    part = replace(book.scope(Reader("Test", "manager")), channel=("HOME",))
    with pytest.raises(TruthMissing):
        truth.rolls(part, fetch, read_rolls(folder, book.source_sha256))
