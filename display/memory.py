"""What a display keeps over its own restart: its place in the log, what it has announced, what it has yet to tell."""

import json
import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from display.place import Remembered
from display.post import Letter

log = logging.getLogger(__name__)

SETTLED_KEPT = 2000


@dataclass(slots=True)
class Memory:
    """One small JSON file, replaced as a whole."""

    file: Path
    place: Remembered | None = None
    settled: OrderedDict[int, None] = field(default_factory=OrderedDict)  # seqs after `place` that were announced
    letters: list[Letter] = field(default_factory=list)

    def settle(self, seq: int) -> None:
        self.settled[seq] = None
        while len(self.settled) > SETTLED_KEPT:
            self.settled.popitem(last=False)

    def keep(self, place: Remembered | None, letters: Iterable[Letter]) -> None:
        """`place`: all calls up to it are announced or dropped, but for none. A full disk is told, and lived with."""
        if place is not None:
            self.place = place
            for seq in [seq for seq in self.settled if seq <= place.seq]:
                del self.settled[seq]
        self.letters = list(letters)
        told: dict[str, Any] = {
            "place": {**asdict(self.place), "at": self.place.at.isoformat()} if self.place else None,
            "settled": list(self.settled),
            "letters": [{"path": letter.path, "body": letter.body, "key": letter.key} for letter in self.letters],
        }
        part = self.file.with_suffix(".part")
        try:
            part.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
            part.replace(self.file)
        except OSError as error:
            log.warning("what was announced cannot be kept over a restart: %s", error)


def recall(file: Path) -> Memory:
    """What the file holds; an empty memory where there is none, or none that can be read."""
    memory = Memory(file)
    try:
        told = json.loads(file.read_text("utf-8"))
        if told["place"] is not None:
            at = datetime.fromisoformat(told["place"]["at"])
            memory.place = Remembered(**{**told["place"], "at": at})
        memory.settled = OrderedDict.fromkeys(int(seq) for seq in told["settled"])
        memory.letters = [Letter(**letter) for letter in told["letters"]]
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read, this display begins anew: %s", file, error)
        return Memory(file)
    return memory
