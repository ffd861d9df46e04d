"""What the writer has done: how much at a time, how fast, what it refused, and what happened in the halls."""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from server.watch.histogram import Histogram
from server.watch.hops import batch_id, place_in_log
from server.watch.traces import Traces

log = logging.getLogger(__name__)

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Asked(Protocol):
    """A command on its way, as the writer holds it."""

    @property
    def command(self) -> Any: ...

    @property
    def origin(self) -> str | None: ...


Outcome = tuple[Asked, Any]  # the answer, or the refusal


class WriterWatch:
    """Only the writer's thread counts, but for `busy`, which is the event loop's."""

    def __init__(self) -> None:
        self.sizes = Histogram(SIZES)
        self.seconds = Histogram()
        self.refused: Counter[str] = Counter()  # by the code of the refusal
        self.busy = 0
        self.retries = 0
        self.failed = 0
        self.events: Counter[tuple[str, str, str]] = Counter()  # (branch, queue, class or device, kind)
        self.classes: dict[tuple[str, str], str] = {}  # (branch, queue) -> its class
        self.traces: Traces | None = None

    def committed(
        self, outcomes: Sequence[Outcome], happened: Mapping[str, tuple[Any, Sequence[Any]]], began: float
    ) -> None:
        """After a commit: every command with what became of it, and branch -> (the branch, its new events).

        `began` by `time.perf_counter`."""
        took = time.perf_counter() - began
        self.sizes.observe(len(outcomes))
        self.seconds.observe(took)
        for branch_id, (branch, events) in happened.items():
            self._count(branch_id, branch, events)
        for _, outcome in outcomes:
            if isinstance(outcome, Exception):
                self.refused[getattr(outcome, "code", "failed")] += 1
        if self.traces or log.isEnabledFor(logging.INFO):
            self._tell(outcomes, took)

    def _count(self, branch_id: str, branch: Any, events: Iterable[Any]) -> None:
        counts = self.events
        for event in events:
            if event.ticket is not None:
                key = event.ticket.queue_id
                if (branch_id, key) not in self.classes:
                    self.classes[branch_id, key] = str(branch.class_of(key))
            elif event.advice is not None:
                key = str(event.advice.counter_class)
            elif event.announcement is not None:
                key = event.announcement.device_id
            else:
                continue
            counts[branch_id, key, event.kind] += 1

    def _tell(self, outcomes: Sequence[Outcome], took: float) -> None:
        batch = batch_id()
        if self.traces:
            self.traces.committed(outcomes, batch, took)
        if log.isEnabledFor(logging.INFO):
            for asked, outcome in outcomes:
                log.info(*_line(asked, outcome), extra=_known(asked, outcome, batch, took))


def _line(asked: Asked, outcome: Any) -> tuple[str, ...]:
    return ("refused",) if isinstance(outcome, Exception) else ("committed",)


def _known(asked: Asked, outcome: Any, batch: str, took: float) -> dict[str, Any]:
    command, origin = asked.command, asked.origin
    known = {
        "request": origin,
        "batch": batch,
        "branch": command.branch_id,
        "action": command.action.__name__,
        "ms": round(took * 1000, 2),
    }
    if isinstance(outcome, Exception):
        return known | {"code": getattr(outcome, "code", "failed")}
    return known | {"log": place_in_log(command.branch_id, outcome["seq"])}
