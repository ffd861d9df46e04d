"""Set-ups to begin with, one file each: a branch that is new is one of these with a name of its own."""

import json
from importlib.resources import files
from typing import Any

ORDER = ("bank", "small", "hall")


def templates() -> list[dict[str, Any]]:
    """[{id, name, about, document}]; the documents lack what only the branch knows: its id."""
    return [_read(key) for key in ORDER]


def _read(key: str) -> dict[str, Any]:
    return {"id": key, **json.loads((files(__name__) / f"{key}.json").read_text(encoding="utf-8"))}
