"""Nobody waits for ever: how many calls a ticket can see go by, however many VIPs arrive."""

from hypothesis import given, settings
from hypothesis import strategies as st

from server.actions import teller
from server.domain.branch import Rules
from tests.domain.floor import Floor, counter

# What happens between two calls: so many VIPs arrive, and perhaps an ordinary customer.
CROWD = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=10, max_size=40)
WEIGHTS = st.tuples(st.integers(1, 5), st.integers(1, 3))


def hall(vip: int = 2, ordinary: int = 1, counters: int = 1, back_places: int = 3) -> Floor:
    """All counters serve both queues; the wait cap is far away."""
    rules = Rules(vip_weight=vip, ordinary_weight=ordinary, wait_cap_s=1e9, back_places=back_places)
    floor = Floor(*(counter(number, "cash vip") for number in range(1, counters + 1)), rules=rules)
    floor.open(*range(1, counters + 1))
    return floor


def arrive(floor: Floor, vips: int, ordinary: bool) -> str | None:
    for _ in range(vips):
        floor.take(segment="vip")
    return floor.take() if ordinary else None


@given(CROWD, WEIGHTS, st.integers(0, 8), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_no_ordinary_ticket_waits_past_its_bound_however_many_vips_arrive(
    crowd: list[tuple[int, bool]], weights: tuple[int, int], before: int, counters: int
) -> None:
    """The bound, in calls: (ordinary ahead + 1) x (both weights)."""
    floor = hall(*weights, counters=counters)
    bounds: dict[str, int] = {}
    calls = 0
    for turn, (vips, ordinary) in enumerate([(5, True)] * before + crowd):
        ahead = len([t for t in floor.waiting() if t.prefix == "A"])
        ticket = arrive(floor, vips, ordinary)
        if ticket is not None:
            bounds[ticket] = calls + (ahead + 1) * sum(weights)
        if turn < before:
            continue
        floor.next(turn % counters + 1)
        calls += 1
        bounds = {ticket: bound for ticket, bound in bounds.items() if floor.ticket_waits(ticket)}
        late = {ticket: bound for ticket, bound in bounds.items() if calls >= bound}
        assert not late, f"after {calls} calls"


@given(WEIGHTS, st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_of_so_many_contested_calls_exactly_their_share_is_ordinary(weights: tuple[int, int], shift: int) -> None:
    vip, ordinary = weights
    floor = hall(vip, ordinary)
    for _ in range(shift + vip + ordinary):
        arrive(floor, 1, True)
    codes = [floor.why() for _ in range(shift + vip + ordinary)][shift:]
    assert (codes.count("vip_turn"), codes.count("ordinary_turn")) == (vip, ordinary)


@given(st.lists(st.sampled_from(["vip", "ordinary", "priority", "wait", "next"]), min_size=20, max_size=60))
@settings(max_examples=60, deadline=None)
def test_past_the_cap_the_oldest_is_always_next(happenings: list[str]) -> None:
    floor = Floor(counter(1, "cash vip", "non_cash"), rules=Rules(wait_cap_s=600))
    floor.open(1)
    floor.take("card")
    for what in happenings:
        if what == "wait":
            floor.wait(4)
        elif what != "next":
            floor.take(segment=what)
        else:
            oldest = min(floor.waiting(), key=lambda t: (t.order_at, t.prefix, t.serial), default=None)
            late = oldest is not None and (floor.now - oldest.order_at).total_seconds() > 600
            ticket, code = floor.next(), floor.log[-1].reason
            if late:
                assert oldest is not None
                assert code is not None
                assert (ticket, code.code) == (oldest.id, "wait_cap")


@given(st.lists(st.sampled_from(["deposit", "card", "vip", "next", "miss", "wait"]), min_size=20, max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_counter_stands_idle_while_somebody_waits_whom_it_serves(happenings: list[str]) -> None:
    floor = Floor(counter(1, "cash vip", "non_cash"), rules=Rules(max_misses=3))
    floor.open(1)
    for what in happenings:
        if what == "wait":
            floor.wait(3)
        elif what == "miss":
            if "main.1" in floor.hall.at_counter:
                floor.press(teller.no_show, floor.hall.at_counter["main.1"].id)
        elif what == "next":
            somebody = bool(floor.waiting())
            assert (floor.next() is not None) is somebody
        else:
            floor.take("deposit" if what == "vip" else what, segment="vip" if what == "vip" else "ordinary")
