"""Passwords: which are good enough by NIST 800-63B, and their hashes, made one at a time off the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from server.web.problems import Problem

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# NIST SP 800-63B-4, 3.1.1.2: 15 characters where the password is the only factor, 8 beside another; at least 64 must
# be allowed, all characters, no rules of composition, no expiry; what is common or to be expected is refused.
LEAST_ALONE = 15
LEAST_WITH_CODE = 8
MOST = 128
LEAST_OF_ITS_OWN = 6  # characters beside what is to be expected
GUESSES = 1e8  # what falls within so many is as good as in a list

Found = TypeVar("Found")

# Each hash takes 64 MB and a quarter of a second: two at once on a small machine would hold up the hall.
_worker = ThreadPoolExecutor(1, thread_name_prefix="passwords")
_MOST_WAITING = 20
_waiting = 0


def weakness(password: str, about: Iterable[str], *, least: int = LEAST_ALONE) -> Problem | None:
    """Why it is not good enough; None if it is. `about` are words that are to be expected: the person's name, the
    branch's."""
    import zxcvbn

    known = normal(password)
    if len(known) < least:
        return Problem(422, "password_short", {"least": least})
    if len(known) > MOST:
        return Problem(422, "password_long", {"most": MOST})
    expected = {word.casefold() for name in about for word in (name, *name.split()) if len(word) > 1}
    told = zxcvbn.zxcvbn(known[:72], user_inputs=sorted(expected))
    rest = known.casefold()
    for word in sorted(expected, key=len, reverse=True):
        rest = rest.replace(word, "")
    is_common = float(told["guesses"]) < GUESSES or len(rest.strip()) < LEAST_OF_ITS_OWN
    return Problem(422, "password_common") if is_common else None


def normal(password: str) -> str:
    """The same letters however the keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


async def hash_of(password: str) -> str:
    """Argon2id with its salt and figures, as one text."""
    return await _run(lambda hasher: hasher.hash(normal(password)))


async def matches(kept: str | None, password: str) -> bool:
    """Whether it is the one. Without a hash (nobody of that name) it takes as long, and is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    def check(hasher: "PasswordHasher") -> bool:
        try:
            hasher.verify(kept or _nobody(), normal(password)[: MOST + 1])  # or it raises
            return kept is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _run(check)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


async def _run(work: "Callable[[PasswordHasher], Found]") -> Found:
    """Problem 503 where more wait already than would be answered while somebody still looks at the page."""
    global _waiting
    if _waiting >= _MOST_WAITING:
        raise Problem(503, "busy", {})
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_worker, lambda: work(_hasher()))
    finally:
        _waiting -= 1
