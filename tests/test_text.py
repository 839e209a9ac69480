"""Every word on the screen: the same keys and placeholders in both languages, each key used, none missing."""

import ast
import re
import string
from pathlib import Path

import pytest

from jiebei_dash import errors
from jiebei_dash.book.policy import RULES
from jiebei_dash.features import FEATURES
from jiebei_dash.terms import CAPABILITIES, STATES
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
EN, ZH = load_words("en").texts, load_words("zh").texts
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(EN) == set(ZH)


def test_both_languages_name_the_same_facts() -> None:
    assert {key: placeholders(text) for key, text in EN.items()} == {key: placeholders(ZH[key]) for key in EN}


def test_no_english_sentence_stands_on_the_chinese_side() -> None:
    same = {key for key in EN if EN[key] == ZH[key] and re.search(r"[a-z]{4,} [a-z]{3,}", EN[key])}
    assert not same
    assert not {key for key, text in EN.items() if CHINESE.search(text)}


def test_chinese_is_set_with_chinese_punctuation() -> None:
    assert not {key: text for key, text in ZH.items() if re.search(r"[\u4e00-\u9fff][,;:!?](?!\d)", text)}


def test_every_key_is_used() -> None:
    used: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for path in [*(ROOT / "jiebei_dash").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w.+]+" for p in node.values]
                pattern = "".join(parts)
                if "\\." in pattern:
                    patterns.append(re.compile(pattern))
    own = {error.key() for error in vars(errors).values() if isinstance(error, type)}
    unused = {
        key
        for key in EN
        if key not in used and key not in own and not any(pattern.fullmatch(key) for pattern in patterns)
    }
    assert not unused


def test_every_key_in_the_code_exists() -> None:
    missing = set()
    for path in [*(ROOT / "jiebei_dash").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_words = isinstance(node, ast.Call) and (
                (isinstance(node.func, ast.Name) and node.func.id == "words")
                or (isinstance(node.func, ast.Attribute) and node.func.attr == "words")
            )
            if is_words and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value not in EN:
                missing.add(f"{path.name}: {node.args[0].value}")
    assert not missing


@pytest.mark.parametrize("name", [n for n, e in vars(errors).items() if isinstance(e, type) and n != "JiebeiError"])
def test_every_failure_has_its_sentence(name: str) -> None:
    if not issubclass(getattr(errors, name), errors.JiebeiError):
        pytest.skip("not a failure")
    assert getattr(errors, name).key() in EN


def test_every_code_a_reader_meets_has_a_label() -> None:
    wanted = (
        [f"codes.state.{state}" for state in STATES]
        + [f"codes.rule.{rule.key}" for rule in RULES]
        + [f"codes.feature.{feature.key}" for feature in FEATURES]
        + [f"codes.capability.{capability}" for capability in CAPABILITIES]
        + [f"{page.key}.{part}" for page in PAGES for part in ("title", "menu")]
    )
    assert not [key for key in wanted if key not in EN]


def test_no_label_is_a_bare_m1() -> None:
    assert not {key for texts in (EN, ZH) for key, text in texts.items() if text.strip() == "M1"}
