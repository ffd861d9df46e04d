"""How passwords and PINs are hashed where people use them; the other tests here make it cheap."""

import asyncio
import time
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


def test_a_text_that_is_made_to_be_read_in_hundreds_of_ways_is_judged_as_soon_as_any_other() -> None:
    """Whole, and in each of its readings, it took many seconds."""
    made = "4@({[<369!1|05$+7%2z" * 4
    began = time.process_time()
    passwords.weakness(made[:72], ["Li Wei"])
    assert time.process_time() - began < 2
    assert passwords._readable("4@({[<369!1|05$+7%2") == "aacccceggillossttxz"
    assert passwords._readable("p@55w0rd!") == "p@55w0rd!", "what people write is read as ever"
    assert passwords.weakness("p@55w0rd!p@55w0rd!p@55w0rd!", []) is not None
    assert passwords.weakness(WORDS, []) is None


def test_where_nobody_has_the_name_a_try_costs_as_much_and_opens_nothing() -> None:
    kept, nobodys = asyncio.run(passwords.hash_of(WORDS)), passwords._nobody()
    assert extract_parameters(nobodys) == extract_parameters(kept)
    assert not asyncio.run(passwords.matches(None, "nobody has this password"))
