"""The manager sets the branch up anew, while people wait: as a whole, or not at all."""

import re
from datetime import datetime
from typing import Any

from server.actions.clock import withdrawn
from server.actions.decision import Actor, Decision
from server.domain.events import Change, because
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.set_up.changes import changes
from server.domain.set_up.document import document_of, version_of
from server.domain.set_up.faults import Fault, as_dicts
from server.domain.set_up.living import living_faults
from server.domain.set_up.reading import SetUp, read


def set_up(hall: Hall, actor: Actor, now: datetime, *, document: dict[str, Any], version: str) -> Decision:
    """What the document says, from now on. `version` is that of the set-up it was made from: who did not see what
    somebody else has changed meanwhile must look at it first."""
    present = document_of(hall.branch, hall.counters.values())
    if version != version_of(present):
        raise Refusal("set_up_changed")
    wanted = looked_at(hall, document, now)
    if wanted.faults:
        raise Refusal("set_up_faulty", count=len(wanted.faults), faults=as_dicts(wanted.faults))
    told = wanted.document
    answer = {"version": version_of(told), "document": told, "changes": changes(present, told)}
    if told == present:
        return Decision([], more=answer)
    furnished = Change("branch.set_up", branch=wanted.branch, counters=tuple(wanted.counters))
    return Decision([*_advice_that_falls(hall, wanted, now), furnished], more=answer)


def looked_at(hall: Hall, document: dict[str, Any], now: datetime) -> SetUp:
    """The set-up that the document means here and now, with all its faults, those of the living hall too."""
    held = {key for one in hall.tickets.values() for key in (one.queue_id, one.service_id, *one.later_services)}
    counters = list(hall.counters.values())
    wanted = read(document, hall.branch, counters, held | hall.tallies.keys())
    unread = [fault.path for fault in wanted.faults]
    living = [one for one in living_faults(hall, wanted, document, now) if not _hidden(one, unread)]
    return SetUp(wanted.branch, wanted.counters, [*wanted.faults, *living])


def _hidden(fault: Fault, unread: list[str]) -> bool:
    """Behind a fault of the document itself: what could not be read looks as if it had been taken away."""
    itself = ".".join(fault.path.split(".")[:2])
    nameless = re.compile(rf"{re.escape(fault.path)}(\.\d+(\.id|\.number)?)?|{re.escape(itself)}(\.id|\.number)?")
    return "" in unread or any(nameless.fullmatch(path) for path in unread)


def _advice_that_falls(hall: Hall, wanted: SetUp, now: datetime) -> list[Change]:
    """Advice about a counter, a queue or a class that is no more, or is another one now."""
    there = {(counter.id, counter.counter_class) for counter in wanted.counters}
    queues = {key for key, queue in wanted.branch.queues.items() if not queue.retired}
    why = because("set_up")
    return [
        Change("advice.withdrawn", advice=withdrawn(advice, now), reason=why)
        for advice in hall.advices.values()
        if advice.counter_class.value not in wanted.branch.policies
        or (advice.counter_id and (advice.counter_id, hall.counters[advice.counter_id].counter_class) not in there)
        or any(entry.queue_id not in queues for entry in advice.profile or ())
    ]
