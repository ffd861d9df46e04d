"""Signing in by the bank's own sign-in: there with a question of ours, and back with its answer."""

import asyncio
import hmac
import logging
import secrets
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from server.domain.trail import INSTALLATION, UNKNOWN, sign_in_refused
from server.domain.words import LANGUAGES
from server.storage.outside_ids import link_outside, person_outside
from server.storage.staff import Person
from server.web.allowance import address_of, allowances_of, too_many
from server.web.outside_provider import Identity, OutsideAway, OutsideRefused, Provider
from server.web.pages import STAFF_SCREENS
from server.web.services import writing_of
from server.web.sign_in import address, front_of, told, with_session
from server.web.sign_in_memory import forget, recall, remember

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

ASKED = "outside"
HOW = "outside"
BACK = "/api/v1/sign-in/outside/back"


@router.get("/sign-in/outside")
async def leave(request: Request, to: str = "", lang: str = "") -> Response:
    """Off to the provider. `to`: the screen that is wanted afterwards, only one of ours; `lang`: its language."""
    provider = provider_of(request)
    if provider is None:
        return _sent_back("outside_off", lang)
    back = front_of(request) + BACK
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        there = await provider.run(partial(provider.address, back, state, nonce, verifier))
    except OutsideAway as error:
        log.warning("the other sign-in cannot be used just now: %s", error)
        return _sent_back("outside_away", lang)
    response = RedirectResponse(there, 303, headers={"Cache-Control": "no-store"})
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "back": back, "to": to, "lang": lang}
    await remember(request, response, ASKED, "", kept, comes_back=True)
    return response


@router.get("/sign-in/outside/back")
async def come_back(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Back from the provider: a session for whom it names, if they work here. Problem 429 for who guesses."""
    provider = provider_of(request)
    if provider is None:
        return _sent_back("outside_off", "")
    if wait_s := allowances_of(request).guesses.wait_s(address_of(request.scope)):
        raise too_many(wait_s)
    asked = await recall(request, ASKED, "")
    ours = asked is not None and hmac.compare_digest(asked["state"].encode(), state.encode())
    if asked is None or not ours or not code or (iss and iss != provider.issuer):
        return _refused(request, "outside_failed")
    lang = str(asked["lang"])
    exchange = partial(provider.identity, code, asked["back"], asked["nonce"], asked["verifier"])
    try:
        identity = await provider.run(exchange)
    except OutsideAway as error:
        log.warning("the other sign-in cannot be used just now: %s", error)
        return _sent_back("outside_away", lang)
    except OutsideRefused as error:
        log.warning("the other sign-in's answer is not taken: %s", error)
        return _refused(request, "outside_failed", lang)
    person = await asyncio.to_thread(_person, request, identity)
    if person is None:
        return _refused(request, "outside_unknown", lang)
    return await _let_in(request, person, str(asked["to"]), lang)


async def _let_in(request: Request, person: Person, wanted: str, lang: str) -> Response:
    screens = told(person)["screens"]
    screen = wanted if wanted in screens else next(iter(screens), "sign-in")
    assert screen in {*STAFF_SCREENS, "sign-in"}, "no other place is ever gone to"
    response = _to(f"/{screen}", lang)
    forget(response, ASKED)
    return await with_session(request, response, person, HOW)


def _person(request: Request, identity: Identity) -> Person | None:
    """Who they are here: linked before, or now, where somebody was added with that e-mail as login."""
    with request.app.state.services.reader.begin() as connection:
        known = person_outside(connection, identity.issuer, identity.subject)
    if known is not None or identity.email is None:
        return known
    return link_outside(writing_of(request), identity.issuer, identity.subject, identity.email, address(request))


def _refused(request: Request, code: str, lang: str = "") -> Response:
    """Told in the trail, and counted as a guess."""
    allowances_of(request).guesses.spend(address_of(request.scope))
    who = replace(UNKNOWN, address=address(request))
    request.app.state.auditor.tell(sign_in_refused(INSTALLATION, who, HOW, code))
    return _sent_back(code, lang)


def _sent_back(code: str, lang: str) -> Response:
    """To the page that says it in words: `refusal.<code>`."""
    response = _to("/sign-in", lang, refused=code)
    forget(response, ASKED)
    return response


def _to(path: str, lang: str, **more: str) -> Response:
    query = urlencode(more | ({"lang": lang} if lang in LANGUAGES else {}))
    return RedirectResponse(f"{path}?{query}" if query else path, 303, headers={"Cache-Control": "no-store"})


def provider_of(request: Request) -> Provider | None:
    found = request.app.state.outside
    assert found is None or isinstance(found, Provider)
    return found
