"""Reads a migration, and finds what a server that knows only the schema before it could not live with."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAKES_AWAY = {"drop_table", "drop_column", "rename_table", "alter_column", "execute", "bulk_insert"}
DEMANDS = {"create_unique_constraint", "create_check_constraint", "create_foreign_key", "create_primary_key"}
ADDS_ROWS = re.compile(r"\s*(UPDATE|INSERT)\s", re.IGNORECASE)
ONLINE = "create_index_online"


@dataclass(slots=True)
class Migration:
    """What a file of migrations/versions says of itself, and what it does on the way up, in order."""

    revision: str
    down_revision: str | None
    contracts: str | None
    calls: list[ast.Call]
    made: set[str] = field(default_factory=set)  # tables that are new here: no server knows them yet

    @classmethod
    def read(cls, source: str) -> "Migration":
        tree = ast.parse(source)
        said = {
            node.targets[0].id: str(node.value.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
            and node.value.value is not None
        }
        (up,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "upgrade"]
        calls = sorted((n for n in ast.walk(up) if isinstance(n, ast.Call)), key=lambda n: (n.lineno, n.col_offset))
        made = {text_of(call) for call in calls if name_of(call) == "create_table"}
        return cls(said["revision"], said.get("down_revision"), said.get("contracts"), calls, made)


def name_of(call: ast.Call) -> str:
    """`op.add_column(...)` -> add_column, whatever it is called on."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def text_of(call: ast.Call, position: int = 0, keyword: str = "table_name") -> str:
    """A name that is written out; a `?` where it is not."""
    found = [k.value for k in call.keywords if k.arg == keyword] or call.args[position : position + 1]
    return str(found[0].value) if found and isinstance(found[0], ast.Constant) else "?"


def told(call: ast.Call, keyword: str) -> object:
    """The value of a keyword; None where it is not given, and its words where it is no constant."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value.value if isinstance(given.value, ast.Constant) else ast.unparse(given.value)
    return None


def faults(migration: Migration, known: list[str]) -> list[str]:
    """Why an old server could not go on; [] for an expansion, or a contraction that was prepared long enough.

    `known` are all revisions, oldest first. A contraction takes away what an expansion before has replaced. It may
    only come when a whole revision lies between: the server of the expansion itself still uses both.
    """
    found = [*_takes_away(migration), *_demands(migration)]
    if found and migration.contracts is not None and migration.down_revision in known:
        earlier = known[: known.index(migration.down_revision)]
        found = [] if migration.contracts in earlier else [f"contracts {migration.contracts}: too soon, or unknown"]
    return found + list(_stands_in_the_way(migration))


def _takes_away(migration: Migration) -> Iterator[str]:
    for call in migration.calls:
        name = name_of(call)
        if name not in TAKES_AWAY or text_of(call) in migration.made:
            continue
        sql = text_of(call) if name == "execute" else ""
        if not (name == "execute" and ADDS_ROWS.match(sql)):
            yield f"line {call.lineno}: {name}: an old server still uses what is there"


def _demands(migration: Migration) -> Iterator[str]:
    """What an old server's statements would not fulfil."""
    for call in migration.calls:
        name = name_of(call)
        if name == "Column" and _added(migration, call):
            if told(call, "nullable") is False and told(call, "server_default") is None:
                yield f"line {call.lineno}: Column {text_of(call)}: an old server leaves it empty"
            if told(call, "unique"):
                yield f"line {call.lineno}: Column {text_of(call)}: an old server knows of nothing unique"
        elif name in DEMANDS or (name == "create_index" and told(call, "unique")):
            table = text_of(call, 1)
            if table not in migration.made and not _inside(migration, call, "create_table"):
                yield f"line {call.lineno}: {name}: an old server does not keep to it"


def _added(migration: Migration, column: ast.Call) -> bool:
    return _inside(migration, column, "add_column")


def _inside(migration: Migration, call: ast.Call, outer: str) -> bool:
    """Whether it is written within a call of that name."""
    return any(name_of(other) == outer and call in ast.walk(other) for other in migration.calls)


def _stands_in_the_way(migration: Migration) -> Iterator[str]:
    """An index on a table in use is made without locking it, and first: what comes before it is committed with it."""
    begun = False
    for call in migration.calls:
        name = name_of(call)
        if name == "create_index" and text_of(call, 1) not in migration.made:
            yield f"line {call.lineno}: create_index: nobody can write meanwhile; take {ONLINE}"
        elif name == ONLINE and begun:
            yield f"line {call.lineno}: {ONLINE}: comes first, or a second try finds the rest done already"
        begun = begun or name in {"create_table", "add_column", "execute", "batch_alter_table"}
