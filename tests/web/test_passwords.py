"""How passwords and PINs are hashed where people use them; the other tests here make it cheap."""

import asyncio
from collections.abc import Iterator

import pytest
from argon2 import Type, extract_parameters

from server.web import passwords

WORDS = "verandah kettle ostrich Tuesday"


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Not here."""
    return iter([None])


def test_a_password_is_kept_by_argon2id_at_its_full_cost_and_opens_with_itself_alone() -> None:
    """The second choice of RFC 9106, section 4, as every server can bear it: 64 MB and three rounds."""
    kept = asyncio.run(passwords.hash_of(WORDS))
    cost = extract_parameters(kept)
    assert (cost.type, cost.memory_cost, cost.time_cost, cost.salt_len) == (Type.ID, 65536, 3, 16)
    assert asyncio.run(passwords.matches(kept, WORDS))
    assert not asyncio.run(passwords.matches(kept, f"{WORDS}s"))


def test_where_nobody_has_the_name_a_try_costs_as_much_and_opens_nothing() -> None:
    kept, nobodys = asyncio.run(passwords.hash_of(WORDS)), passwords._nobody()
    assert extract_parameters(nobodys) == extract_parameters(kept)
    assert not asyncio.run(passwords.matches(None, "nobody has this password"))
