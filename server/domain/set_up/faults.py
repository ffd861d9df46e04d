"""What is wrong with a set-up: where, by a code that never changes its meaning, and in words for the manager."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from server.domain.words import say

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` as in `services.2.queue`; a warning has the same shape."""

    path: str
    code: str
    params: Json = field(default_factory=dict)

    def as_dict(self) -> Json:
        words = say(f"set_up.fault.{self.code}", self.params)
        return {"path": self.path, "code": self.code, "params": self.params, "words": words}


def as_dicts(faults: Iterable[Fault]) -> list[Json]:
    return [fault.as_dict() for fault in faults]
