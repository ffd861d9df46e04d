"""Readers that type and readers on a serial line, and what else comes along their way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reading.lines import Lines
from kiosk.reading.wedge import Wedge

CARD = "6222020012345678901"


def keyed(wedge: Wedge, keys: list[str], gap: float, start: float = 100.0) -> list[str]:
    read = [wedge.typed(key, start + place * gap) for place, key in enumerate(keys)]
    return [text for text in read if text is not None]


@pytest.mark.parametrize("gap", [0.001, 0.01, 0.03, 0.05 - 1e-6])
@pytest.mark.parametrize("end", ["Enter", "\r", "\n", "Tab"])
def test_a_burst_that_ends_with_enter_is_a_card(gap: float, end: str) -> None:
    assert keyed(Wedge(), [*CARD, end], gap) == [CARD]


def test_a_person_typing_is_none_however_they_end() -> None:
    assert keyed(Wedge(), [*CARD, "Enter"], 0.08) == []
    assert keyed(Wedge(), [*"12345", "Enter"], 0.01) == [], "too few keys"


def test_an_enter_pressed_later_ends_no_burst() -> None:
    wedge = Wedge()
    keyed(wedge, list(CARD), 0.01)
    assert wedge.typed("Enter", 200.0) is None


def test_a_card_after_somebody_typed_is_the_card_alone() -> None:
    wedge = Wedge()
    keyed(wedge, list("hello"), 0.2, start=90)
    assert keyed(wedge, [*CARD, "Enter"], 0.01) == [CARD]
    assert keyed(wedge, [*CARD, "Enter"], 0.01, start=101) == [CARD]


def test_shift_and_other_named_keys_within_a_burst_do_no_harm() -> None:
    keys = [key for letter in "ABC123" for key in ("Shift", letter)]
    assert keyed(Wedge(), [*keys, "Enter"], 0.005) == ["ABC123"]


def test_a_burst_without_end_is_dropped_and_the_next_card_is_read() -> None:
    wedge = Wedge()
    assert keyed(wedge, ["7"] * 100_000 + ["Enter"], 0.001) == []
    assert len(wedge._keys) == 0
    assert keyed(wedge, [*CARD, "Enter"], 0.01, start=999) == [CARD]


def test_a_clock_that_was_set_back_only_costs_the_burst_it_fell_into() -> None:
    wedge = Wedge()
    keyed(wedge, list("999999"), 0.01, start=5000)
    assert keyed(wedge, [*CARD, "Enter"], 0.01, start=10) == [CARD]


def test_lines_end_as_readers_end_them() -> None:
    data = b"A1\r\nB2\nC3\r\x02D4\x03\r\n\r\n"
    assert Lines().feed(data, 1) == ["A1", "B2", "C3", "D4"]


def test_a_line_may_come_byte_by_byte() -> None:
    lines = Lines()
    read = [line for n, byte in enumerate(f"{CARD}\r\n".encode()) for line in lines.feed(bytes((byte,)), n / 100)]
    assert read == [CARD]


def test_noise_costs_the_line_it_falls_into_and_no_other() -> None:
    assert Lines().feed(b"\xff\x00\x81\r\n" + b"62\x8022\r\n" + f"{CARD}\r\n".encode(), 1) == [CARD]
    assert Lines().feed(b"\xff\xfe\x02" + CARD.encode() + b"\x03", 1) == [CARD], "a start sign begins anew"


def test_an_overlong_line_is_dropped_and_takes_no_room() -> None:
    lines = Lines()
    for place in range(200):
        assert lines.feed(b"9" * 1000, place / 1000) == []
    assert len(lines._bytes) <= 256
    assert lines.feed(b"99\r\n" + CARD.encode() + b"\r\n", 1) == [CARD]


def test_half_a_line_is_not_put_before_the_next_card() -> None:
    lines = Lines()
    assert lines.feed(b"622202", 10) == []
    assert lines.feed(f"{CARD}\r\n".encode(), 12) == [CARD]


def test_with_a_checksum_only_lines_that_hold_it_are_read() -> None:
    assert Lines(checksum=True).feed(b"ABC*40\r\nABC*41\r\nABC\r\nABC*\r\nA*40C\r\nabc*60\r\n", 1) == ["ABC", "abc"]


@given(st.lists(st.binary(max_size=60), max_size=20), st.integers(1, 40))
def test_whatever_came_before_the_next_whole_line_is_read(noise: list[bytes], piece: int) -> None:
    lines = Lines()
    for data in noise:
        lines.feed(data, 1)
    data = b"\r\n" + CARD.encode() + b"\r\n"
    read = [line for at in range(0, len(data), piece) for line in lines.feed(data[at : at + piece], 1.5)]
    assert read[-1] == CARD
    assert len(read) <= 2
