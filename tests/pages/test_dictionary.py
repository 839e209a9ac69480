"""The metric dictionary: one word, two meanings, two entries."""

from __future__ import annotations

import pytest

from jiebei_dash.text.words import load_words
from jiebei_dash.ui import definitions
from tests.pages.conftest import OpenPage


def tables(test: object) -> list[list[str]]:
    return [list(row) for table in test.table for row in table.value.to_numpy()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_m1_is_a_bucket_and_a_product_class_and_never_bare(open_page: OpenPage, dozen_url: str, lang: str) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    rows = tables(open_page(dozen_url, "dictionary", role="manager", lang=lang, find="M1"))
    kinds = {row[1] for row in rows if len(row) == 3}
    assert kinds == {words("dictionary.kind_state"), words("dictionary.kind_product_class")}
    assert "M1" not in {row[0] for row in rows}


def test_a_metric_is_found_by_its_id_and_by_a_word_of_its_meaning(open_page: OpenPage, dozen_url: str) -> None:
    by_id = tables(open_page(dozen_url, "dictionary", role="manager", find="v4"))
    assert [row[0] for row in by_id] == ["**V4** Vintage, net loss", "**L1** CNL: cumulative net loss"]
    by_word = tables(open_page(dozen_url, "dictionary", role="auditor", find="thermometer of fraud"))
    assert [row[0] for row in by_word] == ["**E4** First payment default (FPDx)"]


def test_a_name_that_nothing_has_is_told(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "dictionary", role="manager", find="zzz")
    assert [info.value for info in test.info] == [load_words("en")("dictionary.nothing")]
    assert not test.table


def test_the_definition_under_a_figure_names_its_metrics_and_so_does_its_csv() -> None:
    words = load_words("en")
    formula = words("metrics.E2.formula")
    assert f"- E2 30-day collection: {formula}" in definitions.text("entry.entry", words).splitlines()
    assert f"E2 30-day collection | {formula}" in definitions.lines("entry.entry", words)
    assert words("proof.metrics") not in definitions.text("loans.count", words)
