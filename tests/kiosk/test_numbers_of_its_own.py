"""A kiosk whose server is away gives out numbers of its own, and tells the server of each exactly once."""

from datetime import timedelta

import pytest

from kiosk.journal.rows import Taken
from kiosk.problems import Problem
from tests.kiosk.bench import Bench
from tests.kiosk.conftest import OnBench
from tests.kiosk.stand_in import StandIn


def code_of(bench: Bench, key: str, **asked: object) -> str:
    """Why no number is given."""
    with pytest.raises(Problem) as refused:
        bench.press(key, **asked)
    return refused.value.code


def number(taken: Taken) -> str:
    return str(taken.ticket["number"])


def test_while_the_server_answers_the_number_is_the_servers(bench: Bench, stand_in: StandIn) -> None:
    taken = bench.press("key-00001")
    assert (taken.state, number(taken)) == ("online", "A006")  # the five before it are this kiosk's own
    assert [paper.number for paper in bench.tray] == ["A006"]


def test_a_block_is_leased_for_every_queue_before_it_is_needed(bench: Bench, stand_in: StandIn) -> None:
    assert {block["queue_id"] for block in stand_in.blocks.values()} == {"cash", "non_cash", "vip", "self_service"}


def test_without_an_answer_the_number_is_the_kiosks_own_and_is_handed_in_later(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    first = bench.press("key-00001")
    bench.times.pass_by(90)
    second = bench.press("key-00002", services=["card"])
    assert [number(first), number(second)] == ["A001", "B001"]
    assert [(paper.number, paper.offline, paper.ahead, paper.wait_min) for paper in bench.tray] == [
        ("A001", True, None, None),
        ("B001", True, None, None),
    ]
    stand_in.mood, stand_in.now = "here", stand_in.now + timedelta(minutes=5)
    bench.meet()
    bench.meet()
    assert stand_in.handed_in == [first.ticket["id"], second.ticket["id"]]
    handed = stand_in.tickets[second.ticket["id"]]
    assert handed["issued_at"] == (stand_in.now - timedelta(minutes=5) + timedelta(seconds=90)).isoformat()


def test_nobody_can_guess_the_link_of_the_next_number(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "away"
    one, other = (bench.press(f"key-0000{n}").ticket["id"].rsplit(".", 1) for n in (1, 2))
    assert len(one[1]) >= 12
    assert one[1] != other[1]


def test_a_request_whose_answer_was_lost_leaves_no_second_ticket(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "deaf"
    taken = bench.press("key-00001")
    assert (taken.state, taken.doubt, number(taken)) == ("offline", True, "A001")
    assert [ticket["number"] for ticket in stand_in.live()] == ["A006"]
    stand_in.mood = "here"
    bench.meet()
    assert [ticket["number"] for ticket in stand_in.live()] == ["A001"]
    assert [paper.number for paper in bench.tray] == ["A001"]


def test_a_server_that_is_known_to_be_away_is_not_asked_by_the_next_customer(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "failing"
    assert bench.press("key-00001").doubt
    asked = len(stand_in.asked)
    assert not bench.press("key-00002").doubt
    assert len(stand_in.asked) == asked


def test_the_same_wish_is_one_ticket_and_one_paper(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "away"
    first = bench.press("key-00001")
    stand_in.mood = "here"
    bench.meet()
    assert bench.press("key-00001").ticket == first.ticket
    assert len(bench.tray) == len(stand_in.live()) == 1
    assert code_of(bench, "key-00001", services=["card"]) == "key_reused"


def test_when_the_block_is_used_up_the_kiosk_says_so_and_gives_nothing(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "away"
    assert [number(bench.press(f"key-0000{n}")) for n in range(1, 6)] == [f"A00{n}" for n in range(1, 6)]
    assert code_of(bench, "key-00006") == "no_numbers_left"
    assert number(bench.press("key-00007", services=["card"])) == "B001"
    assert bench.device.journal.tickets.find("key-00006") is None


def test_a_new_block_is_leased_when_a_third_is_left_and_the_used_one_goes_back(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    for n in range(1, 6):
        bench.press(f"key-0000{n}")
    stand_in.mood = "here"
    bench.meet()
    cash = [block for block in stand_in.blocks.values() if block["queue_id"] == "cash"]
    assert [(block["first_serial"], block["returned"]) for block in cash] == [(1, True), (6, False)]
    assert len(stand_in.live()) == 5


def test_the_busier_the_queue_the_larger_the_block(bench: Bench, stand_in: StandIn) -> None:
    for n in range(16):  # a third of a block of fifteen is more than the five that it has
        bench.press(f"key-{n:05d}", services=["card"])
    bench.meet()
    sizes = [
        b["last_serial"] - b["first_serial"] + 1 for b in stand_in.blocks.values() if b["queue_id"] == "non_cash"
    ]
    assert sizes == [5, 16]


def test_what_is_refused_when_it_is_handed_in_is_explained_and_the_rest_goes_on(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    first, second = bench.press("key-00001"), bench.press("key-00002")
    block = stand_in.blocks[first.block_id or ""]
    block["used"].append(1)
    stand_in.mood = "here"
    bench.meet()
    refused, done = (bench.device.journal.tickets.find(key) for key in ("key-00001", "key-00002"))
    assert refused is not None
    assert done is not None
    assert (refused.hand_in, refused.note, done.hand_in) == ("refused", "number_given", "done")
    assert stand_in.handed_in == [second.ticket["id"]]


def test_a_ticket_over_which_the_server_breaks_keeps_nothing_back_and_is_not_given_up(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    first, second = (bench.press(f"key-0000{n}").ticket["id"] for n in (1, 2))
    stand_in.mood, stand_in.breaks_over = "here", {1}
    bench.meet()
    assert (bench.device.link.state, stand_in.handed_in) == ("here", [second])
    stand_in.breaks_over = set()
    bench.meet()
    assert stand_in.handed_in == [second, first]


def test_a_block_of_another_day_is_not_used_and_goes_back(bench: Bench, stand_in: StandIn) -> None:
    stand_in.now += timedelta(days=1)
    bench.times.pass_by(24 * 3600)
    stand_in.mood = "away"
    assert code_of(bench, "key-00001") == "no_numbers_left"
    stand_in.mood = "here"
    bench.meet()
    assert [block["returned"] for block in stand_in.blocks.values()] == [True] * 4 + [False] * 4


def test_after_the_doors_have_closed_nothing_is_given_and_every_block_goes_back(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    bench.times.pass_by(10 * 3600)
    assert code_of(bench, "key-00001") == "branch_closed"
    stand_in.mood, stand_in.now = "here", stand_in.now + timedelta(hours=10)
    bench.meet()
    assert all(block["returned"] for block in stand_in.blocks.values())


def test_a_number_given_back_before_the_server_knew_it_is_cancelled_there_too(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    ticket_id = bench.press("key-00001").ticket["id"]
    given_back = bench.run(bench.device.clerk.give_back(ticket_id, "key-00002"))
    assert given_back is not None
    stand_in.mood = "here"
    bench.meet()
    assert stand_in.tickets[ticket_id]["state"] == "cancelled"
    assert bench.run(bench.device.clerk.give_back("main.unknown", "key-00003")) is None


def test_a_ticket_whose_handing_in_was_not_answered_is_handed_in_again_under_the_same_key(
    bench: Bench, stand_in: StandIn
) -> None:
    stand_in.mood = "away"
    taken = bench.press("key-00001")
    stand_in.mood = "here"
    bench.run(bench.device.link.look())
    stand_in.mood = "deaf"
    bench.run(bench.device.errands.run_once())
    stand_in.mood = "here"
    bench.meet()
    known = bench.device.journal.tickets.find("key-00001")
    assert known is not None
    assert known.hand_in == "done"
    assert stand_in.handed_in == [taken.ticket["id"]]


def test_a_block_whose_lease_was_not_answered_is_the_one_that_is_used(on_bench: OnBench, stand_in: StandIn) -> None:
    bench = on_bench(met=False)
    bench.run(bench.device.link.look())
    bench.run(bench.device.publisher.renew())
    stand_in.mood = "deaf"
    bench.run(bench.device.errands.run_once())
    bench.restart()
    stand_in.mood = "here"
    bench.meet()
    assert sorted(block["queue_id"] for block in stand_in.blocks.values()) == [
        "cash", "non_cash", "self_service", "vip",
    ]  # fmt: skip


def test_a_wish_without_an_answer_waits_for_who_may_repeat_it(on_bench: OnBench, stand_in: StandIn) -> None:
    bench = on_bench(met=False)
    bench.run(bench.device.link.look())
    stand_in.mood = "deaf"
    assert code_of(bench, "key-00001") == "no_numbers_left"
    stand_in.mood = "here"
    bench.meet()
    assert bench.press("key-00001").ticket["id"] == stand_in.live()[0]["id"]
    assert len(stand_in.live()) == len(bench.tray) == 1


def test_a_wish_that_nobody_repeats_is_taken_back(on_bench: OnBench, stand_in: StandIn) -> None:
    bench = on_bench(met=False, left_alone_s=0.0)
    bench.run(bench.device.link.look())
    stand_in.mood = "deaf"
    assert code_of(bench, "key-00001") == "no_numbers_left"
    assert len(stand_in.live()) == 1
    stand_in.mood = "here"
    bench.meet()
    assert stand_in.live() == []
    assert code_of(bench, "key-00001") == "given_up"


def test_two_kiosks_never_give_the_same_number(on_bench: OnBench, stand_in: StandIn) -> None:
    kiosks = [on_bench("kiosk-1"), on_bench("kiosk-2")]
    stand_in.mood = "away"
    given = [number(kiosk.press(f"key-0000{n}")) for n in range(5) for kiosk in kiosks]
    assert len(set(given)) == 10
    stand_in.mood = "here"
    for kiosk in kiosks:
        kiosk.meet()
    assert sorted(ticket["number"] for ticket in stand_in.live()) == sorted(given)


def test_a_kiosk_whose_token_was_taken_back_gives_nothing_out(bench: Bench, stand_in: StandIn) -> None:
    stand_in.refuses_token = True
    bench.meet()
    assert bench.device.link.state == "refused"
    stand_in.mood = "away"
    assert code_of(bench, "key-00001") == "no_numbers_left"
    bench.restart()
    assert code_of(bench, "key-00001") == "no_numbers_left"
    stand_in.mood, stand_in.refuses_token = "here", False
    bench.meet()
    stand_in.mood = "away"
    bench.restart()
    assert number(bench.press("key-00001")) == "A001"


def test_the_servers_own_no_is_passed_on_and_leaves_no_trace(bench: Bench, stand_in: StandIn) -> None:
    from kiosk.clerk import RefusedThere

    stand_in.refuses = {"/tickets": "branch_closed"}
    with pytest.raises(RefusedThere) as refused:
        bench.press("key-00001")
    assert refused.value.answer.json()["code"] == "branch_closed"
    assert bench.device.journal.tickets.find("key-00001") is None


def test_a_server_that_knows_no_blocks_is_used_all_the_same(on_bench: OnBench, stand_in: StandIn) -> None:
    stand_in.refuses = {"/number-blocks": "not_found"}
    bench = on_bench()
    assert bench.device.link.state == "here"
    assert bench.press("key-00001").state == "online"


def test_an_unknown_service_is_refused_as_the_server_would(bench: Bench, stand_in: StandIn) -> None:
    stand_in.mood = "away"
    assert code_of(bench, "key-00001", services=["tea"]) == "service_not_found"
    assert code_of(bench, "key-00002", services=["advice"], at_machine=True) == "machine_not_offered"
    assert number(bench.press("key-00003", segment="vip")) == "V001"
    assert number(bench.press("key-00004", at_machine=True)) == "S001"
