"""What became of each call at every output, until all have answered: one word for the server."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from display.announcements import Note, Outcome
from display.place import CallOut

MOST_OPEN = 1000


@dataclass(frozen=True, slots=True)
class Announcement:
    """As the server is told: made if any output made it."""

    call: CallOut
    outcome: Outcome
    by: tuple[str, ...]
    note: str


@dataclass(slots=True)
class _Open:
    call: CallOut
    missing: set[str]  # names of outputs
    made: set[str] = field(default_factory=set)  # kinds
    notes: list[tuple[str, Outcome, str]] = field(default_factory=list)


class Ledger:
    def __init__(self) -> None:
        self._open: OrderedDict[int, _Open] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def expect(self, call: CallOut, outputs: Iterable[str]) -> None:
        self._open[call.seq] = _Open(call, set(outputs))
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    def settle(self, output: str, kind: str, note: Note) -> Announcement | None:
        """The whole, once the last output has said what became of the call."""
        found = self._open.get(note.call.seq)
        if found is None or output not in found.missing:
            return None
        found.missing.discard(output)
        found.notes.append((kind, note.outcome, note.why))
        if note.outcome == "made":
            found.made.add(kind)
        if found.missing:
            return None
        del self._open[note.call.seq]
        return _whole(found)


def _whole(found: _Open) -> Announcement:
    why = sorted({f"{kind}: {why}" for kind, outcome, why in found.notes if outcome != "made"})
    outcome: Outcome = "made"
    if not found.made:
        outcome = "failed" if any(outcome == "failed" for _, outcome, _ in found.notes) else "dropped"
    kinds = found.made or {kind for kind, _, _ in found.notes}
    return Announcement(found.call, outcome, tuple(sorted(kinds, reverse=True)), "; ".join(why)[:200])
