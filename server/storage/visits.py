"""The tickets of single visits, wherever they are by now: in their table, or in a day that was put away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, select

from server.domain.branch import branch_from
from server.domain.ticket import Ticket
from server.domain.visit import MOST_STEPS, step_id
from server.storage.days import events_of, find_day
from server.storage.halls import ticket_from_row
from server.storage.tables import branches, tickets

A_DAY = 1_000_000  # more events than any business day has
MOST_NAMED = 5_000  # a statement takes so many values at most


def tickets_of(connection: Connection, branch_id: str, visits: Mapping[str, datetime]) -> dict[str, list[Ticket]]:
    """visit -> its tickets, in their order. `visits`: each with some time of its own business day."""
    ids = [step_id(visit, step) for visit in visits for step in range(1, MOST_STEPS + 1)]
    mine = tickets.c.branch_id == branch_id, tickets.c.id.in_(ids)
    found: dict[str, list[Ticket]] = {}
    for row in connection.execute(select(tickets).where(*mine).order_by(tickets.c.step)):
        found.setdefault(row.visit_id, []).append(ticket_from_row(row))
    gone = {visit: at for visit, at in visits.items() if visit not in found}
    return found | _put_away(connection, branch_id, gone) if gone else found


def numbers_of(connection: Connection, branch_id: str, ticket_ids: Iterable[str]) -> dict[str, str]:
    """ticket id -> its number, of those whose days are not put away yet."""
    ids = list(islice(ticket_ids, MOST_NAMED))
    if not ids:
        return {}
    mine = tickets.c.branch_id == branch_id, tickets.c.id.in_(ids)
    return {row.id: row.number for row in connection.execute(select(tickets.c.id, tickets.c.number).where(*mine))}


def _put_away(connection: Connection, branch_id: str, visits: Mapping[str, datetime]) -> dict[str, list[Ticket]]:
    """As the events of their days left them."""
    settings = connection.execute(select(branches.c.settings).where(branches.c.id == branch_id)).scalar_one()
    branch = branch_from(settings)
    last: dict[str, dict[str, Ticket]] = {}
    for day in sorted({branch.business_day(at) for at in visits.values()}):
        logged = find_day(connection, branch_id, day)
        for event in events_of(connection, branch_id, logged, 0, A_DAY) if logged else ():
            if event.ticket is not None and event.ticket.visit_id in visits:
                last.setdefault(event.ticket.visit_id, {})[event.ticket.id] = event.ticket
    return {visit: sorted(steps.values(), key=lambda one: one.step) for visit, steps in last.items()}
