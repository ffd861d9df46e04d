"""Tickets over HTTP: taken at the kiosk, and moved through their life at a counter."""

import base64
import os

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions import customer, teller
from server.actions.decision import Action
from server.domain.ticket import ticket_from
from server.web.access import PERMISSIONS
from server.web.commands import COMMAND, Press, perform, pressing
from server.web.messages import Answer, Nothing, Resume, Transfer
from server.web.persons import in_thread, noted
from server.web.problems import Problem
from server.web.ticket_messages import TakeTicket

router = APIRouter(tags=["tickets"])

_noise = bytearray()


def fresh_id() -> str:
    """Sixteen letters that nobody can guess. The system is asked for many at a time: each question lets another
    thread run, and may have to wait for it."""
    if len(_noise) < 12:
        _noise.extend(os.urandom(12 * 128))
    taken = bytes(_noise[-12:])
    del _noise[-12:]
    return base64.urlsafe_b64encode(taken).decode("ascii")


@router.post("/branches/{branch}/tickets", status_code=201, response_model=Answer, openapi_extra=COMMAND)
async def take_ticket(
    branch: str,
    asked: TakeTicket,
    press: Press = Depends(pressing("take_ticket")),
) -> Response:
    """A number, the people ahead of it, and an honest range for the wait."""
    kind = press.actor.kind
    if asked.appointment_at is not None and kind not in PERMISSIONS["book_appointment"]:
        raise Problem(403, "forbidden", {"kind": kind})
    place = await press.using.hub.place(branch)
    arguments = {
        **asked.model_dump(exclude={"person"}),
        "ticket_id": f"{branch}.{fresh_id()}",
        "outlooks": place.outlooks(press.using.clock.now()),
    }
    person = asked.person.personal() if asked.person else None
    said = asked.model_dump(mode="json", exclude={"person"})
    if not person:
        return await perform(press, customer.take_ticket, said, arguments, 201)
    # What is kept of the question is a hash, and that of a telephone number is soon guessed: a keyed one is not.
    said["person"] = await in_thread(lambda: press.using.personal.fingerprint(person, press.key))
    answer = await perform(press, customer.take_ticket, said, arguments, 201)
    ticket = ticket_from(orjson.loads(answer.body)["ticket"])
    await noted(press.using, ticket, person, press.actor, again=ticket.id != arguments["ticket_id"])
    return answer


def _simple(path: str, operation: str, action: Action, summary: str) -> None:
    """A key without arguments, pressed for one ticket."""

    async def press(
        ticket: str,
        asked: Nothing | None = None,
        press: Press = Depends(pressing(operation)),
    ) -> Response:
        return await perform(press, action, {}, {"ticket_id": ticket})

    router.add_api_route(
        f"/tickets/{{ticket}}/{path}",
        press,
        methods=["POST"],
        response_model=Answer,
        openapi_extra=COMMAND,
        summary=summary,
        operation_id=f"ticket_{operation}",
    )


_simple("recall", "recall", teller.recall, "Call the same number again")
_simple("start", "start", teller.start, "The customer is here: service begins")
_simple("finish", "finish", teller.finish, "Service is finished")
_simple("no-show", "no_show", teller.no_show, "Nobody came: back a few places, or missed for good")
_simple("park", "park", teller.park, "The customer steps aside and keeps the place here")
_simple("return", "return", teller.return_to_queue, "Back to the queue with a promise, or taken on again")
_simple("cancel", "cancel", customer.cancel, "The customer gives the number back")


@router.post("/tickets/{ticket}/resume", response_model=Answer, openapi_extra=COMMAND)
async def resume(
    ticket: str,
    asked: Resume | None = None,
    press: Press = Depends(pressing("resume")),
) -> Response:
    """The parked customer is back at the counter."""
    said = (asked or Resume()).model_dump()
    return await perform(press, teller.resume, said, {"ticket_id": ticket, **said})


@router.post("/tickets/{ticket}/transfer", response_model=Answer, openapi_extra=COMMAND)
async def transfer(
    ticket: str,
    asked: Transfer,
    press: Press = Depends(pressing("transfer")),
) -> Response:
    """Sent on to another queue; the number and the time waited so far stay."""
    said = asked.model_dump()
    return await perform(press, teller.transfer, said, {"ticket_id": ticket, **said})
