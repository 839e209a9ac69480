"""The house has one direction: who may import whom, where SQL, drawing and writing may stand.

The table here is the one that ARCHITECTURE.md prints; the two are compared.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "jiebei_dash"

GROUND = {
    "errors",
    "settings",
    "subjects",
    "truth",
    "terms",
    "features",
    "text",
    "assumptions",
    "progress",
    "late",
    "dictionary",
    "peers",
    "caps",
    "classes",
    "holidays",
    "unit_costs",
    "price_caps",
    "fair_rules",
    "eligibility",
    "signed",
}
MAY_IMPORT = {
    "signed": set(),
    "errors": set(),
    "settings": set(),
    "peers": {"errors", "settings", "terms"},
    "late": set(),
    "subjects": set(),
    "truth": {"errors"},
    "progress": set(),
    "dictionary": set(),
    "terms": set(),
    "features": set(),
    "assumptions": {"errors", "settings", "terms"},
    "caps": {"errors", "settings", "terms"},
    "classes": {"errors", "settings", "terms"},
    "holidays": {"errors", "settings"},
    "unit_costs": {"errors", "settings", "terms"},
    "price_caps": {"errors", "settings", "terms"},
    "fair_rules": {"errors", "settings", "terms"},
    "eligibility": {"errors", "settings", "terms"},
    "text": {"errors", "terms"},
    "book": GROUND,
    "desk": GROUND,
    "model": GROUND,
    "queries": GROUND | {"book"},
    "metrics": GROUND,
    "charts": GROUND,
    "lab": GROUND | {"book"},
    "answers": GROUND | {"book", "model", "queries", "metrics", "lab"},
    "report": GROUND | {"book", "answers", "charts"},
    "ui": GROUND | {"book", "desk", "charts", "load", "marts"},
    "marts": GROUND | {"book"},
    "load": GROUND | {"book"},
    "sample": GROUND | {"book", "model", "load"},
    "asking": GROUND | {"book", "desk", "answers", "marts"},
    "": {"asking"},
    "__main__": GROUND | {"asking", "book", "desk", "load", "marts", "report", "sample"},
    "pages": GROUND | {"answers", "charts", "report", "ui", "desk"},
    "app": {"ui"},
}
"""Room -> rooms of this project that it may import, besides itself."""

ONLY_IN = {
    "streamlit": {"app", "pages", "ui"},
    "plotly": {"charts"},
    "typst": {"report"},
    "sklearn": {"model"},
    "shap": {"model"},
    "skops": {"model"},
    "chainladder": {"metrics"},
    "numba": {"lab"},
    "fairlearn": {"metrics"},
    "sqlalchemy": {"book", "desk", "queries", "load", "marts", "sample"},
    "duckdb": {"load"},
    "psycopg": {"book", "load"},
    "adbc_driver_postgresql": {"book", "load"},
    "adbc_driver_spark": {"book", "load"},
    "pysail": set(),
    "pyspark": set(),
    "importlib": {"late"},
}
"""Library -> rooms that may import it."""

MOST_LINES = 300


def files() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *PACKAGE.rglob("*.py")]):
        yield room_of(path), path, ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    if path.parent == ROOT:
        return path.stem
    if path.parent.name == "pages":
        return "pages"
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def target(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "pages":
        return "pages"
    if parts[0] != "jiebei_dash" or len(parts) == 1:
        return None
    return parts[1]


def test_imports_run_in_one_direction() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room, path, tree in files()
        for name in imports(tree)
        if (to := target(name)) is not None and to != room and to not in MAY_IMPORT[room]
    ]
    assert not wrong


def test_only_what_brings_in_a_tape_or_shows_its_bad_rows_knows_the_loaders() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room, path, tree in files()
        for name in imports(tree)
        if room == "ui" and target(name) == "load" and path.stem not in {"bring_tape", "tape_file", "quarantine"}
    ]
    assert not wrong


def test_a_target_imported_late_obeys_the_same_direction() -> None:
    wrong = []
    found = 0
    for room, path, tree in files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"(jiebei_dash\.[a-z_.]+):[a-z_]+", node.value)
                if match:
                    found += 1
                    if target(match.group(1)) not in MAY_IMPORT[room] | {room}:
                        wrong.append(f"{path.relative_to(ROOT)}: {node.value}")
    assert found
    assert not wrong


def test_each_library_stays_in_its_room() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room, path, tree in files()
        for name in imports(tree)
        if (library := name.split(".")[0]) in ONLY_IN and room not in ONLY_IN[library]
    ]
    assert not wrong


def test_one_file_alone_knows_the_reserving_library() -> None:
    found = {str(path.relative_to(ROOT)) for _, path, tree in files() if "chainladder" in set(imports(tree))}
    assert found == {"jiebei_dash/metrics/development.py"}


def test_one_file_alone_knows_the_library_of_fairness_measures() -> None:
    found = {str(path.relative_to(ROOT)) for _, path, tree in files() if "fairlearn.metrics" in set(imports(tree))}
    assert found == {"jiebei_dash/metrics/fair.py"}


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for _, path, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not wrong


def test_no_sql_is_written_as_text_outside_the_engine_and_the_loaders() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room, path, tree in files()
        if room not in {"load", "desk"} and path.name not in {"engine.py", "spark_dialect.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in {"text", "literal_column"})
            or (
                isinstance(node.func, ast.Attribute) and node.func.attr in {"text", "literal_column", "exec_driver_sql"}
            )
        )
        and room in {"book", "queries", "sample", "answers", "model"}
    ]
    assert not wrong


def test_only_desk_load_marts_and_sample_write() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room, path, tree in files()
        if room not in {"desk", "load", "marts", "sample"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"create_all", "drop_all", "to_sql", "begin", "commit"}
    ]
    assert not wrong


def test_nothing_is_pickled() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for _, path, tree in files()
        for name in imports(tree)
        if name.split(".")[0] in {"pickle", "cloudpickle", "joblib", "dill", "marshal", "shelve"}
    ]
    assert not wrong


def test_no_failure_is_caught_without_a_name() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for _, path, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert not wrong


def test_no_file_is_longer_than_one_thing_needs() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for _, path, _ in files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_every_room_is_in_the_table_and_in_the_architecture() -> None:
    rooms = {room for room, _, _ in files()}
    assert rooms == set(MAY_IMPORT)
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    printed = {
        cells[0].strip("` "): {name.strip("` ") for name in cells[1].split(",") if name.strip("` ")}
        for line in text.splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split("|")]) and len(cells) == 3 and cells[2] == "import"
    }
    expected = {
        (room or "__init__"): ({"the ground"} if room not in GROUND and allowed >= GROUND else set())
        | (allowed - GROUND if room not in GROUND and allowed >= GROUND else allowed)
        for room, allowed in MAY_IMPORT.items()
    }
    assert printed == expected
