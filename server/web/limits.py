"""Pure ASGI, before anything is read: whom the request is for, which page it comes from, how much it is."""

import hashlib
from contextlib import suppress

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.web.allowance import Allowances, Proof, address_of, too_many
from server.web.dress import HOST, dressed_for
from server.web.problems import Problem, problem

MAX_BODY = 64 * 1024
DRAINED = 4 * 1024 * 1024
SHOWN = "shown "
MOST_GOOD = 20_000  # tokens and pages that are remembered as good; three megabytes of them

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class TooLarge(Exception):
    """The body is larger than any command."""


class Limits:
    def __init__(self, app: ASGIApp, allowances: Allowances, hosts: str = "", site: str = "") -> None:
        self._app = app
        self._addresses = allowances.addresses
        self._good: dict[bytes, None] = {}  # hashes of what proved good when it was shown last
        self._hosts = {host.lower().encode() for host in hosts.split()}
        self._site = site.rstrip("/").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = dict(scope["headers"])
        length = known.get(b"content-length", b"")
        host = known.get(b"host", b"")
        dressing = dressed_for(host)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *dressing]
            await send(message)

        if (why := self._why_not(scope, known, host)) is not None:
            await _refuse(scope, receive, dressed, why, why.headers)
            return
        if b"authorization" not in known:
            await self._passed(scope, receive, dressed, length)
            return
        shown, proof = _hash(known[b"authorization"]), Proof.asked_of(scope)
        try:
            await self._passed(scope, receive, dressed, length)
        finally:
            self._learn(shown, proof, address_of(scope))

    async def _passed(self, scope: Scope, receive: Receive, dressed: Send, length: bytes) -> None:
        if length.isdigit() and int(length) <= MAX_BODY:
            await self._app(scope, receive, dressed)  # the protocol lets no more through than was announced
            return
        body = Body(receive)

        async def unless_too_large(message: Message) -> None:
            # The framework takes TooLarge for a body that it cannot read, and would say so.
            if not body.too_large:
                await dressed(message)

        if not length.isdigit():
            with suppress(TooLarge):
                await self._app(scope, body.receive, unless_too_large)
            if not body.too_large:
                return
        end = {} if await body.drained() else {"Connection": "close"}
        why = Problem(413, "too_large", {"limit": MAX_BODY // 1024})
        await _refuse(scope, receive, dressed, why, end)

    def _why_not(self, scope: Scope, known: dict[bytes, bytes], host: bytes) -> Problem | None:
        if not self._is_ours(host):
            return Problem(421, "wrong_host")
        if b"origin" in known and scope["method"] in CHANGING and not self._same_site(known[b"origin"], host):
            return Problem(403, "other_site")
        address, shown = address_of(scope), known.get(b"authorization")
        if shown is None:
            wait_s = self._addresses.take(address)
        else:
            wait_s = 0.0 if _hash(shown) in self._good else self._addresses.take(SHOWN + address)
        return too_many(wait_s) if wait_s else None

    def _learn(self, shown: bytes, proof: Proof, address: str) -> None:
        """A token that proved good is a matter of its own, whatever else comes from there. Any word may be shown for
        one: until then it is charged to the address, but beside what comes from there with none."""
        if proof.is_good and shown not in self._good:
            self._addresses.give_back(SHOWN + address)
            if len(self._good) >= MOST_GOOD:
                del self._good[next(iter(self._good))]
            self._good[shown] = None
        elif not proof.is_good and shown in self._good:
            del self._good[shown]
            self._addresses.spend(SHOWN + address)

    def _is_ours(self, host: bytes) -> bool:
        """A name that is none is no browser's. Which names there are, only the operator can say."""
        if not self._hosts:
            return not host or HOST.fullmatch(host.decode("latin-1")) is not None
        return host.lower() in self._hosts or host.lower().rsplit(b":", 1)[0] in self._hosts

    def _same_site(self, origin: bytes, host: bytes) -> bool:
        """A page of another site has no token of ours; should it get one, it may still do nothing with it."""
        return origin.split(b"://", 1)[-1] == host or (self._site != b"" and origin == self._site)


def _hash(shown: bytes) -> bytes:
    return hashlib.sha256(shown).digest()


async def _refuse(scope: Scope, receive: Receive, send: Send, why: Problem, headers: dict[str, str] | None) -> None:
    language = Request(scope).headers.get("accept-language", "")
    await problem(why.status, why.code, why.params, language, headers)(scope, receive, send)


class Body:
    """A request's body, counted as it comes in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._taken = 0
        self._more = True

    @property
    def too_large(self) -> bool:
        return self._taken > MAX_BODY

    async def receive(self) -> Message:
        message = await self._next()
        if self.too_large:
            raise TooLarge
        return message

    async def drained(self) -> bool:
        """Reads on and throws away, so that the client gets its answer and not a cut line. False for a client
        that does not come to an end: it is cut off all the same."""
        end = self._taken + DRAINED
        while self._more and self._taken < end:
            await self._next()
        return not self._more

    async def _next(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._more = message.get("more_body", False)
        return message
