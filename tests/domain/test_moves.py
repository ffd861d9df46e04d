"""The one table of moves: what is in it happens, what is not is refused."""

from dataclasses import replace

import pytest

from server.domain.events import KINDS
from server.domain.refusals import Refusal
from server.domain.ticket import MOVES, OPEN, State, Ticket, move
from tests.domain.floor import Floor
from tests.domain.log_reader import GONE, LEGAL


@pytest.fixture
def ticket() -> Ticket:
    floor = Floor()
    return floor.ticket(floor.take())


def test_the_table_is_the_one_that_was_agreed() -> None:
    written = {what: ({s.value for s in allowed}, to.value) for what, (allowed, to) in MOVES.items()}
    assert written == {what: (set(allowed.split()), to) for what, (allowed, to) in LEGAL.items()}


def test_every_move_has_an_event_and_every_ticket_event_but_the_first_is_a_move() -> None:
    assert {kind.removeprefix("ticket.") for kind in KINDS if kind.startswith("ticket.")} == {"issued", *MOVES}


def test_every_state_is_open_or_gone() -> None:
    assert {state.value for state in OPEN} | GONE == {state.value for state in State}


@pytest.mark.parametrize("what", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_from_any_state_is_made_or_refused_in_words(ticket: Ticket, state: State, what: str) -> None:
    stands = replace(ticket, state=state)
    allowed, to = LEGAL[what]
    if state.value in allowed.split():
        assert move(stands, what).state == to
        return
    with pytest.raises(Refusal) as refused:
        move(stands, what)
    assert refused.value.code == "move_not_allowed"
    assert refused.value.params == {"number": "A001", "state": state.value, "move": what}
