"""Signing in and out, and the one-time link by which a person chooses a password."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.domain.trail import INSTALLATION, UNKNOWN, Who, sign_in_refused
from server.storage.database import Database
from server.storage.sessions import Outdated, end_sessions, open_session
from server.storage.staff import EVERY_BRANCH, Person, choose_password, invited
from server.web.access import PERMISSIONS
from server.web.allowance import address_of, charge, give_back, turn_of
from server.web.commands import as_json
from server.web.known_browsers import make_known
from server.web.messages import Asked, Line
from server.web.pages import STAFF_SCREENS
from server.web.passwords import LEAST_ALONE, hash_of_new, matches
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of
from server.web.sign_in_code import code_is_right
from server.web.sign_in_tries import Try, begin, known_here
from server.web.signed_in import COOKIE, reception_of

router = APIRouter(tags=["people"])

Secret = Annotated[str, Field(min_length=1, max_length=1024, repr=False)]
Code = Annotated[str, Field(max_length=40)]


class SignIn(Asked):
    login: Annotated[Line, Field(min_length=1, max_length=120)] = Field(examples=["li.wei"])
    password: Secret = Field(examples=["verandah kettle ostrich Tuesday"])
    code: Code | None = Field(
        None,
        examples=["492039"],
        description="Of their authenticator, or a recovery code: once `code_needed` was said.",
    )


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
    """Sets the cookie of a session. Whether the login or the password was wrong is not told, and takes as long. Only
    who has the right password hears that a code is needed, too."""
    same_site(request)
    one = await tried(request, asked.login, asked.password)
    if one.person.code_secret is not None:
        await _look_at_code(request, one, asked.code or "")
    await right(request, one)
    return await welcome(request, one.person)


async def tried(request: Request, login: str, password: str, session: str = "") -> Try:
    """Whose password it is. The try counts as wrong until it is `right` or spared. `session`: of whoever is signed
    in and is asked again. Problem 401, 429 or 503."""
    browser = session or await known_here(request, login)
    charge(request, browser)  # each name waits by itself: one guess at each of a thousand names does not
    async with turn_of(request):
        one = await begin(request, login, browser)
        is_right = await matches(one.person.password if one else None, password)
    if one is None or not is_right:
        raise wrong(request, one.person if one else None, "password", "sign_in_failed")
    return one


async def right(request: Request, one: Try) -> None:
    """It was no guess: neither the person nor the address has it on their account."""
    await one.was_right(request)
    give_back(request, one.browser)


async def _look_at_code(request: Request, one: Try, code: str) -> None:
    """Problem 401 where it is missing, or none of theirs."""
    person = one.person
    if not code.strip():
        await one.is_spared(request)
        raise Problem(401, "code_needed")
    if not await code_is_right(request, writing_of(request), person, code, who_is(request, person)):
        raise wrong(request, person, "code", "code_wrong")


def wrong(request: Request, person: Person | None, how: str, code: str) -> Problem:
    """The refusal, once it is told: of whoever has such a login. What nobody has may be a password that was typed in
    the wrong place: it is told nowhere. The guess was charged before it was looked at."""
    who = who_is(request, person) if person else replace(UNKNOWN, address=address(request))
    request.app.state.auditor.tell(sign_in_refused(INSTALLATION, who, how, code))
    return Problem(401, code)


def who_is(request: Request, person: Person) -> Who:
    """For the trail: a person by themselves."""
    return Who("staff", person.id, person.name, address(request))


@router.post("/sign-out", response_model=SignedOut)
async def sign_out(request: Request) -> Response:
    """Ends this browser's session for every server, if it has one."""
    same_site(request)
    secret = request.cookies.get(COOKIE, "")
    found = await reception_of(request).signed_in(secret, address_of(request.scope)) if secret else None
    if found is not None:
        who = who_is(request, found.person)
        ending = partial(end_sessions, writing_of(request), now(), session_id=found.session.id, who=who)
        await asyncio.to_thread(ending)
        request.app.state.access_changed()
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
    kept = await chosen(request, person, asked.password)
    spent_by = address(request)
    came = await asyncio.to_thread(choose_password, writing_of(request), asked.secret, kept, now(), spent_by)
    if came is None:
        raise Problem(404, "link_spent")
    request.app.state.access_changed()
    return await welcome(request, replace(came, password=kept))


async def chosen(request: Request, person: Person, password: str) -> str:
    """The hash of their new password. Problem 422 for a weak one, which costs as much as a guess, and counts as one:
    else whoever holds one link could keep the worker busy with it for a day."""
    charge(request)
    async with turn_of(request):
        kept = await hash_of_new(password, [person.name, person.login, "callboard"])
    give_back(request)
    return kept


def _invited(reader: Database, secret: str) -> Person:
    with reader.begin() as connection:
        person = invited(connection, secret, now())
    if person is None:
        raise Problem(404, "link_spent")
    return person


async def welcome(request: Request, person: Person, how: str = "password") -> Response:
    """A new session, whatever this browser had before: a cookie that somebody planted is worth nothing."""
    return await with_session(request, as_json(told(person)), person, how)


async def with_session(request: Request, response: Response, person: Person, how: str) -> Response:
    agent = request.headers.get("user-agent", "")
    proved = {"password": person.password}  # as it was when it was checked: checking takes a while
    opening = partial(
        open_session, writing_of(request), person.id, address(request), agent, now(), how, proved=proved
    )
    try:
        secret = await asyncio.to_thread(opening)
    except Outdated as outdated:
        raise Problem(401, "sign_in_failed") from outdated
    await _leave(request, person)
    response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=is_private(request))
    make_known(request, response, person, secure=is_private(request))
    return response


async def _leave(request: Request, person: Person) -> None:
    """Whoever was signed in at this browser is so no more: nobody could end that session here any longer."""
    before = request.cookies.get(COOKIE, "")
    found = await reception_of(request).signed_in(before, address_of(request.scope)) if before else None
    if found is not None:
        ending = partial(end_sessions, writing_of(request), now(), session_id=found.session.id)
        await asyncio.to_thread(ending, who=who_is(request, person))
        request.app.state.access_changed()


def told(person: Person) -> dict[str, Any]:
    # The office is a place to go to for who has more to do there than to look after the own account.
    mine = {"see_people" if name == "office" else f"screen_{name}": name for name in STAFF_SCREENS}
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


def front_of(request: HTTPConnection) -> str:
    """The address that printed links have, or where there is none that by which this browser has come."""
    settings = request.app.state.services.settings
    here = f"{'https' if is_private(request) else 'http'}://{request.headers.get('host', '')}"
    return str(settings.front) if settings.site else here


def address(request: Request) -> str:
    return request.client.host if request.client else ""
