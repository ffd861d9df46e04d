"""A branch is installed whole; tokens are kept as hashes and stop working when they are taken back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from server.storage.branches import TOKEN_KINDS, Holder, create_token, has_branch, holder_of, install_branch
from server.storage.halls import BranchNotFound, load_hall
from server.storage.tables import tokens
from tests.domain.floor import Floor, essence, example_branch
from tests.storage.office import Office


def test_a_branch_comes_back_as_it_was_installed(here: Office) -> None:
    found = here.hall()
    expected = Floor().hall
    expected.epoch = found.epoch
    assert found.branch == example_branch()
    assert essence(found) == essence(expected)
    assert has_branch(here.engine, "main")


def test_two_queues_cannot_print_the_same_numbers(here: Office) -> None:
    branch = example_branch()
    queues = branch.queues | {"gold": replace(branch.queues["cash"], id="gold")}
    with pytest.raises(ValueError, match="prefix of its own"):
        install_branch(here.engine, replace(branch, id="gold", queues=queues), [])
    assert not has_branch(here.engine, "gold")


def test_an_unknown_branch_is_not_found(here: Office) -> None:
    assert not has_branch(here.engine, "nowhere")
    with here.reader.begin() as connection, pytest.raises(BranchNotFound):
        load_hall(connection, "nowhere")


@pytest.mark.parametrize("kind", TOKEN_KINDS)
def test_a_token_stands_for_its_holder(here: Office, kind: str) -> None:
    token = create_token(here.engine, kind, "main", "Li Wei", "holder-1")
    with here.reader.begin() as connection:
        holder = holder_of(connection, token)
        stranger = holder_of(connection, token + "x")
    assert holder == Holder("holder-1", kind, "main", "Li Wei")
    assert stranger is None


def test_no_token_can_be_read_from_the_database(here: Office) -> None:
    created = [create_token(here.engine, "teller", "main", "Li Wei") for _ in range(3)]
    with here.reader.begin() as connection:
        kept = [str(dict(row._mapping)) for row in connection.execute(select(tokens))]
    assert len(set(created)) == 3
    assert not [token for token in created if any(token in row for row in kept)]


def test_a_hash_is_no_token(here: Office) -> None:
    create_token(here.engine, "operator", "main", "Li Wei")
    with here.reader.begin() as connection:
        kept = connection.execute(select(tokens.c.hash)).scalar_one()
        assert holder_of(connection, kept) is None


def test_a_token_that_was_taken_back_stands_for_nobody(here: Office) -> None:
    token = create_token(here.engine, "display", "main", "Lobby")
    with here.engine.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=datetime.now(UTC)))
    with here.reader.begin() as connection:
        assert holder_of(connection, token) is None


def test_a_kind_that_is_unknown_is_no_kind(here: Office) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        create_token(here.engine, "customer", "main", "?")
