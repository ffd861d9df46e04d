"""Signing in and out, and the one-time link by which a person chooses a password."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.domain.trail import INSTALLATION, UNKNOWN, Who, sign_in_refused
from server.storage.database import Database
from server.storage.sessions import end_sessions, open_session
from server.storage.staff import EVERY_BRANCH, Person, begin_try, choose_password, invited, succeeded
from server.web.access import PERMISSIONS
from server.web.allowance import address_of, allowances_of, too_many
from server.web.commands import as_json
from server.web.messages import Asked, Line
from server.web.pages import STAFF_SCREENS
from server.web.passwords import LEAST_ALONE, hash_of, matches, weakness
from server.web.problems import Problem
from server.web.services import Services, services
from server.web.signed_in import COOKIE, reception_of

router = APIRouter(tags=["people"])

Secret = Annotated[str, Field(min_length=1, max_length=1024, repr=False)]


class SignIn(Asked):
    login: Annotated[Line, Field(min_length=1, max_length=120)] = Field(examples=["li.wei"])
    password: Secret = Field(examples=["verandah kettle ostrich Tuesday"])


class Link(Asked):
    secret: Secret = Field(description="What follows the # in the link.", examples=["k-nOk0No7zU_vEz-nIC3ZjwE"])


class ChoosePassword(Link):
    password: Secret = Field(examples=["verandah kettle ostrich Tuesday"])


class Invited(BaseModel):
    """Whose link it is. `least` is how many characters a password must have."""

    name: str
    login: str
    least: int


class SignedInAs(BaseModel):
    """`screens`: where this person's work is, the first one first."""

    name: str
    roles: dict[str, str]
    screens: list[str]


class SignedOut(BaseModel):
    """`was_in`: whether there was a session to end."""

    was_in: bool


@router.post("/sign-in", response_model=SignedInAs)
async def sign_in(asked: SignIn, request: Request, using: Services = Depends(services)) -> Response:
    """Sets the cookie of a session. Whether the login or the password was wrong is not told, and takes as long."""
    same_site(request)
    guesses, address = allowances_of(request).guesses, address_of(request.scope)
    if wait_s := guesses.wait_s(address):  # each name waits by itself: one guess at each of a thousand names does not
        raise too_many(wait_s)
    writing = _writing(request)
    person, wait_s = await asyncio.to_thread(begin_try, writing, asked.login, _now(), _address(request))
    if wait_s:
        raise Problem(429, "sign_in_wait", {"seconds": int(wait_s) + 1})
    if not await matches(person.password if person else None, asked.password) or person is None:
        guesses.spend(address)
        _tell_of_refusal(request, person)
        raise Problem(401, "sign_in_failed")
    await asyncio.to_thread(succeeded, writing, person, _address(request))
    return await _welcome(request, person)


def _tell_of_refusal(request: Request, person: Person | None) -> None:
    """Of whoever has such a login. What nobody has may be a password that was typed in the wrong place: it is told
    nowhere."""
    address = _address(request)
    who = Who("staff", person.id, person.name, address) if person else replace(UNKNOWN, address=address)
    request.app.state.auditor.tell(sign_in_refused(INSTALLATION, who, "password", "sign_in_failed"))


@router.post("/sign-out", response_model=SignedOut)
async def sign_out(request: Request) -> Response:
    """Ends this browser's session for every server, if it has one."""
    same_site(request)
    secret = request.cookies.get(COOKIE, "")
    found = await reception_of(request).signed_in(secret, address_of(request.scope)) if secret else None
    if found is not None:
        who = Who("staff", found.person.id, found.person.name, _address(request))
        ending = partial(end_sessions, _writing(request), _now(), session_id=found.session.id, who=who)
        await asyncio.to_thread(ending)
    response = as_json({"was_in": found is not None})
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


@router.post("/set-up/look", response_model=Invited)
async def look_at_link(asked: Link, using: Services = Depends(services)) -> Response:
    """For whom a one-time link is."""
    person = await asyncio.to_thread(_invited, using.reader, asked.secret)
    return as_json({"name": person.name, "login": person.login, "least": LEAST_ALONE})


@router.post("/set-up", response_model=SignedInAs)
async def set_up(asked: ChoosePassword, request: Request, using: Services = Depends(services)) -> Response:
    """Takes the password, spends the link, and signs in."""
    same_site(request)
    person = await asyncio.to_thread(_invited, using.reader, asked.secret)
    weak = weakness(asked.password, [person.name, person.login, "callboard"])
    if weak is not None:
        raise weak
    kept = await hash_of(asked.password)
    spent_by = _address(request)
    chosen = await asyncio.to_thread(choose_password, _writing(request), asked.secret, kept, _now(), spent_by)
    if chosen is None:
        raise Problem(404, "link_spent")
    return await _welcome(request, chosen)


def _invited(reader: Database, secret: str) -> Person:
    with reader.begin() as connection:
        person = invited(connection, secret, _now())
    if person is None:
        raise Problem(404, "link_spent")
    return person


async def _welcome(request: Request, person: Person) -> Response:
    """A new session, whatever this browser had before: a cookie that somebody planted is worth nothing."""
    address = _address(request)
    agent = request.headers.get("user-agent", "")
    secret = await asyncio.to_thread(open_session, _writing(request), person.id, address, agent, _now())
    response = as_json(told(person))
    response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=is_private(request))
    return response


def told(person: Person) -> dict[str, Any]:
    mine = {f"screen_{name}": name for name in STAFF_SCREENS}
    held = set(person.roles.values())
    screens = [name for permission, name in mine.items() if held & PERMISSIONS[permission]]
    everywhere = person.roles.get(EVERY_BRANCH)
    return {"name": person.name, "roles": dict(person.roles), "screens": screens[::-1] if everywhere else screens}


def same_site(request: HTTPConnection) -> None:
    """A page of another site must not sign anybody in or out with this browser; programs send no Origin."""
    origin = request.headers.get("origin")
    if origin is not None and origin.split("://", 1)[-1] != request.headers.get("host"):
        raise Problem(403, "other_site")


def is_private(request: HTTPConnection) -> bool:
    """Whether the line is encrypted up to the browser, as the proxy tells it."""
    return request.url.scheme in ("https", "wss")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _writing(connection: HTTPConnection) -> Database:
    found = connection.app.state.writing
    assert isinstance(found, Database)
    return found


def _now() -> datetime:
    """Of the wall, also where the hall's own day is simulated."""
    return datetime.now(UTC)
