"""Small files, short functions, names that say something: what keeps the house readable in ten years."""

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.house.source import CODE, ROOT, STOREYS, at, files, modules, syntax

LONGEST_FILE = 400
MEDIAN_FILE = 100
LONGEST_FUNCTION = 40
SAY_NOTHING = {"utils", "util", "helpers", "helper", "base", "common", "misc", "tools", "lib"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def without_opening_line(paths: list[Path]) -> list[str]:
    """Modules that do not begin with a docstring of one line."""
    lines = [(path, ast.get_docstring(syntax(path)) or "") for path in paths]
    return [at(path) for path, line in lines if not line or "\n" in line]


def length(function: Function) -> int:
    """Lines of the function; its docstring is not counted."""
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    spent = (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - spent


def long_functions(paths: list[Path]) -> list[str]:
    """Functions of forty lines and more."""
    return [
        f"{at(path, node.lineno)} {node.name}: {length(node)} lines"
        for path in paths
        for node in ast.walk(syntax(path))
        if isinstance(node, Function) and length(node) >= LONGEST_FUNCTION
    ]


def line_counts() -> dict[str, int]:
    """Lines of every file of code; a package's bare opening line is no file that anyone reads."""
    counts = {at(path): path.read_text("utf-8").count("\n") for path in files() if path.suffix in CODE}
    return {name: count for name, count in counts.items() if count > 1}


def test_every_module_says_in_one_line_why_it_exists() -> None:
    assert without_opening_line(modules(*STOREYS, "tests", "deploy")) == []


def test_no_file_is_longer_than_400_lines() -> None:
    assert {name: count for name, count in line_counts().items() if count > LONGEST_FILE} == {}


def test_half_of_all_files_are_under_100_lines() -> None:
    assert median(line_counts().values()) < MEDIAN_FILE


def test_every_function_is_under_40_lines() -> None:
    # A migration is left out: it is a list of tables, as long as they are, and never changed again.
    assert long_functions(modules(*STOREYS, "tests", "deploy")) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [at(path) for path in files() if path.suffix in CODE and path.stem in SAY_NOTHING] == []
    assert [at(path) for path in modules() if path.parent.name in SAY_NOTHING] == []


@pytest.mark.parametrize("opening", ["", "import os\n", '"""Two\nlines."""\n'])
def test_a_module_without_its_line_is_found(tmp_path: Path, opening: str) -> None:
    module = tmp_path / "nameless.py"
    module.write_text(opening)
    assert without_opening_line([module]) == [at(module)]


def test_a_long_function_is_found_and_its_docstring_is_not_counted(tmp_path: Path) -> None:
    module = tmp_path / "long.py"
    described = 'def described():\n    """' + "word\n" * 60 + '"""\n    return 1\n'
    module.write_text(described + "def long():\n" + "    x = 1\n" * 39)
    assert [row.split(" ", 1)[1] for row in long_functions([module])] == ["long: 40 lines"]


def test_the_rules_see_the_house() -> None:
    seen = {path.relative_to(ROOT).parts[0] for path in modules()}
    assert seen >= {*STOREYS, "tests", "migrations", "deploy"}
