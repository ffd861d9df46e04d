"""What is personal over HTTP: noted with a ticket, seen by who serves it, and found, handed out or erased."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.domain.hall import Hall
from server.domain.personal import Personal
from server.domain.refusals import Refusal
from server.domain.ticket import State, Ticket
from server.storage.database import DatabaseError
from server.storage.personal import Found
from server.web.access import branch_in, may
from server.web.commands import as_json
from server.web.persons_messages import (
    ErasedAnswer,
    ErasePersons,
    FindPerson,
    FoundAnswer,
    NotedAnswer,
    PersonAnswer,
    PersonNoted,
)
from server.web.problems import Problem
from server.web.services import Services, services

router = APIRouter(tags=["customers"])
T = TypeVar("T")


@router.put("/tickets/{ticket}/person", response_model=NotedAnswer)
async def note_person(
    ticket: str,
    asked: PersonNoted,
    actor: Actor = Depends(may("note_person")),
    using: Services = Depends(services),
) -> Response:
    """Who a ticket is for, in place of what was noted before; with nothing in it, nobody. The same twice is the same
    once, so it needs no key."""
    _, held = await _held(using, ticket)
    return as_json({"erase_on": await noted(using, held, asked.personal(), actor)})


@router.get("/tickets/{ticket}/person", response_model=PersonAnswer)
async def see_person(
    ticket: str,
    actor: Actor = Depends(may("see_person")),
    using: Services = Depends(services),
) -> Response:
    """Who a ticket is for, for the teller who calls, serves or has parked it, and for who manages. The audit trail
    is told who looked."""
    hall, held = await _held(using, ticket)
    if not (actor.manages or _is_at_their_counter(hall, held, actor)):
        await using.hub.catch_up(hall.branch.id)  # they may just have been called, by another process
        held = hall.ticket(ticket)
        if not _is_at_their_counter(hall, held, actor):
            raise Refusal("not_your_ticket", number=held.number)
    return as_json({"person": await in_thread(lambda: using.personal.see(held, who_of(actor)))})


@router.post("/branches/{branch}/customers/find", response_model=FoundAnswer)
async def find(
    branch: str,
    asked: FindPerson,
    actor: Actor = Depends(may("find_person")),
    using: Services = Depends(services),
) -> Response:
    """All tickets of one customer that are still known as theirs. In the body, for addresses are kept in logs."""
    return as_json({"found": await _found(using, branch, asked, actor)})


@router.post("/branches/{branch}/customers/export", response_model=FoundAnswer)
async def export(
    branch: str,
    asked: FindPerson,
    actor: Actor = Depends(may("find_person")),
    using: Services = Depends(services),
) -> Response:
    """The same as a file, for the customer who asks what is kept of them."""
    answer = as_json({"found": await _found(using, branch, asked, actor, exporting=True)})
    answer.headers["Content-Disposition"] = 'attachment; filename="customer.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/branches/{branch}/customers/erase", response_model=ErasedAnswer)
async def erase(
    branch: str,
    asked: ErasePersons,
    actor: Actor = Depends(may("find_person")),
    using: Services = Depends(services),
) -> Response:
    """What is known of whoever had these tickets goes, at once; the tickets stay, without a name. Twice is once."""
    return as_json({"erased": await in_thread(lambda: using.personal.erase(branch, asked.tickets, who_of(actor)))})


async def noted(
    using: Services, ticket: Ticket, person: Personal, actor: Actor, *, again: bool = False
) -> date | None:
    """Until when it is kept; None where there is nothing to keep. `again`: by a retry, which makes sure of what a
    server that went away in between has not noted, and changes nothing else."""
    place = await using.hub.place(ticket.branch_id)
    branch, now = place.hall.branch, using.clock.now()
    note = using.personal.note_late if again else using.personal.note
    return await in_thread(lambda: note(branch, ticket, person, now, who_of(actor)))


async def in_thread(work: Callable[[], T]) -> T:
    """A database that is away is no fault of who asked."""
    try:
        return await asyncio.to_thread(work)
    except DatabaseError as error:
        raise Problem(503, "unavailable") from error


async def _held(using: Services, ticket_id: str) -> tuple[Hall, Ticket]:
    """A ticket of today that is not over; one that another process has just issued is looked for in the log."""
    branch_id = branch_in({"ticket": ticket_id}) or ""
    place = await using.hub.place(branch_id)
    if ticket_id not in place.hall.tickets:
        await using.hub.catch_up(branch_id)
    return place.hall, place.hall.ticket(ticket_id)


def _is_at_their_counter(hall: Hall, ticket: Ticket, actor: Actor) -> bool:
    counter = hall.counters.get(ticket.counter_id or "")
    here = ticket.at_counter or ticket.state is State.PARKED
    return here and counter is not None and counter.staff_id == actor.id


async def _found(
    using: Services, branch: str, asked: FindPerson, actor: Actor, *, exporting: bool = False
) -> list[Found]:
    kind, text = asked.by
    return await in_thread(lambda: using.personal.find(branch, kind, text, who_of(actor), exporting=exporting))
