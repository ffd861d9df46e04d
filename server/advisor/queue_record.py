"""What the queues of a branch have shown today beyond their class's rates: the last wait, and who goes before."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.branch import Branch
from server.domain.events import Event
from server.domain.ticket import Ticket

# Calls after which an answered or unanswered one counts a 1/e: about an hour of a busy queue.
REMEMBERED_CALLS = 30


@dataclass(slots=True)
class QueueRecord:
    """One queue today. `last_wait_s` of the last number called for the first time, at `last_call_at`;
    `gone` the share of first calls that nobody answered, of late, after `first_calls` of them."""

    issued: int = 0
    with_head_start: int = 0
    last_wait_s: float = 0.0
    last_call_at: datetime | None = None
    first_calls: int = 0
    gone: float = 0.0

    def answer(self, came: bool) -> None:
        """What became of a first call."""
        self.first_calls += 1
        self.gone += ((not came) - self.gone) / min(self.first_calls, REMEMBERED_CALLS)


class QueueRecords:
    """Feed it every event of the day in order; each costs O(1). `of` a queue that has seen nothing is empty."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._records: dict[str, QueueRecord] = {}

    def of(self, queue_id: str) -> QueueRecord:
        return self._records.setdefault(queue_id, QueueRecord())

    def apply(self, event: Event) -> None:
        """Counts one event."""
        if event.kind == "branch.day_started":
            self._records = {}
        if event.branch is not None:
            self._branch = event.branch
        if event.ticket is not None:
            self._ticket(event.kind, event.ticket, event.at)

    def _ticket(self, kind: str, ticket: Ticket, now: datetime) -> None:
        record = self.of(ticket.queue_id)
        if kind in ("ticket.issued", "ticket.transferred"):
            record.issued += 1
            record.with_head_start += self._branch.rules.head_start_s.get(ticket.segment, 0.0) > 0
        elif kind == "ticket.called" and not ticket.put_back:
            record.last_wait_s = (now - ticket.arrived_at).total_seconds()
            record.last_call_at = now
        elif kind == "ticket.started" and not ticket.put_back:
            record.answer(came=True)
        elif kind in ("ticket.returned", "ticket.no_show") and ticket.misses == 1:
            record.answer(came=False)
