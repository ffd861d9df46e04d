"""The hall as it is written down: loads one whole, and saves what a batch of commands changed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select, text, update

from server.domain.advice import advice_from
from server.domain.announcement import announcement_from
from server.domain.audience import whole
from server.domain.block import block_from
from server.domain.branch import Branch, branch_from
from server.domain.counter import Counter, counter_from
from server.domain.device import device_from
from server.domain.events import Event
from server.domain.hall import Call, Hall, QueueTally
from server.domain.ticket import Segment, State, Ticket
from server.storage.rows import Logged, Reached, Taken, Writing, rows_for, text_of
from server.storage.tables import HELD, branches, counters, tickets
from server.storage.trail_line import lines_of
from server.storage.upsert import insert_into


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
        _hold(hall, ticket_from_row(found))
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


def ticket_from_row(row: Any) -> Ticket:
    """A ticket from its row of the table."""
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
        "blocks": hall.blocks,
        "devices": hall.devices,
        "announcements": hall.announcements,
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
    for name, read in (("blocks", block_from), ("devices", device_from), ("announcements", announcement_from)):
        setattr(hall, name, {key: read(one) for key, one in state.get(name, {}).items()})
    return hall


def save(connection: Connection, written: Iterable[tuple[Hall, list[Event]]], writing: Writing) -> None:
    """The events of each hall and the new state of what they changed, with what else is in `writing`: in a few
    statements whatever their number."""
    for hall, news in written:
        if news:
            _add(connection, hall, news, writing)
    if writing.reached or writing.answers:
        rows_for(connection).write(connection, writing)


def _add(connection: Connection, hall: Hall, news: list[Event], writing: Writing) -> None:
    taken = writing.taken.get(hall.branch.id) or _as_taken(connection, hall)
    head, trail = taken.head, taken.trail
    for event in news:
        body = orjson.dumps(event)
        head = head.to(body)
        writing.events.append(Logged(event, body, head.hash))
    noted = writing.noted.get(hall.branch.id)
    if noted:
        lines, trail = lines_of(trail, noted, datetime.now(UTC))
        writing.trail += lines
    _add_tickets(connection, [event.ticket for event in news if event.ticket], writing)
    changed = {e.counter.id: e.counter for e in news if e.counter}
    if changed:
        connection.execute(_UPDATE_COUNTER, [_counter_row(counter) for counter in changed.values()])
    if any(event.counters is not None for event in news):
        _furnish(connection, hall)
    if any(event.branch for event in news):
        settings = {"settings": whole(hall.branch)}
        connection.execute(update(branches).where(branches.c.id == hall.branch.id).values(settings))
    reached = Reached(hall.branch.id, hall.seq, text_of(state_of(hall)), str(head), str(trail))
    writing.reached.append(reached)


def _as_taken(connection: Connection, hall: Hall) -> Taken:
    """For who writes without the writer: where the branch stands."""
    return rows_for(connection).take_branches(connection, [hall.branch.id])[hall.branch.id]


def _add_tickets(connection: Connection, states: list[Ticket], writing: Writing) -> None:
    changed = {ticket.id: ticket for ticket in states}
    come = [t for t in changed.values() if t.at_counter]
    writing.left += [t for t in changed.values() if not t.at_counter]
    writing.come += come
    if len(come) > 1 and len(states) > len(changed):
        # Within one batch a ticket may have gone from one counter to another that its neighbour left for its own.
        ids = [t.id for t in come]
        connection.execute(update(tickets).where(tickets.c.id.in_(ids)).values(counter_id=None))


def _furnish(connection: Connection, hall: Hall) -> None:
    """The counters as they are after a set-up: some new, some gone, some of another class."""
    rows = [whole(counter) for counter in hall.counters.values()]
    mine = counters.c.branch_id == hall.branch.id
    connection.execute(delete(counters).where(mine, counters.c.id.not_in([row["id"] for row in rows])))
    put = insert_into(connection, counters)
    changing = {name: put.excluded[name] for name in rows[0] if name not in {"id", "branch_id"}}
    connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=changing), rows)


_UPDATE_COUNTER = (
    update(counters)
    .where(counters.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("profile", "status", "staff_id", "staff_name", "since", "pause_reason", "services")
        }
    )
)


def _counter_row(counter: Counter) -> dict[str, Any]:
    return {"key": counter.id} | {f"new_{name}": value for name, value in whole(counter).items()}
