"""How much anyone may ask for: so many requests a second for each name, in memory that does not grow with names."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from time import monotonic

from starlette.requests import HTTPConnection
from starlette.types import Scope

from server.domain.lockout import Tries
from server.settings import Settings
from server.web.problems import Problem
from server.web.turns import Turns

MOST = 20_000  # names that are remembered; two megabytes of them
PROOF = "callboard.proof"
PHONE_SHARE = 1 / 20  # of what a device or a person of the bank may: a phone is anybody's


class Allowance:
    """A bucket for each name that holds `burst` and is filled by `rate` a second; with a rate of 0 it is never
    empty. One number is kept for each: when the bucket will be full again."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = monotonic) -> None:
        self._each_s = 1 / rate if rate else 0.0
        self._burst_s = burst * self._each_s
        self._full_at: dict[str, float] = {}
        self._now = now

    def __len__(self) -> int:
        return len(self._full_at)

    def wait_s(self, name: str) -> float:
        """How long until there is something in the bucket; 0: there is."""
        if not self._each_s:
            return 0.0
        return max(0.0, self._full_at.get(name, 0.0) - self._now() + self._each_s - self._burst_s)

    def spend(self, name: str) -> None:
        if self._each_s:
            if len(self._full_at) >= MOST and name not in self._full_at:
                self._forget()
            now = self._now()
            self._full_at[name] = max(self._full_at.get(name, 0.0), now) + self._each_s

    def take(self, name: str) -> float:
        """Spends one if there is one, and then gives 0; else how long until there is."""
        wait = self.wait_s(name)
        if not wait:
            self.spend(name)
        return wait

    def give_back(self, name: str) -> None:
        """One that was spent on what turned out to be right."""
        if name in self._full_at:
            self._full_at[name] -= self._each_s

    def _forget(self) -> None:
        """Full buckets are as good as unknown ones. If too few are full, the fuller half: who asks for the most is
        remembered, or a guesser with many names would get a fresh bucket for each."""
        ordered = sorted(self._full_at.items(), key=lambda one: one[1])
        now = self._now()
        self._full_at = {name: at for name, at in ordered[MOST // 2 :] if at > now}


@dataclass(slots=True)
class Proof:
    """Whether the token of a request was found good on its way."""

    is_good: bool = False

    @classmethod
    def asked_of(cls, scope: Scope) -> "Proof":
        """For what the request comes to, to fill in."""
        found: Proof = scope.setdefault(PROOF, cls())
        return found

    @staticmethod
    def given(connection: HTTPConnection, *, is_good: bool) -> None:
        """Of a socket, or where no token is shown, nobody asks."""
        found = connection.scope.get(PROOF)
        if found is not None:
            found.is_good = is_good


class Allowances:
    """Of a server. Who is let in is measured by the token, and only who is not by the address: a whole branch
    comes from one."""

    def __init__(self, settings: Settings) -> None:
        token, address, guess = settings.token_rate, settings.address_rate, settings.guess_rate
        self.tokens = Allowance(token, 10 * token)
        self.phones = Allowance(token * PHONE_SHARE, 10 * token * PHONE_SHARE)
        self.addresses = Allowance(address, 50 * address)
        self.guesses = Allowance(guess, 20 * guess)
        self.turns = Turns()
        self.tries = Tries()


def allowances_of(connection: HTTPConnection) -> Allowances:
    found = connection.app.state.allowances
    assert isinstance(found, Allowances)
    return found


def charge(connection: HTTPConnection, browser: str = "") -> None:
    """A guess, before it is looked at: of a thousand at once none is for nothing. `browser`: one that is known has
    its own, or who guesses from within a branch would shut out the whole of it. Problem 429."""
    if wait_s := allowances_of(connection).guesses.take(browser or address_of(connection.scope)):
        raise too_many(wait_s)


def give_back(connection: HTTPConnection, browser: str = "") -> None:
    """It was none: what was said was right."""
    allowances_of(connection).guesses.give_back(browser or address_of(connection.scope))


def turn_of(connection: HTTPConnection) -> AbstractAsyncContextManager[None]:
    """Problem 429 or 503: take it before a try is counted, or a right password counts as wrong where all are busy."""
    return allowances_of(connection).turns.of(address_of(connection.scope))


def too_many(wait_s: float) -> Problem:
    return Problem(429, "too_many", {"seconds": int(wait_s) + 1})


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return neighbourhood(client[0]) if client else ""


@lru_cache(maxsize=1024)
def neighbourhood(address: str) -> str:
    """One line has 2^64 addresses of IPv6 to itself: they are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
