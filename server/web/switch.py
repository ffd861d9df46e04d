"""A console changes its teller: by badge and PIN, at a console that is signed in, with the counter as it stands."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.responses import Response

from server.actions import teller
from server.actions.decision import Actor, Command, who_of
from server.domain.trail import UNKNOWN, Who, sign_in_refused, signed_in
from server.storage.badges import begin_pin_try, mark_of, pin_was_right
from server.storage.sessions import Session, end_sessions, open_session
from server.storage.staff import Person
from server.watch.hops import asking
from server.web.access import PERMISSIONS, bearer, may, rights_of
from server.web.allowance import address_of, allowances_of, charge, give_back, turn_of
from server.web.commands import as_json
from server.web.messages import Asked
from server.web.passwords import matches
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of
from server.web.sign_in import is_private
from server.web.signed_in import COOKIE, PAGE, page_word, reception_of
from server.web.skills import skills

router = APIRouter(tags=["staff"])

HOW = "badge"


class Switch(Asked):
    badge: Annotated[str, Field(min_length=1, max_length=64, repr=False)] = Field(examples=["0004711305"])
    pin: Annotated[str, Field(min_length=1, max_length=16, repr=False)] = Field(examples=["719360"])
    close_other: bool = Field(
        False, examples=[False], description="Close the other counter that they hold, where nobody is."
    )


class WhoIsThere(BaseModel):
    kind: str
    id: str
    name: str


class Switched(BaseModel):
    """`token`: what the page says from now on; `may`: the operations of whoever is there now."""

    token: str
    actor: WhoIsThere
    may: list[str]


@router.post("/branches/{branch}/switch", response_model=Switched)
async def switch(
    branch: str,
    asked: Switch,
    request: Request,
    actor: Actor = Depends(may("switch_teller")),
    using: Services = Depends(services),
) -> Response:
    """Whoever has the badge and the PIN takes over this console, its session, and what was held by who was there.

    The customer at the counter, the times and the queue stay as they are. Whether the badge or the PIN was wrong is
    not told, and takes as long.
    """
    session = await _here(request)
    person = await _recognised(request, asked, branch, session.id)
    role = person.role_in(branch)
    who = Who(role or "staff", person.id, person.name, address_of(request.scope))
    auditor = request.app.state.auditor
    if role is None or role not in PERMISSIONS["screen_teller"]:
        auditor.tell(sign_in_refused(branch, who, HOW, "may_not_serve"))
        raise Problem(403, "may_not_serve", {"name": person.name})
    newcomer = Actor("teller", person.id, person.name, who.address)  # by a badge nobody is more
    await _hand_over(using, branch, newcomer, actor.id, asked.close_other)
    secret = await _take_seat(request, session, newcomer)
    auditor.tell(signed_in(branch, who, HOW))
    there = {"kind": newcomer.kind, "id": person.id, "name": person.name}
    response = as_json({"token": page_word(secret, branch), "actor": there, "may": rights_of(newcomer.kind, HOW)})
    response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=is_private(request))
    # Once the page knows its new word: else its socket would be closed before it could open another.
    response.background = BackgroundTask(request.app.state.access_changed)
    return response


async def _here(request: Request) -> Session:
    """The session of this console: badge and PIN are worth nothing to whoever is not at one."""
    secret = request.cookies.get(COOKIE, "")
    found = await reception_of(request).signed_in(secret, address_of(request.scope)) if secret else None
    if found is None or not (bearer(request) or "").startswith(PAGE):
        raise Problem(403, "only_at_console")
    return found.session


async def _recognised(request: Request, asked: Switch, branch: str, session: str) -> Person:
    """Whose badge and PIN they are; or the Problem that says so little of it."""
    address, writing = address_of(request.scope), writing_of(request)
    charge(request, session)
    async with turn_of(request):
        seal = request.app.state.seal
        person, pin, wait_s = await asyncio.to_thread(begin_pin_try, writing, asked.badge, now(), address, seal)
        if person is None and not wait_s:  # else whatever has to wait would be somebody's badge
            wait_s = allowances_of(request).tries.begin(f"badge {mark_of(asked.badge)}", now())
        if wait_s:
            raise Problem(429, "pin_wait", {"seconds": int(wait_s) + 1})
        is_right = await matches(pin, asked.pin)
    if person is None or not is_right:
        who = Who("staff", person.id, person.name, address) if person else replace(UNKNOWN, address=address)
        request.app.state.auditor.tell(sign_in_refused(branch, who, HOW, "switch_failed"))
        raise Problem(401, "switch_failed")
    await asyncio.to_thread(pin_was_right, writing, person, address)
    give_back(request, session)
    return person


async def _hand_over(using: Services, branch: str, newcomer: Actor, staff_id: str, close_other: bool) -> None:
    """First, and alone: where the hall says no, whoever is there stays signed in and may ask again."""
    may_serve = await skills(using.reader, newcomer.id, branch)
    arguments = {"staff_id": staff_id, "services": may_serve, "close_other": close_other}
    await using.writer.ask(Command(branch, newcomer, teller.hand_over, arguments), asking())


async def _take_seat(request: Request, session: Session, newcomer: Actor) -> str:
    """A new session in place of the one before, which ends for every server; its secret. It lasts no longer: a badge
    and a few digits do not spare anybody the password of the day."""
    writing, agent = writing_of(request), request.headers.get("user-agent", "")
    seat = writing, newcomer.id, newcomer.address, agent, now(), HOW
    opening = partial(open_session, *seat, until=session.ends_at)
    secret = await asyncio.to_thread(opening)
    ending = partial(end_sessions, writing, now(), session_id=session.id, who=who_of(newcomer))
    await asyncio.to_thread(ending)
    return secret
