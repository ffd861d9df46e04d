"""The rules for numbers that were leased: a right hour is passed, and each thing planted in it is found."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.domain.test_log_reader import an_hour_alone, events, handed_in, last
from tests.faults.log_rules import LogRules

Json = dict[str, Any]


def faults(log: list[Json]) -> list[str]:
    rules = LogRules()
    for event in log:
        rules.read(event)
    return rules.faults


def _again(log: list[Json]) -> None:
    """The same number out of the block once more, as another ticket."""
    twin = deepcopy(handed_in(log))
    twin["ticket"]["id"] = "main.twin"
    log.append({**twin, "seq": log[-1]["seq"] + 1, "id": "twin", "at": log[-1]["at"]})


PLANTED: dict[str, Callable[[list[Json]], Any]] = {
    "a number twice": _again,
    "a number of no block": lambda log: handed_in(log)["ticket"].update(serial=9, number="A009"),
    "a number out of order": lambda log: handed_in(log).update(block=None),
    "a time before the lease": lambda log: handed_in(log)["ticket"].update(issued_at=log[0]["at"]),
    "a block nobody leased": lambda log: handed_in(log)["block"].update(id="main.ghost"),
    "numbers leased twice": lambda log: _leased(log).update(first_serial=2),
    "a number after a hole": lambda log: last(log, "ticket.issued")["ticket"].update(serial=9, number="A009"),
}


def _leased(log: list[Json]) -> Json:
    return next(event["block"] for event in log if event["kind"] == "numbers.leased")


def test_an_hour_in_which_a_kiosk_was_alone_is_as_it_should_be() -> None:
    assert faults(events(an_hour_alone())) == []


@pytest.mark.parametrize("plant", PLANTED.values(), ids=list(PLANTED))
def test_what_is_planted_is_found(plant: Callable[[list[Json]], Any]) -> None:
    log = events(an_hour_alone())
    plant(log)
    assert faults(log) != []
