"""What is not as it was written, named so that somebody can go and look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A table, the row in it, and what is wrong, in plain words."""

    table: str
    row: str
    why: str

    def __str__(self) -> str:
        return f"{self.table}, {self.row}: {self.why}"


def unlike(table: str, row: str, found: Json, expected: Json, by: str) -> Iterator[Finding]:
    """One finding for each column that is not as it should be; `by` says according to what."""
    for name in expected:
        if name not in found or found[name] != expected[name]:
            yield Finding(table, row, f"{name} is {_short(found.get(name))}, and by {by} {_short(expected[name])}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
