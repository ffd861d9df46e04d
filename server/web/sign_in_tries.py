"""One try at somebody's password: counted as wrong before it is looked at, alike for names that nobody has."""

import asyncio
import hashlib
from dataclasses import dataclass

from starlette.requests import Request

from server.storage.staff import Person, as_login, begin_try, person_by, spared, succeeded
from server.web.allowance import allowances_of
from server.web.known_browsers import is_said_of, known_as
from server.web.problems import Problem
from server.web.services import now, writing_of


@dataclass(frozen=True, slots=True)
class Try:
    """`browser`: what the browser is to this person, or the session in which they are asked again; nothing for a
    stranger, who waits in line with all others."""

    person: Person
    browser: str

    async def was_right(self, request: Request) -> None:
        """What was typed wrong before is forgiven: in this browser, or by strangers."""
        if self.browser:
            allowances_of(request).tries.forgive(self.browser)
        else:
            await asyncio.to_thread(succeeded, writing_of(request), self.person, _address(request))

    async def is_spared(self, request: Request) -> None:
        """The password was right, and something is still to come: this try alone is taken back."""
        if self.browser:
            allowances_of(request).tries.spare(self.browser, now())
        else:
            await asyncio.to_thread(spared, writing_of(request), self.person, _address(request))


async def known_here(request: Request, login: str) -> str:
    """What this browser is to whoever has that name; nothing to a stranger."""
    if not is_said_of(request, login):
        return ""
    return known_as(request, login, await asyncio.to_thread(_person, request, login))


async def begin(request: Request, login: str, browser: str) -> Try | None:
    """None where nobody has that name, which counts as well. Problem 429 where one has to wait."""
    tries = allowances_of(request).tries
    if browser:
        _wait(tries.begin(browser, now()))
        known = await asyncio.to_thread(_person, request, login)  # as they are by now: it was a while in line
        return Try(known, browser) if known else None
    person, wait_s = await asyncio.to_thread(begin_try, writing_of(request), login, now(), _address(request))
    if person is None and not wait_s:
        # Else whoever is told to wait would work here. A name may be a password typed in the wrong place: its hash.
        wait_s = tries.begin("name " + hashlib.sha256(as_login(login).encode()).hexdigest(), now())
    _wait(wait_s)
    return Try(person, "") if person else None


def _wait(wait_s: float) -> None:
    if wait_s:
        raise Problem(429, "sign_in_wait", {"seconds": int(wait_s) + 1})


def _person(request: Request, login: str) -> Person | None:
    with writing_of(request).begin() as connection:
        return person_by(connection, login=login)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
