"""The stream of cards that the kiosk listens to."""

import asyncio
import logging
import os
import time
from pathlib import Path

import pytest

from kiosk.reading import Card, Reader, open_reader, read_rules
from kiosk.reading.readers import MOST_WAITING, KeyboardReader

RULES = read_rules([{"match": "6222", "segment": "vip", "level": 2}, {"match": "1101", "segment": "priority"}])
CARD, OTHER = "6222020012345678901", "110101194910010010"


async def taken(reader: Reader, within: float = 5) -> Card:
    async with asyncio.timeout(within):
        return await anext(aiter(reader))


async def test_cards_come_in_the_order_in_which_they_were_held_and_one_held_twice_is_one() -> None:
    reader = open_reader("emulated", RULES)
    for raw in (CARD, CARD, "unknown", OTHER, CARD):
        reader.hold(raw)
    reader.close()
    assert [(card.segment, card.vip_level) async for card in reader] == [("vip", 2), ("priority", 0)]


async def test_rules_set_anew_are_about_the_next_card() -> None:
    reader = open_reader("emulated")
    assert reader.hold(CARD) is None
    reader.rules = RULES
    reader.hold(CARD)
    assert (await taken(reader)).segment == "vip"
    assert reader.status() == "ok"


async def test_a_pile_of_old_cards_is_not_kept_for_the_next_customers() -> None:
    reader = open_reader("emulated", read_rules([{"match": "", "segment": "ordinary"}]))
    for number in range(1000):
        reader.hold(f"6222{number:06}")
    last = reader.hold("6222999999")
    reader.close()
    cards = [card async for card in reader]
    assert len(cards) <= MOST_WAITING
    assert cards[-1] == last


async def test_a_reader_that_types_is_heard_through_the_keys_of_the_page() -> None:
    reader = open_reader("keyboard", RULES)
    assert isinstance(reader, KeyboardReader)
    ended = [reader.typed(key, 5 + n / 100) for n, key in enumerate([*CARD, "Enter"])]
    assert ended == [False] * len(CARD) + [True]
    assert (await taken(reader)).vip_level == 2


async def test_a_serial_reader_is_heard_and_found_again_after_it_was_pulled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = tmp_path / "reader"
    reader = open_reader(f"serial:{place}:9600", RULES)
    assert reader.status() == "error"
    aiter(reader)
    for raw in (CARD, OTHER):
        ours, theirs = os.openpty()
        place.unlink(missing_ok=True)
        place.symlink_to(os.ttyname(theirs))
        await _until(reader, "ok")
        os.close(theirs)
        os.write(ours, b"\xff\xfe\r\n" + raw.encode() + b"\r\n")
        assert (await taken(reader)).segment == ("vip" if raw == CARD else "priority")
        place.unlink()
        os.close(ours)
        await _until(reader, "error")
    reader.close()
    assert await nothing_more(reader)
    assert CARD not in caplog.text
    assert OTHER not in caplog.text


async def nothing_more(reader: Reader) -> bool:
    return [card async for card in reader] == []


async def _until(reader: Reader, state: str) -> None:
    def poll() -> None:
        until = time.monotonic() + 15
        while reader.status() != state and time.monotonic() < until:
            time.sleep(0.02)

    await asyncio.to_thread(poll)
    assert reader.status() == state


@pytest.mark.parametrize("spec", ["", "serial", "serial:", "mind:reading", "emulated:x"])
def test_what_is_no_reader_is_refused_when_the_kiosk_starts(spec: str) -> None:
    with pytest.raises(ValueError, match="is no reader"):
        open_reader(spec)
