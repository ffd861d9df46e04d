"""Numbers leased, printed alone, handed in and given back by many at once, at two writers: none is given twice."""

import random
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from server.actions import device
from server.actions.decision import Actor
from server.domain.audience import whole
from server.domain.refusals import Refusal
from server.domain.ticket import Segment
from server.storage.writer import Writer
from tests.domain.floor import essence
from tests.domain.log_reader import LogReader
from tests.domain.screen import on_the_wire
from tests.domain.test_any_sequence import rebuilt
from tests.storage.office import PATIENCE_S, Office, office, send, take

KIOSKS = 4
TURNS = 12


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    with office(database_url) as found:
        yield found


def alone_and_back(writer: Writer, number: int, numbers: list[str], refused: list[str]) -> None:
    """One kiosk's morning: it leases, prints some of the block, hands in, each twice by one key, and gives back."""
    dice, kiosk = random.Random(number), Actor("kiosk", f"kiosk-{number}")
    for turn in range(TURNS):
        name = f"main.k{number}-{turn}"
        lease: dict[str, Any] = {"block_id": name, "queue_id": "cash", "size": dice.randint(1, 6)}
        answers = [send(writer, kiosk, device.lease_numbers, key=f"lease-{name}", **lease) for _ in range(2)]
        block = answers[0].result(PATIENCE_S)["block"]
        assert on_the_wire(answers[1].result(PATIENCE_S)["block"]) == on_the_wire(block)
        numbers.append(str(take(writer, 1000 * number + turn).result(PATIENCE_S)["ticket"]["number"]))
        serials = list(range(block["first_serial"], block["last_serial"] + 1))[: dice.randint(0, 6)]
        for serial in dice.sample(serials, len(serials)):
            paper: dict[str, Any] = {"block_id": name, "serial": serial, "services": ["deposit"]}
            paper |= {"segment": Segment.ORDINARY, "issued_at": datetime.fromisoformat(block["leased_at"])}
            twice = [send(writer, kiosk, device.hand_in, key=f"hand-{name}-{serial}", **paper) for _ in range(2)]
            (given,) = {answer.result(PATIENCE_S)["ticket"]["number"] for answer in twice}
            numbers.append(str(given))
            try:
                send(writer, kiosk, device.hand_in, key=f"again-{name}-{serial}", **paper).result(PATIENCE_S)
            except Refusal as refusal:
                refused.append(refusal.code)
        if turn % 3:
            send(writer, kiosk, device.return_numbers, block_id=name).result(PATIENCE_S)


def test_no_number_is_given_twice_whoever_gives_it(here: Office) -> None:
    installed = here.hall()
    writers = [here.writer(), here.writer()]
    numbers: list[str] = []
    refused: list[str] = []
    kiosks = [
        threading.Thread(target=alone_and_back, args=(writers[number % 2], number, numbers, refused))
        for number in range(KIOSKS)
    ]
    for kiosk in kiosks:
        kiosk.start()
    for kiosk in kiosks:
        kiosk.join(60)
    for writer in writers:
        writer.stop()
    assert len(numbers) == len(set(numbers)) > KIOSKS * TURNS
    assert set(refused) == {"number_given"}
    log, reader = here.log(), LogReader(on_the_wire([whole(c) for c in installed.counters.values()]))
    for event in log:
        reader.read(on_the_wire(whole(event)))
    issued = [event.ticket.number for event in log if event.kind == "ticket.issued" and event.ticket]
    assert sorted(issued) == sorted(numbers)
    assert essence(rebuilt(installed, log)) == essence(here.hall())
