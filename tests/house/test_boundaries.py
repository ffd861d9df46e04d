"""What each part of the house may know: the one way of imports, SQL in one place, no clock in the rules."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, STOREYS, at, modules, syntax

PURE = ("server/domain", "server/actions", "server/advisor")
MAY_SPEAK_SQL = ("server/storage", "migrations", "kiosk/journal")  # the kiosk journals on its own disk
DATABASES = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
SQL = re.compile(r"(?s)\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|CREATE\s+TABLE)\s")
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The top-level name of every absolute import, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def sql_spoken(paths: list[Path]) -> list[str]:
    """Where these modules import a database's library or hold a statement in a string."""
    found = []
    for path in paths:
        tree = syntax(path)
        found += [f"{at(path, line)} imports {name}" for line, name in imported(tree) if name in DATABASES]
        found += [
            f"{at(path, node.lineno)} {node.value.strip()[:40]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
        ]
    return found


def clocks_read(paths: list[Path]) -> list[str]:
    """Where these modules ask what time it is, as `datetime.now(UTC)`, instead of being told."""
    return [
        f"{at(path, node.lineno)} {ast.unparse(node)}"
        for path in paths
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "time"}
    ]


def test_imports_go_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_storage_and_migrations_speak_sql() -> None:
    exempt = tuple(ROOT / name for name in MAY_SPEAK_SQL)
    others = [path for path in modules(*STOREYS) if not any(path.is_relative_to(part) for part in exempt)]
    assert sql_spoken(others) == []


def test_the_rules_are_told_the_time_and_never_ask() -> None:
    assert clocks_read(modules(*PURE)) == []


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy import text",
        "import sqlite3",
        'x = "SELECT 1 FROM ticket WHERE id = 1"',
        'x = """\n  insert_\n""" "DELETE FROM ticket "; y = "UPDATE ticket SET state = 1"',
    ],
)
def test_sql_elsewhere_is_found(tmp_path: Path, line: str) -> None:
    module = tmp_path / "web.py"
    module.write_text(line)
    assert sql_spoken([module]) != []


def test_a_clock_in_the_rules_is_found(tmp_path: Path) -> None:
    module = tmp_path / "rule.py"
    module.write_text("import datetime\nx = datetime.datetime.now(datetime.UTC)\ny = later.time()\n")
    assert clocks_read([module]) == [f"{at(module, 2)} datetime.datetime.now(datetime.UTC)"]
