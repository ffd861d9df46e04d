"""Statements as they were really executed, and what the database does for each: what it reads, what it sorts."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event, text

LONG = re.compile(r"\b(events|tickets|answers)\b", re.IGNORECASE)  # the tables that grow as long as the branch lives
MOST_ROWS = 5000  # that one statement may read: a day has some thousands
MOST_STEPS = 15 * MOST_ROWS  # the same, as SQLite counts its work
MOST_SORTED = 1000


@dataclass(slots=True)
class Heard:
    """The statements about the long tables, each with the parameters that it came with first."""

    statements: dict[str, Any] = field(default_factory=dict)

    def hear(
        self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if LONG.search(statement) and not statement.startswith(("EXPLAIN", "ANALYZE")):
            self.statements.setdefault(statement, parameters[0] if many else parameters)


@contextmanager
def heard() -> Iterator[Heard]:
    """What any engine of this process is asked until the block ends."""
    found = Heard()
    event.listen(Engine, "before_cursor_execute", found.hear)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", found.hear)


def faults(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """What is wrong with how the database does it; the transaction is to be rolled back."""
    raw: Any = connection.connection.driver_connection
    ask = _faults_on_sqlite if connection.dialect.name == "sqlite" else _faults_on_postgresql
    return [f"{fault}: {' '.join(statement.split())[:160]}" for fault in ask(raw, statement, parameters)]


def _faults_on_sqlite(raw: Any, statement: str, parameters: Any) -> Iterator[str]:
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    yield from (line for line in plan if re.match(r"SCAN (events|tickets|answers|a)\b", line))
    steps, rows = _work(raw, statement, parameters)
    if steps > MOST_STEPS:
        yield f"{steps} steps for {rows} rows ({'; '.join(plan)})"
    if rows > MOST_SORTED and any(line.startswith("USE TEMP B-TREE") for line in plan):
        yield f"sorts {rows} rows"


def _work(raw: Any, statement: str, parameters: Any) -> tuple[int, int]:
    """(instructions of SQLite's machine, to the hundred; rows given). What only writes has done its work before."""
    counted: list[int] = []
    raw.execute("SAVEPOINT looking")
    raw.set_progress_handler(lambda: counted.append(100), 100)
    try:
        rows = raw.execute(statement, parameters).fetchall() if not statement.startswith("INSERT") else []
    finally:
        raw.set_progress_handler(None, 0)
        raw.execute("ROLLBACK TO looking")
    return sum(counted), len(rows)


def _faults_on_postgresql(raw: "psycopg.Connection[Any]", statement: str, parameters: Any) -> Iterator[str]:
    really = "" if "INSERT INTO" in statement else "ANALYZE, "
    with psycopg.ClientCursor(raw) as cursor, raw.transaction(force_rollback=True):
        cursor.execute(f"EXPLAIN ({really}FORMAT JSON) {statement}".encode(), parameters)
        (found,) = cursor.fetchone() or ("[]",)
    for node in _nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]):
        read = node.get("Actual Rows", 0) * node.get("Actual Loops", 1)
        for_nothing = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        if node["Node Type"] == "Seq Scan" and LONG.fullmatch(node["Relation Name"]):
            yield f"Seq Scan on {node['Relation Name']}"
        if read + for_nothing > MOST_ROWS:
            yield f"{node['Node Type']} reads {read + for_nothing} rows"
        if "Sort" in node["Node Type"] and max(read, node["Plan Rows"] if not really else 0) > MOST_SORTED:
            yield f"sorts {read} rows"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def analyse(engine: Engine) -> None:
    """What PostgreSQL does by itself now and then, and SQLite never."""
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
