"""One's own account over HTTP: password, codes of an authenticator, and where one is signed in."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from server.actions.decision import Actor
from server.storage.accounts import account_of, is_signed_in, person_now
from server.storage.codes import kept_recovery, put_code, remove_code, sealed_about
from server.storage.sessions import Session, end_sessions
from server.storage.staff import Person, change_password
from server.web.access import OPERATION, may
from server.web.account_messages import (
    Account,
    AccountDone,
    ChangePassword,
    CodeBegun,
    CodeConfirmed,
    GivenCode,
)
from server.web.allowance import address_of, charge
from server.web.commands import as_json
from server.web.known_browsers import make_known
from server.web.messages import Nothing
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of
from server.web.sign_in import chosen, is_private, right, tried, who_is, wrong
from server.web.sign_in_code import (
    code_is_right,
    fresh_secret,
    plain,
    recovery_codes,
    square,
    step_of,
    uri_of,
)
from server.web.sign_in_memory import forget, recall, remember, seal_of
from server.web.sign_in_tries import begin
from server.web.signed_in import COOKIE, reception_of

router = APIRouter(tags=["account"])

FRESH = timedelta(minutes=30)
BEGUN = "code_begun"


@dataclass(frozen=True, slots=True)
class Myself:
    """Who asks about their own account, as the database has them now, and by which session."""

    person: Person
    session: Session

    @property
    def is_fresh(self) -> bool:
        return now() - self.session.made_at < FRESH

    def check_fresh(self) -> None:
        """A page that was left open must not be enough to open the account for good."""
        if not self.is_fresh:
            raise Problem(403, "sign_in_again")


async def myself(
    request: Request, actor: Actor = Depends(may("own_account")), using: Services = Depends(services)
) -> Myself:
    """A device's token has no account."""
    secret = request.cookies.get(COOKIE, "")
    found = await reception_of(request).signed_in(secret, address_of(request.scope)) if secret else None
    if found is None or found.person.id != actor.id:
        raise Problem(409, "no_account")
    person = await asyncio.to_thread(person_now, using.reader, actor.id)
    if person is None:
        raise Problem(409, "no_account")
    return Myself(person, found.session)


setattr(myself, OPERATION, "own_account")
Me = Annotated[Myself, Depends(myself)]


@router.get("/account", response_model=Account)
async def account(me: Me, using: Services = Depends(services)) -> Response:
    """Who one is, and by what one signs in."""

    found = await asyncio.to_thread(account_of, using.reader, me.person, me.session.id, now())
    return as_json({**found, "fresh": me.is_fresh})


@router.post("/account/password", response_model=AccountDone)
async def password(asked: ChangePassword, request: Request, me: Me) -> Response:
    """Another password; who is signed in elsewhere with the old one is so no more."""
    await _known(request, me, asked.old)
    kept = await chosen(request, me.person, asked.new)
    who, writing = who_is(request, me.person), writing_of(request)
    change = partial(change_password, writing, me.person.id, kept, now(), me.session.id, who)
    ended = await asyncio.to_thread(change)
    request.app.state.access_changed()
    response = as_json({"done": True, "sessions": ended})
    make_known(request, response, replace(me.person, password=kept), secure=is_private(request))
    return response


async def _known(request: Request, me: Myself, old: str) -> None:
    """It is not a sign-in that fails: the page stays where it is."""
    try:
        one = await tried(request, me.person.login, old, me.session.id)
    except Problem as refusal:
        raise Problem(403, "password_wrong") if refusal.status == 401 else refusal from refusal
    await right(request, one)


@router.post("/account/code/begin", response_model=CodeBegun)
async def begin_code(request: Request, me: Me, asked: Nothing | None = None) -> Response:
    """A secret for an authenticator. Nothing is kept before a code has shown that it works."""
    me.check_fresh()
    if me.person.code_secret is not None:
        raise Problem(409, "code_there")
    secret = fresh_secret()
    uri = uri_of(secret, me.person.login, "Callboard")
    path, size = await asyncio.to_thread(square, uri)
    response = as_json({"uri": uri, "secret": secret, "qr": path, "qr_size": size})
    await remember(request, response, BEGUN, me.session.id, {"secret": secret})
    return response


@router.post("/account/code/confirm", response_model=CodeConfirmed)
async def confirm_code(asked: GivenCode, request: Request, me: Me) -> Response:
    """A code of the authenticator: from now on each sign-in asks for one. The recovery codes are shown once."""
    begun = await recall(request, BEGUN, me.session.id)
    if begun is None:
        raise Problem(409, "begin_again")
    step = step_of(begun["secret"], plain(asked.code))
    if step is None:
        raise Problem(403, "code_wrong")
    seal, staff_id, codes = seal_of(request), me.person.id, recovery_codes()

    def keep() -> bool:
        kept = kept_recovery(seal, staff_id, [plain(code) for code in codes])
        sealed = seal.seal(begun["secret"], sealed_about(staff_id))
        return put_code(writing_of(request), staff_id, sealed, step, kept, who_is(request, me.person))

    if not await asyncio.to_thread(keep):
        raise Problem(409, "code_there")
    response = as_json({"recovery": codes})
    forget(response, BEGUN)
    return response


@router.post("/account/code/remove", response_model=AccountDone)
async def forget_code(asked: GivenCode, request: Request, me: Me) -> Response:
    """Whoever has a code or a recovery code may do without from now on. A wrong one counts as a wrong password."""
    writing, who = writing_of(request), who_is(request, me.person)
    charge(request, me.session.id)
    one = await begin(request, me.person.login, me.session.id)  # as they are now: a session is remembered for a while
    if one is None or not await code_is_right(request, writing, one.person, asked.code, who):
        raise Problem(403, wrong(request, me.person, "code", "code_wrong").code)
    await right(request, one)
    await asyncio.to_thread(remove_code, writing, me.person.id, who)
    return as_json({"done": True, "sessions": 0})


@router.post("/account/sessions/{session}/end", response_model=AccountDone)
async def end(
    session: Annotated[str, Path(max_length=40, pattern=r"^[\x20-\x7e]*$")],
    request: Request,
    me: Me,
    asked: Nothing | None = None,
) -> Response:
    """Signs out at another browser, or at this one."""
    writing, who = writing_of(request), who_is(request, me.person)
    if not await asyncio.to_thread(is_signed_in, writing, me.person.id, session, now()):
        raise Problem(404, "session_not_found")
    ended = await asyncio.to_thread(partial(end_sessions, writing, now(), session_id=session, who=who))
    request.app.state.access_changed()
    return as_json({"done": True, "sessions": ended})
