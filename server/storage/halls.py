"""The hall as it is written down: loads one whole, and saves what a batch of commands changed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from server.domain.advice import advice_from
from server.domain.audience import whole
from server.domain.branch import Branch, branch_from
from server.domain.counter import Counter, counter_from
from server.domain.events import Event
from server.domain.hall import Call, Hall, QueueTally
from server.domain.ticket import Segment, State, Ticket
from server.storage.tables import HELD, branches, counters, events, tickets


class BranchNotFound(LookupError):
    """No such branch in this database."""


def load_hall(connection: Connection, branch_id: str) -> Hall:
    """The hall as of the last commit that this connection sees."""
    row = connection.execute(select(branches).where(branches.c.id == branch_id)).one_or_none()
    if row is None:
        raise BranchNotFound(branch_id)
    hall = _hall_from(branch_from(row.settings), row.epoch, row.last_seq, row.state)
    for found in connection.execute(
        select(counters).where(counters.c.branch_id == branch_id).order_by(counters.c.number)
    ):
        counter = _counter_from(found)
        hall.counters[counter.id] = counter
    for found in connection.execute(_held_tickets(branch_id, hall.business_day)):
        _hold(hall, _ticket_from(found))
    return hall


def _held_tickets(branch_id: str, day: date | None) -> Any:
    """Of that day: no other has any that are open, for they expire before it ends. Said in the words of the index,
    or SQLite would read all tickets that the branch ever had."""
    mine = tickets.c.branch_id == branch_id, tickets.c.business_day == day, text(HELD)
    return select(tickets).where(*mine).order_by(tickets.c.issued_at)


def _hold(hall: Hall, ticket: Ticket) -> None:
    hall.tickets[ticket.id] = ticket
    if ticket.state is State.WAITING:
        hall.line(ticket.queue_id)[ticket.id] = ticket
    elif ticket.at_counter and ticket.counter_id:
        hall.at_counter[ticket.counter_id] = ticket


def _ticket_from(row: Any) -> Ticket:
    known = dict(row._mapping)
    known["later_services"] = tuple(known["later_services"])
    known["segment"], known["state"] = Segment(known["segment"]), State(known["state"])
    return Ticket(**known)


def _counter_from(row: Any) -> Counter:
    known = dict(row._mapping)
    since = known.pop("since")
    counter = counter_from({**known, "since": None})
    return counter if since is None else Counter(**{**whole(counter), "since": since})


def state_of(hall: Hall) -> dict[str, Any]:
    """What the hall knows beside its tickets and counters, for the branch's row."""
    return {
        "last_at": hall.last_at,
        "business_day": hall.business_day,
        "day_seq": hall.day_seq,
        "tallies": {key: asdict(tally) for key, tally in hall.tallies.items()},
        "vip_credit": hall.vip_credit,
        "recent_calls": hall.recent_calls,
        "advices": hall.advices,
        "unscored": hall.unscored,
        "settled_at": hall.settled_at,
    }


def _hall_from(branch: Branch, epoch: str, seq: int, state: dict[str, Any]) -> Hall:
    hall = Hall(branch, epoch, seq)
    if not state:
        return hall
    when = datetime.fromisoformat
    hall.last_at = when(state["last_at"]) if state["last_at"] else None
    hall.business_day = date.fromisoformat(state["business_day"]) if state["business_day"] else None
    hall.day_seq = state["day_seq"]
    hall.tallies = {key: QueueTally(**tally) for key, tally in state["tallies"].items()}
    hall.vip_credit = state["vip_credit"]
    hall.recent_calls = [Call(**{**call, "at": when(call["at"])}) for call in state["recent_calls"]]
    hall.advices = {key: advice_from(advice) for key, advice in state["advices"].items()}
    hall.unscored = {key: advice_from(advice) for key, advice in state.get("unscored", {}).items()}
    hall.settled_at = {key: when(at) for key, at in state["settled_at"].items()}
    return hall


def save(connection: Connection, hall: Hall, news: list[Event]) -> None:
    """The events, and the new state of what they changed, in a few statements whatever their number."""
    if not news:
        return
    connection.execute(insert(events), [_event_row(event) for event in news])
    _save_tickets(connection, {e.ticket.id: e.ticket for e in news if e.ticket}.values())
    changed = {e.counter.id: e.counter for e in news if e.counter}
    if changed:
        connection.execute(_UPDATE_COUNTER, [_counter_row(counter) for counter in changed.values()])
    values: dict[str, Any] = {"last_seq": hall.seq, "state": state_of(hall)}
    if any(event.branch for event in news):
        values["settings"] = whole(hall.branch)
    connection.execute(update(branches).where(branches.c.id == hall.branch.id).values(values))


def _save_tickets(connection: Connection, changed: Iterable[Ticket]) -> None:
    """Those who left a counter first: two tickets never stand at one counter, not even between statements."""
    leaving = [t for t in changed if not t.at_counter]
    arriving = [t for t in changed if t.at_counter]
    if leaving:
        connection.execute(_upsert(connection.dialect.name), [whole(t) for t in leaving])
    if len(arriving) > 1:
        # Within one batch a ticket may have gone from one counter to another that its neighbour left for its own.
        ids = [t.id for t in arriving]
        connection.execute(update(tickets).where(tickets.c.id.in_(ids)).values(counter_id=None))
    if arriving:
        connection.execute(_upsert(connection.dialect.name), [whole(t) for t in arriving])


_FIXED = {"id", "visit_id", "branch_id", "business_day", "prefix", "serial", "step", "number"}


@cache
def _upsert(dialect: str) -> Any:
    """Made once: every commit needs it, and it is slow to make."""
    make: Any = sqlite_insert if dialect == "sqlite" else postgresql_insert
    statement = make(tickets)
    changing = {c.name: statement.excluded[c.name] for c in tickets.c if c.name not in _FIXED}
    return statement.on_conflict_do_update(index_elements=["id"], set_=changing)


_UPDATE_COUNTER = (
    update(counters)
    .where(counters.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("profile", "status", "staff_id", "staff_name", "since", "pause_reason")
        }
    )
)


def _counter_row(counter: Counter) -> dict[str, Any]:
    return {"key": counter.id} | {f"new_{name}": value for name, value in whole(counter).items()}


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "branch_id": event.branch_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor,
        "ticket_id": event.ticket.id if event.ticket else None,
        "body": whole(event),
    }
