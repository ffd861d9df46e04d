"""Which branches there are, by name, for whoever chooses between them; no hall is loaded for it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from server.storage.tables import branches


def branch_names(connection: Connection, only: Collection[str] | None = None) -> list[dict[str, Any]]:
    """[{"id", "name": {language: name}}] by id; `only` these, or all."""
    wanted = select(branches.c.id, branches.c.settings).order_by(branches.c.id)
    if only is not None:
        wanted = wanted.where(branches.c.id.in_(only))
    return [{"id": row.id, "name": row.settings["name"]} for row in connection.execute(wanted)]
