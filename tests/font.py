"""Makes our font anew when words bring signs that it lacks: ``python -m tests.font NotoSansCJK-Regular.ttc Regular``.

Our font is a subset of Noto Sans CJK SC under a name of our own, as its licence asks: the signs that it had, and those
of all words in ``text/``. Screen and paper read the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
NAMES = {1: "Jiebei Sans", 4: "Jiebei Sans"}
KEPT_NAMES = (0, 3, 5, 13, 14)


def signs_of(path: Path) -> set[int]:
    """Which signs a font can draw."""
    with TTFont(path) as font:
        return set(font.getBestCmap())


def signs_of_words() -> set[int]:
    """Which signs our words and numbers are written with."""
    files = sorted((ROOT / "jiebei_dash" / "text").rglob("*.toml"))
    texts = "".join(path.read_text(encoding="utf-8") for path in files)
    return {ord(sign) for sign in texts + "–→…¥" if sign.isprintable()}


def make(source: Path, weight: str) -> None:
    """Write ``static/JiebeiSans-<weight>.otf`` from a collection of Noto Sans CJK."""
    target = ROOT / "static" / f"JiebeiSans-{weight}.otf"
    wanted = signs_of(target) | signs_of_words()
    fonts = TTCollection(str(source)).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options(name_IDs=KEPT_NAMES, notdef_outline=True, hinting=False)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=wanted)
    cut.subset(font)
    names = font["name"]
    for number, text in {**NAMES, 2: weight, 6: f"JiebeiSans-{weight}"}.items():
        names.setName(text, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [f"JiebeiSans-{weight}"]
    font.recalcTimestamp = False
    font.save(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
