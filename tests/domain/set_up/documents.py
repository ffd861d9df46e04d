"""Set-ups to begin with, and ways to change one place of them."""

from copy import deepcopy
from typing import Any

from server.demo.branch import source_branch, source_counters
from server.domain.set_up.document import document_of

Json = dict[str, Any]


def bank() -> Json:
    """The study's branch."""
    return document_of(source_branch(), source_counters())


def put(document: Json, path: str, value: Any) -> Json:
    """The same with another value there; `...` takes it away."""
    changed = deepcopy(document)
    *way, last = path.split(".")
    at: Any = changed
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    key: Any = int(last) if isinstance(at, list) else last
    if value is ...:
        del at[key]
    elif isinstance(at, list) and key == len(at):
        at.append(value)
    else:
        at[key] = value
    return changed
