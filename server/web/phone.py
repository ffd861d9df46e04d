"""One ticket on its customer's phone: how it stands, a little more time, and goodbye."""

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.actions import phone
from server.actions.decision import Action, Actor
from server.domain.refusals import Refusal
from server.live.phone_view import phone_view, sight_of, ticket_of
from server.live.place import Place
from server.live.push_message import Address, raw
from server.live.pushes import Pushes
from server.web.access import may
from server.web.commands import COMMAND, Press, as_json, perform, pressing
from server.web.messages import Nothing
from server.web.phone_messages import PhoneAnswer, PhoneView, PushAnswer, Subscription
from server.web.problems import Problem, preferred
from server.web.services import Services, services

router = APIRouter(tags=["phone"])


@router.get("/phone", response_model=PhoneView)
async def own_ticket(actor: Actor = Depends(may("see_own_ticket")), using: Services = Depends(services)) -> Response:
    """The ticket whose id is the token, or what its visit has come to."""
    return as_json(view_of(using, await using.hub.place(branch_of(actor)), actor.id))


@router.post("/phone/more-time", response_model=PhoneAnswer, openapi_extra=COMMAND)
async def more_time(asked: Nothing | None = None, press: Press = Depends(pressing("more_time"))) -> Response:
    """A few others first, once for each ticket; whoever is on the way to the counter is not missed for it."""
    return await _done(press, phone.more_time, "deferred")


@router.post("/phone/leave", response_model=PhoneAnswer, openapi_extra=COMMAND)
async def leave(asked: Nothing | None = None, press: Press = Depends(pressing("leave"))) -> Response:
    """The number is given back."""
    return await _done(press, phone.leave, "cancelled")


@router.post("/phone/push", response_model=PushAnswer, openapi_extra=COMMAND)
async def subscribe(asked: Subscription, request: Request, press: Press = Depends(pressing("be_told"))) -> Response:
    """This browser is told of the ticket's calls with the page closed too, in the language of the request. Kept by
    the server process in its memory, until the visit is over or the server is started anew."""
    pushes = _pushes(press.using)
    address = _address(asked)
    if address is None or not pushes.serves(address):
        raise Problem(422, "push_not_possible")
    place = await press.using.hub.place(press.branch_id)
    lang = preferred(request.headers.get("accept-language", ""))
    return as_json({"told": pushes.subscribe(place, press.actor.id, address, lang)})


@router.delete("/phone/push", response_model=PushAnswer)
async def unsubscribe(actor: Actor = Depends(may("be_told")), using: Services = Depends(services)) -> Response:
    """The ticket's calls are pushed to nobody any more."""
    if using.hub.pushes is not None:
        using.hub.pushes.unsubscribe(branch_of(actor), actor.id)
    return as_json({"told": False})


def _pushes(using: Services) -> Pushes:
    if using.hub.pushes is None:
        raise Problem(409, "push_off")
    return using.hub.pushes


def _address(asked: Subscription) -> Address | None:
    """None where the keys are not what a browser gives."""
    try:
        address = Address(asked.endpoint, raw(asked.keys.p256dh), raw(asked.keys.auth))
    except ValueError:
        return None
    return address if len(address.public_key) == 65 and len(address.auth) == 16 else None


async def _done(press: Press, action: Action, move: str) -> Response:
    """The command, and the view after it: as it is now, also where an answer is given a second time."""
    using = press.using
    try:
        answer = await perform(press, action, {}, {"ticket_id": press.actor.id})
    except Refusal as refused:
        if refused.code == "ticket_not_found":
            raise await _why_not(press, move) from refused
        raise
    seq = orjson.loads(answer.body)["seq"]
    place = await _reached(using, press.branch_id, seq)
    return as_json({"seq": seq, "view": view_of(using, place, press.actor.id)})


async def _reached(using: Services, branch_id: str, seq: int) -> Place:
    """The branch, no earlier than the command that has just been written."""
    place = await using.hub.place(branch_id)
    if place.hall.seq < seq:
        await using.hub.catch_up(branch_id)
    return await using.hub.place(branch_id)


async def _why_not(press: Press, move: str) -> Refusal:
    """A ticket that has left the hall has not become unknown to whoever holds its paper."""
    place = await press.using.hub.place(press.branch_id)
    await press.using.hub.catch_up(press.branch_id)
    ticket = ticket_of(place, press.actor.id, press.using.clock.now())
    if ticket is None:
        return Refusal("ticket_not_found")
    return Refusal("move_not_allowed", number=ticket.number, state=ticket.state.value, move=move)


def branch_of(actor: Actor) -> str:
    return actor.id.split(".", 1)[0]


def view_of(using: Services, place: Place, visit_id: str) -> dict[str, object]:
    now = using.clock.now()
    ticket = ticket_of(place, visit_id, now)
    if ticket is None:
        raise Problem(401, "unauthorized")
    return phone_view(sight_of(place, ticket, now), place.hall.seq, now, using.hub.phones.push_key)
