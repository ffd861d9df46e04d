"""Browsers in which somebody has signed in before: a stranger who types their name wrong does not shut them out."""

import hashlib
import hmac
import secrets

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from server.storage.staff import Person, as_login

NAME = "callboard_known_"
PATH = "/api/v1/sign-in"
LASTS_S = 400 * 86_400  # browsers keep no cookie for longer
MOST = 20  # people of one browser: a request's head has room for no more than some


def known_as(request: HTTPConnection, login: str, person: Person | None) -> str:
    """What this browser is to this person; nothing where they have never signed in by it, or had another password
    then."""
    nonce, _, mark = request.cookies.get(_cookie(login), "").partition(".")
    if person is None or person.password is None or not nonce:
        return ""
    is_theirs = hmac.compare_digest(_mark(person.id, person.password, nonce).encode(), mark.encode())
    return f"browser {person.id} {nonce}" if is_theirs else ""


def is_said_of(request: HTTPConnection, login: str) -> bool:
    """Whether it is worth looking who has that name."""
    return _cookie(login) in request.cookies


def make_known(request: Request, response: Response, person: Person, *, secure: bool) -> None:
    """From now on. Nothing is kept of it here: the mark is made by the hash of the password, which nobody else has,
    and goes with it."""
    if person.password is None:
        return
    mine = _cookie(person.login)
    others = [name for name in request.cookies if name.startswith(NAME) and name != mine]
    for name in others[: max(0, len(others) - MOST + 1)]:
        response.delete_cookie(name, path=PATH, httponly=True)
    nonce = secrets.token_urlsafe(16)
    value = f"{nonce}.{_mark(person.id, person.password, nonce)}"
    response.set_cookie(mine, value, max_age=LASTS_S, path=PATH, httponly=True, secure=secure, samesite="strict")


def _cookie(login: str) -> str:
    return NAME + hashlib.sha256(as_login(login).encode()).hexdigest()[:12]


def _mark(staff_id: str, password: str, nonce: str) -> str:
    return hmac.new(password.encode(), f"known browser {staff_id} {nonce}".encode(), hashlib.sha256).hexdigest()
