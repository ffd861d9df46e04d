"""What the clients of a run saw: only ever added to, so that nobody can tidy it up before it is checked."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One intent, sent with one key until it is answered. `about` is the counter's id, or the ticket's."""

    key: str
    actor: str  # as the log names them: `teller:desk-1`
    kind: str  # take open call-next start finish no-show park resume transfer
    about: str
    body: Json


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back for a key: 2xx with the answer, 4xx with the refusal. 5xx is no answer: it was tried again."""

    key: str
    status: int
    body: Json


@dataclass(frozen=True, slots=True)
class Heard:
    """A display's line was `opened` (at which place), brought a `frame`, or was `lost`."""

    display: str
    what: str
    body: Json


@dataclass(slots=True)
class Record:
    asked: list[Asked] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    cut_off: int = 0  # tries that ended without any answer
    put_off: int = 0  # tries that were answered with 5xx

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Self:
        found = json.loads(path.read_text())
        return cls(
            [Asked(**one) for one in found["asked"]],
            [Answered(**one) for one in found["answered"]],
            [Heard(**one) for one in found["heard"]],
            found["cut_off"],
            found["put_off"],
        )
