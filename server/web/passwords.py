"""Passwords: which are good enough by NIST 800-63B, and their hashes, made one at a time off the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
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

# Each hash takes 64 MB and a quarter of a second: two at once on a small machine would hold up the hall. Who may come
# in at all is said before, by `turns.py`.
_worker = ThreadPoolExecutor(1, thread_name_prefix="passwords")

LOOKED_AT = 32  # characters: what begins like this is at least as hard to guess, and zxcvbn takes the square of them
MOST_READINGS = 64  # at LOOKED_AT they take zxcvbn a sixth of a second


def weakness(password: str, about: Iterable[str], *, least: int = LEAST_ALONE) -> Problem | None:
    """Why it is not good enough; None if it is. `about` are words that are to be expected: the person's name, the
    branch's. Takes up to a fifth of a second: for a thread."""
    import zxcvbn

    known = normal(password)
    if len(known) < least:
        return Problem(422, "password_short", {"least": least})
    if len(known) > MOST:
        return Problem(422, "password_long", {"most": MOST})
    expected = {word.casefold() for name in about for word in (name, *name.split()) if len(word) > 1}
    told = zxcvbn.zxcvbn(_readable(known[:LOOKED_AT]), user_inputs=sorted(expected))
    rest = known.casefold()
    for word in sorted(expected, key=len, reverse=True):
        rest = rest.replace(word, "")
    is_common = float(told["guesses"]) < GUESSES or len(rest.strip()) < LEAST_OF_ITS_OWN
    return Problem(422, "password_common") if is_common else None


def _readable(text: str) -> str:
    """With one letter for each sign, where its signs may stand for letters (`4` for `a`) in too many ways: zxcvbn
    tries them all, and a text that is made for it costs seconds."""
    from zxcvbn.matching import L33T_TABLE as SIGNS

    readings = prod(max(1, sum(sign in text for sign in signs)) for signs in SIGNS.values())
    if readings <= MOST_READINGS:
        return text
    return text.translate({ord(sign): letter for letter, signs in SIGNS.items() for sign in signs})


def normal(password: str) -> str:
    """The same letters however the keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


async def hash_of(password: str) -> str:
    """Argon2id with its salt and figures, as one text."""
    return await _run(lambda hasher: hasher.hash(normal(password)))


async def hash_of_new(password: str, about: Iterable[str]) -> str:
    """The hash of one that is chosen, if it is good enough: else the Problem 422 that `weakness` has with it."""

    def look(hasher: "PasswordHasher") -> str:
        if (weak := weakness(password, about)) is not None:
            raise weak
        return hasher.hash(normal(password))

    return await _run(look)


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
    return await asyncio.get_running_loop().run_in_executor(_worker, lambda: work(_hasher()))
