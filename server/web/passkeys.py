"""Passkeys (WebAuthn) over HTTP: one is added to one's own account, and opens it without a password."""

import asyncio
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from server.storage.database import Database
from server.storage.passkeys import Passkey, add_passkey, answered, passkey_by, passkeys_of, remove_passkey
from server.storage.staff import Person, person_by
from server.web.account import Me
from server.web.account_messages import AccountDone, Credential, KeyOptions, NewPasskey, OwnPasskey, RemovePasskey
from server.web.allowance import charge, give_back
from server.web.commands import as_json
from server.web.messages import Nothing
from server.web.problems import Problem
from server.web.services import now, writing_of
from server.web.sign_in import SignedInAs, is_private, same_site, welcome, who_is, wrong
from server.web.sign_in_memory import Json, forget, recall, remember

router = APIRouter(tags=["account"])
door = APIRouter(tags=["people"])

ADDING, ENTERING = "passkey_adding", "passkey_entering"
NAME = "Callboard"
PATIENCE_MS = 300_000
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,400}")
NOT_POSSIBLE = (ValueError, TypeError, KeyError, AttributeError)  # what the library says of what is no answer at all


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey is bound to. `origin` is that of our own page, `name` its host without the port."""

    origin: str
    name: str


def site_of(request: Request) -> Site:
    """The one of CALLBOARD_SITE that the request has come by, else the name that it has come by. Problem 409 where
    that is no name: a browser keeps passkeys for names only."""
    sites = [one.strip().rstrip("/") for one in request.app.state.services.settings.site.split(",") if one.strip()]
    here = f"{'https' if is_private(request) else 'http'}://{request.headers.get('host', '')}"
    origin = here if not sites or here in sites else next((s for s in sites if _same_name(s, here)), sites[0])
    whole = urlsplit(origin)
    origin, name = f"{whole.scheme}://{whole.netloc}", whole.hostname or ""
    if not name or _is_address(name):
        raise Problem(409, "passkeys_need_name")
    return Site(origin, name)


def _same_name(one: str, other: str) -> bool:
    return urlsplit(one).hostname == urlsplit(other).hostname


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@router.post("/account/passkeys/begin", response_model=KeyOptions)
async def begin_adding(request: Request, me: Me, asked: Nothing | None = None) -> Response:
    """What `navigator.credentials.create` is asked for."""
    me.check_fresh()
    site = site_of(request)
    known = await asyncio.to_thread(_keys_of, request.app.state.services.reader, me.person.id)
    options, challenge = await asyncio.to_thread(_to_create, site, me.person, known)
    response = as_json({"options": options})
    await remember(request, response, ADDING, me.session.id, {"challenge": challenge})
    return response


@router.post("/account/passkeys/finish", status_code=201, response_model=OwnPasskey)
async def finish_adding(asked: NewPasskey, request: Request, me: Me) -> Response:
    """The new key, once it has answered."""
    site, begun = site_of(request), await recall(request, ADDING, me.session.id)
    if begun is None:
        raise Problem(409, "begin_again")
    made = await asyncio.to_thread(_created, asked.credential, begun["challenge"], site)
    name = asked.name.strip() or site.name
    key = Passkey(made["id"], me.person.id, made["public_key"], made["uses"], name, now())
    if not await asyncio.to_thread(add_passkey, writing_of(request), key, who_is(request, me.person)):
        raise Problem(409, "passkey_there")
    response = as_json({"id": key.id, "name": key.name, "made_at": key.made_at}, 201)
    forget(response, ADDING)
    return response


@router.post("/account/passkeys/remove", response_model=AccountDone)
async def remove(asked: RemovePasskey, request: Request, me: Me) -> Response:
    """It opens the account no more."""
    who = who_is(request, me.person)
    if not await asyncio.to_thread(remove_passkey, writing_of(request), me.person.id, asked.id, who):
        raise Problem(404, "passkey_not_found")
    return as_json({"done": True, "sessions": 0})


@door.post("/sign-in/passkey/begin", response_model=KeyOptions)
async def begin_entering(request: Request, asked: Nothing | None = None) -> Response:
    """What `navigator.credentials.get` is asked for. It names nobody: the device knows whom it is for."""
    same_site(request)
    options, challenge = await asyncio.to_thread(_to_get, site_of(request))
    response = as_json({"options": options})
    await remember(request, response, ENTERING, "", {"challenge": challenge})
    return response


@door.post("/sign-in/passkey/finish", response_model=SignedInAs)
async def finish_entering(asked: Credential, request: Request) -> Response:
    """Sets the cookie of a session. An answer is good once, and only to a question that this browser was asked."""
    same_site(request)
    charge(request)
    begun = await recall(request, ENTERING, "")
    if begun is None:
        raise Problem(409, "begin_again")
    entering = Entering(asked.credential, site_of(request), begun)
    person, is_right = await asyncio.to_thread(entering.look, writing_of(request), request)
    if person is None or not is_right:
        raise wrong(request, person, "passkey", "passkey_wrong")
    give_back(request)
    response = await welcome(request, person, "passkey")
    forget(response, ENTERING)
    return response


@dataclass(frozen=True, slots=True)
class Entering:
    """An answer with the question that it is to."""

    credential: Json
    site: Site
    begun: Json

    def look(self, writing: Database, request: Request) -> tuple[Person | None, bool]:
        """Whose key has answered, and whether rightly; for a thread."""
        known = str(self.credential.get("id", ""))
        if not KEY_ID.fullmatch(known):
            return None, False
        with writing.connect() as connection:
            key = passkey_by(connection, known)
            person = person_by(connection, staff_id=key.staff_id) if key else None
        if key is None or person is None:
            return None, False
        uses = _answered(self.credential, self.begun["challenge"], self.site, key)
        if uses is None:
            return person, False
        asked_at = datetime.fromtimestamp(self.begun["at"], UTC)
        return person, answered(writing, key.id, uses, asked_at, who_is(request, person))


def _keys_of(reader: Database, staff_id: str) -> list[Passkey]:
    with reader.begin() as connection:
        return passkeys_of(connection, staff_id)


def _to_create(site: Site, person: Person, known: list[Passkey]) -> tuple[dict[str, Any], str]:
    """The options and their challenge. The library is loaded only where somebody uses it."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
    from webauthn.helpers import structs as given

    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=NAME,
        user_name=person.login,
        user_id=person.id.encode(),
        user_display_name=person.name,
        timeout=PATIENCE_MS,
        authenticator_selection=given.AuthenticatorSelectionCriteria(
            resident_key=given.ResidentKeyRequirement.REQUIRED,
            user_verification=given.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[given.PublicKeyCredentialDescriptor(base64url_to_bytes(key.id)) for key in known],
    )
    return orjson.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge)


def _right(challenge: str, site: Site) -> dict[str, Any]:
    """What each answer is held to: our question, our page, and a device that has made sure who holds it."""
    from webauthn.helpers import base64url_to_bytes

    return {
        "expected_challenge": base64url_to_bytes(challenge),
        "expected_rp_id": site.name,
        "expected_origin": site.origin,
        "require_user_verification": True,
    }


def _created(credential: Json, challenge: str, site: Site) -> dict[str, Any]:
    """The new key; Problem 422 for an answer that is none to this question."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = webauthn.verify_registration_response(credential=credential, **_right(challenge, site))
    except (WebAuthnException, *NOT_POSSIBLE) as error:
        raise Problem(422, "passkey_not_possible") from error
    return {
        "id": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
        "uses": made.sign_count,
    }


def _to_get(site: Site) -> tuple[dict[str, Any], str]:
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.name, timeout=PATIENCE_MS, user_verification=UserVerificationRequirement.REQUIRED
    )
    return orjson.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge)


def _answered(credential: Json, challenge: str, site: Site, key: Passkey) -> int | None:
    """The key's own count; None where the answer is wrong."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=0,  # `answered` looks at it under the lock
            **_right(challenge, site),
        )
        handle = credential["response"].get("userHandle")
        if handle and base64url_to_bytes(handle) != key.staff_id.encode():
            return None
    except (WebAuthnException, *NOT_POSSIBLE):
        return None
    return found.new_sign_count
