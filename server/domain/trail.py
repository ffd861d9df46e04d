"""What the audit trail tells of, and in which words: the one place that decides it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from server.domain.events import Event
from server.domain.hall import Hall
from server.domain.set_up.document import document_of
from server.domain.ticket import Segment
from server.domain.words import LANGUAGES, say

INSTALLATION = "*"  # the chain of what belongs to no branch

# What changes who comes before whom, a setting, or what was advised. The log has it too; here is what was before.
OF_EVENTS = frozenset(
    {
        "ticket.transferred",
        "ticket.returned",
        "ticket.deferred",
        "counter.profiled",
        "branch.changed",
        "branch.set_up",
        "advice.accepted",
        "advice.dismissed",
    }
)
PRIORITY, BOOKED = "ticket.priority", "ticket.booked"  # issued with more than their turn
WORDS = {
    key.removeprefix("audit."): say(key) for key in next(iter(LANGUAGES.values())) if key.startswith("audit.")
}  # all that is told has its words here, by its own name


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, as the server knows them, and from which address."""

    kind: str
    id: str
    name: str = ""
    address: str = ""


SERVER = Who("server", "server")
UNKNOWN = Who("unknown", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `before` and `after` are whole states, as in events; None: it was not, or is no more."""

    branch_id: str
    who: Who
    what: str
    subject: str
    before: Any = None
    after: Any = None


class Noted(NamedTuple):
    """An event that is told in the trail, with the state that it found."""

    event: Event
    what: str
    before: Any


def note(hall: Hall, event: Event) -> Noted | None:
    """What the trail says of an event that is about to happen in the hall; None for the usual course of things."""
    kind = event.kind
    if kind == "ticket.issued":
        ticket = event.ticket
        if ticket is None or ticket.step > 1:
            return None  # the next service of a visit goes on with what was told
        if ticket.appointment_at is not None:
            return Noted(event, BOOKED, None)
        return None if ticket.segment is Segment.ORDINARY else Noted(event, PRIORITY, None)
    if kind not in OF_EVENTS:
        return None
    return Noted(event, kind, _before(hall, event))


def _before(hall: Hall, event: Event) -> Any:
    if event.ticket is not None:
        return hall.tickets.get(event.ticket.id)
    if event.counter is not None:
        return hall.counters.get(event.counter.id)
    if event.advice is not None:
        return hall.advices.get(event.advice.counter_class.value)
    if event.counters is not None:
        return document_of(hall.branch, hall.counters.values())
    return hall.branch


def entry_of(noted: Noted, who: Who) -> Entry:
    event = noted.event
    subject = event.ticket or event.counter or event.advice or event.branch
    assert subject is not None, "what is noted has a subject"
    after: Any = subject
    if event.counters is not None and event.branch is not None:
        after = document_of(event.branch, event.counters)  # as people set it up, and may set it up again
    return Entry(event.branch_id, who, noted.what, subject.id, noted.before, after)


def refused(branch_id: str, who: Who, operation: str, code: str, times: dict[str, Any]) -> Entry:
    """The door has said no, once or many times alike: `times` says how often, and from when to when."""
    return Entry(branch_id, who, "access.refused", operation, None, {"code": code, **times})


def signed_in(branch_id: str, who: Who, how: str) -> Entry:
    """Somebody has signed in, `how`: by password, badge, another system."""
    return Entry(branch_id, who, "access.signed_in", who.id, None, {"how": how})


def sign_in_refused(branch_id: str, who: Who, how: str, code: str) -> Entry:
    """Somebody wanted to be `who`, and was not let in."""
    return Entry(branch_id, who, "access.sign_in_refused", who.id, None, {"how": how, "code": code})
