"""A hall hears one voice: the program's if there is one, else that of one page which its browser lets speak."""

from datetime import UTC, datetime

import pytest

from server.domain.device import Device
from server.web.hall_voice import GONE_S, MOST_PAGES, HallVoices, program_speaks

HALL = "main/"


def ask(
    voices: HallVoices, page: str, now: float, *, can: bool = True, on: bool = False, program: bool = False
) -> str:
    return voices.ask(HALL, page, can=can, insists=on, program=program, now=now)


def test_the_first_page_speaks_and_goes_on_while_it_is_there() -> None:
    voices = HallVoices()
    assert [ask(voices, page, now) for now in (0, 4, 8) for page in ("left", "right")] == ["here", "page"] * 3


def test_another_page_takes_over_when_the_first_has_gone_or_was_silenced() -> None:
    voices = HallVoices()
    ask(voices, "left", 0)
    assert ask(voices, "right", 1) == "page"
    assert ask(voices, "left", 2, can=False) == "page"
    assert ask(voices, "right", 3) == "here"
    assert ask(voices, "left", 3 + GONE_S) == "here"


def test_a_page_that_may_not_sound_is_the_voice_of_nobody() -> None:
    voices = HallVoices()
    assert ask(voices, "left", 0, can=False) == "nobody"
    assert ask(voices, "left", 4, can=True) == "here"


def test_the_program_comes_before_every_page_that_was_not_told_to_speak() -> None:
    voices = HallVoices()
    assert ask(voices, "left", 0) == "here"
    assert ask(voices, "left", 1, program=True) == "program"
    assert ask(voices, "right", 1, program=True, on=True) == "here"
    assert ask(voices, "left", 2) == "page"


def test_zones_have_a_voice_each() -> None:
    voices = HallVoices()
    asked = [(zone, page) for zone in ("main/cash/", "main/vip/") for page in ("left", "right")]
    said = [voices.ask(zone, page + zone, can=True, insists=False, program=False, now=0) for zone, page in asked]
    assert said == ["here", "page", "here", "page"]


def test_pages_without_number_do_not_fill_the_memory() -> None:
    voices = HallVoices()
    said = {ask(voices, f"page-{n}", 0) for n in range(3 * MOST_PAGES)}
    assert said == {"here", "page"}
    assert len(voices._pages[HALL]) == MOST_PAGES


@pytest.mark.parametrize(
    ("parts", "online", "speaks"),
    [
        ({"sound": "ok"}, True, True),
        ({"sound": "ok"}, False, False),
        ({"sound": "off"}, True, False),
        ({}, True, False),
    ],
)
def test_the_program_speaks_while_it_is_there_and_its_sound_is_well(
    parts: dict[str, str], online: bool, speaks: bool
) -> None:
    device = Device("display-1", "display", "Lobby", parts, online, datetime(2026, 3, 2, tzinfo=UTC))
    assert program_speaks([device]) is speaks
