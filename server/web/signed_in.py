"""Who comes with a session: the cookie says who, and the page's own word that it was our page that asked."""

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from server.live.gone import Gone
from server.storage.branches import Holder
from server.storage.database import Database
from server.storage.sessions import Session, session_of
from server.storage.staff import EVERY_BRANCH, Person, person_by
from server.web.allowance import Allowance, address_of, too_many

COOKIE = "callboard_session"
PAGE = "page."
REMEMBERED_S = 30.0  # that a session has ended, or a role is another, is told of at once
MOST = 10_000
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class SignedIn:
    session: Session
    person: Person


def page_word(secret: str, branch_id: str) -> str:
    """What a page of this branch sends with each request. The cookie goes along with whatever any site makes the
    browser ask for, and this word is known to no other site; without the cookie it is worth nothing."""
    sign = hmac.new(secret.encode(), f"page of {branch_id}".encode(), hashlib.sha256).hexdigest()
    return f"{PAGE}{branch_id}.{sign[:40]}"


class Reception:
    """Knows sessions for a while, so that a press does not cost a query; `gone`: those that were taken back, and who
    is something else by now, as far as this process has heard."""

    def __init__(self, reader: Database, gone: Gone, guesses: Allowance) -> None:
        self._reader = reader
        self._gone = gone
        self._guesses = guesses
        self._known: dict[str, tuple[float, SignedIn | None]] = {}
        self._looking = asyncio.Semaphore(AT_ONCE)

    async def signed_in(self, secret: str, address: str) -> SignedIn | None:
        """None for a secret that is none. Problem 429 where too many such came from the address."""
        at, known = self._known.get(secret, (0.0, None))
        if known is not None and time.monotonic() - at < REMEMBERED_S and self._lasts(known, at):
            return known
        async with self._looking:
            if known is None and (wait_s := self._guesses.wait_s(address)):
                raise too_many(wait_s)
            began = time.monotonic()
            found = await asyncio.to_thread(self._look_up, secret)
        if len(self._known) > MOST:  # a guesser must not fill the memory
            self._known.clear()
        if found is not None:
            self._known[secret] = (began, found)
        elif known is None:
            self._guesses.spend(address)
        return found

    def _lasts(self, known: SignedIn, at: float) -> bool:
        if known.session.id in self._gone.holders or self._gone.changed_since(known.person.id, at):
            return False
        return known.session.ends_at > datetime.now(UTC)

    def _look_up(self, secret: str) -> SignedIn | None:
        with self._reader.begin() as connection:
            session = session_of(connection, secret, datetime.now(UTC))
            person = person_by(connection, staff_id=session.staff_id) if session else None
        return SignedIn(session, person) if session and person else None


def reception_of(connection: HTTPConnection) -> Reception:
    found = connection.app.state.reception
    assert isinstance(found, Reception)
    return found


async def session_holder(connection: HTTPConnection, word: str) -> Holder | None:
    """Whom a page's word and the cookie beside it stand for, as what they are in the branch of that page."""
    secret = connection.cookies.get(COOKIE, "")
    branch_id = word.removeprefix(PAGE).rpartition(".")[0]
    if not secret or not hmac.compare_digest(page_word(secret, branch_id).encode(), word.encode()):
        return None
    found = await reception_of(connection).signed_in(secret, address_of(connection.scope))
    return holder_in(found, branch_id) if found else None


def holder_in(found: SignedIn, branch_id: str) -> Holder | None:
    """None where they have no part in the branch. Who came by a badge and a few digits is a teller, whatever their
    role: not even a check deep in an action sees more in them."""
    role = found.person.role_in(branch_id)
    person, session = found.person, found.session
    kind = "teller" if role and session.how == "badge" else role
    return Holder(person.id, kind, branch_id, person.name, session.id, session.how) if kind else None


async def word_for(connection: HTTPConnection, branch_id: str | None) -> str | None:
    """The word for a page of this branch, or of the first that the person has a part in; None if nobody is signed
    in. Whether they may see that page is another question."""
    secret = connection.cookies.get(COOKIE, "")
    address = address_of(connection.scope)
    found = await reception_of(connection).signed_in(secret, address) if secret else None
    if found is None:
        return None
    if branch_id is None:
        mine = [branch for branch in found.person.roles if branch != EVERY_BRANCH]
        everywhere = EVERY_BRANCH in found.person.roles
        known = connection.app.state.services.hub.branches or ()
        branch_id = min([*mine, *(known if everywhere else ())], default=EVERY_BRANCH if everywhere else "")
    return page_word(secret, branch_id)
