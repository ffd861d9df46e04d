"""The queue of commands: bounded, in order within a branch, and fair between branches."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.actions import customer
from server.actions.decision import Command
from server.domain.refusals import Refusal
from server.storage.backlog import BRANCHES, Backlog
from server.storage.waiting import Waiting
from tests.domain.floor import KIOSK

branches = st.lists(st.sampled_from("abcde"), max_size=60)


def command(branch_id: str, number: int) -> Waiting:
    return Waiting(Command(branch_id, KIOSK, customer.take_ticket, {"number": number}))


def filled(order: list[str], limit: int = 100) -> Backlog:
    backlog = Backlog(limit)
    for number, branch_id in enumerate(order):
        backlog.add(command(branch_id, number))
    return backlog


def told(taken: list[Waiting]) -> list[tuple[str, int]]:
    return [(one.command.branch_id, one.command.arguments["number"]) for one in taken]


@given(branches, st.integers(1, 20))
def test_everything_is_taken_once_and_each_branch_in_the_order_of_its_coming(order: list[str], most: int) -> None:
    backlog, taken = filled(order), list[tuple[str, int]]()
    while len(backlog):
        found = told(backlog.take(most))
        assert 0 < len(found) <= most
        taken += found
    assert sorted(number for _, number in taken) == list(range(len(order)))
    for branch_id in set(order):
        mine = [number for branch, number in taken if branch == branch_id]
        assert mine == sorted(mine)


@given(branches, st.integers(1, 20))
def test_no_branch_is_two_ahead_of_one_that_still_waits(order: list[str], most: int) -> None:
    backlog, had = filled(order), Counter[str]()
    while len(backlog):
        had.update(branch for branch, _ in told(backlog.take(most)))
        waiting = [branch for branch in set(order) if had[branch] < order.count(branch)]
        for branch in waiting:
            assert max(had.values(), default=0) - had[branch] <= 1


def test_a_branch_that_floods_is_refused_before_the_others_are() -> None:
    backlog = filled(["a"] * 10, limit=10)
    with pytest.raises(Refusal, match="busy"):
        backlog.add(command("a", 10))
    backlog.add(command("b", 11))
    assert [branch for branch, _ in told(backlog.take(2))] == ["a", "b"]


def test_all_together_are_bounded_too() -> None:
    backlog = filled([str(number % (2 * BRANCHES)) for number in range(BRANCHES * 10)], limit=10)
    with pytest.raises(Refusal, match="busy"):
        backlog.add(command("one more", 0))
    assert len(backlog) == BRANCHES * 10
