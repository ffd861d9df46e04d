"""A card that is held to the reader reaches the page once, as a segment, and only while it is fresh."""

import asyncio
import json
from pathlib import Path

import pytest

from kiosk import cards
from kiosk.cards import Cards, open_cards
from kiosk.reading.readers import Reader

RULES = [{"match": "6222", "segment": "vip", "level": 2}]
NUMBER = "6222020200112233"


def opened(folder: Path, spec: str = "emulated") -> Cards:
    (folder / "rules.json").write_text(json.dumps(RULES))
    found = open_cards(spec, folder / "rules.json")
    assert found is not None
    return found


async def test_the_page_that_waits_is_told_the_segment_once_and_never_the_number(tmp_path: Path) -> None:
    found = opened(tmp_path)
    watch = asyncio.create_task(found.watch())
    waiting = asyncio.create_task(found.next_after(0, 5))
    await asyncio.sleep(0)
    found.reader.hold(NUMBER)
    told = await waiting
    assert (told["number"], told["card"]["segment"], told["card"]["vip_level"]) == (1, "vip", 2)
    assert NUMBER not in json.dumps(told)
    assert (await found.next_after(0, 0.05))["card"] is None
    watch.cancel()


async def test_a_card_of_somebody_who_has_left_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(tmp_path)
    watch = asyncio.create_task(found.watch())
    found.reader.hold(NUMBER)
    await asyncio.sleep(0.01)
    monkeypatch.setattr(cards, "FRESH_S", 0.0)
    assert (await found.next_after(0, 0.05))["card"] is None
    watch.cancel()


async def test_keys_are_for_a_reader_that_is_a_keyboard(tmp_path: Path) -> None:
    keys = [(key, n * 0.005) for n, key in enumerate([*NUMBER, "Enter"])]
    assert opened(tmp_path, "keyboard").typed(keys) is True
    assert opened(tmp_path).typed(keys) is False


def test_no_reader_is_no_reader_and_a_wrong_one_is_refused() -> None:
    assert open_cards("", None) is None
    found = open_cards("emulated", None)
    assert found is not None
    assert isinstance(found.reader, Reader)
    with pytest.raises(ValueError, match="no reader"):
        open_cards("parrot", None)
