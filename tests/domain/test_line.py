"""The line of a queue knows its first and its middle without looking at all: held to looking at all."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.counter import Status
from server.domain.hall import Counters, Hall
from server.domain.line import Line
from server.domain.routing import choose, order, people_ahead
from server.domain.ticket import Segment, State, Ticket
from tests.domain.floor import NINE, counter, example_branch

# A few instants and head starts only, so that ties are common.
arrivals = st.tuples(
    st.sampled_from(sorted(Segment)),
    st.integers(0, 4).map(lambda n: n * 300),
    st.one_of(st.none(), st.none(), st.integers(0, 3)),
)


def ticket(serial: int, segment: Segment, arrived_s: int, due_call: int | None) -> Ticket:
    at = NINE + timedelta(seconds=arrived_s)
    return Ticket(
        *(f"main.t{serial}", f"main.t{serial}", "main", NINE.date(), "A", serial, 1, f"A{serial:03d}"),
        *("deposit", (), "cash", segment, State.WAITING, at, at, at),
        due_call=due_call,
    )


def hall_with(tickets: list[Ticket], *, ordered: bool) -> Hall:
    hall = Hall(example_branch(), "first")
    for one in tickets:
        hall.tickets[one.id] = one
        if ordered:
            hall.line("cash")[one.id] = one
        else:
            hall.waiting.setdefault("cash", {})[one.id] = one  # a plain dict: everybody is looked at
    return hall


@given(st.lists(arrivals, max_size=12))
@settings(max_examples=150, deadline=None)
def test_the_same_ticket_is_chosen_and_as_many_are_ahead_as_by_looking_at_everybody(
    people: list[tuple[Segment, int, int | None]],
) -> None:
    tickets = [ticket(serial, *person) for serial, person in enumerate(people, start=1)]
    quick, slow = hall_with(tickets, ordered=True), hall_with(tickets, ordered=False)
    desk = counter(1, "cash")
    now = NINE + timedelta(minutes=25)
    for left in range(len(tickets), 0, -1):
        for one in tickets[:left]:
            mine = order(quick, one)
            assert people_ahead(quick, one) == sum(
                1 for t in quick.waiting["cash"].values() if order(quick, t) < mine
            )
        found, expected = choose(quick, desk, now), choose(slow, desk, now)
        assert found == expected
        assert found is not None
        for hall in (quick, slow):
            hall.waiting["cash"].pop(found.ticket.id)
    assert choose(quick, desk, now) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), arrivals), max_size=40))
def test_a_line_holds_what_a_dict_holds_whatever_is_put_in_and_taken_out(
    steps: list[tuple[bool, int, tuple[Segment, int, int | None]]],
) -> None:
    line, plain = Line(), dict[str, Ticket]()
    for putting, serial, person in steps:
        one = ticket(serial, *person)
        if putting:
            line[one.id] = plain[one.id] = one
        else:
            assert line.pop(one.id, None) == plain.pop(one.id, None)
        assert dict(line) == plain
        first = {
            s: min((t for t in plain.values() if t.segment is s and t.due_call is None), key=_arrival, default=None)
            for s in Segment
        }
        promised = [t for t in plain.values() if t.due_call is not None]
        expected = [t for t in first.values() if t is not None] + promised
        assert sorted(line.candidates(), key=_arrival) == sorted(expected, key=_arrival)


def _arrival(one: Ticket) -> tuple[object, ...]:
    return one.order_at, one.prefix, one.serial


def test_what_is_known_of_the_open_counters_follows_every_change() -> None:
    counters = Counters({c.id: c for c in (counter(1, "cash vip", "non_cash"), counter(2, "cash"))})
    assert (counters.open.all, counters.open.own, counters.open.helping) == ([], {}, {})
    counters["main.1"] = opened = replace(counters["main.1"], status=Status.OPEN)
    assert counters.open.own == {"cash": [opened], "vip": [opened]}
    assert counters.open.helping == {"non_cash": [opened]}
    counters["main.1"] = replace(opened, status=Status.PAUSED)
    assert counters.open.own == {}
