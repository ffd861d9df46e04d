"""What the bytes of a printer's real-time status mean."""

import pytest

from kiosk.printing.status import ERROR_CAUSE, OFFLINE_CAUSE, PRINTER, ROLL, is_answer, is_done, status, trouble

WELL = {PRINTER: 0x12, OFFLINE_CAUSE: 0x12, ERROR_CAUSE: 0x12, ROLL: 0x12}


@pytest.mark.parametrize(
    ("question", "bits", "state", "code"),
    [
        (PRINTER, 0x00, "ok", None),
        (PRINTER, 0x04, "ok", None),  # the drawer's pin, not ours
        (PRINTER, 0x08, "error", "error"),
        (OFFLINE_CAUSE, 0x04, "error", "cover_open"),
        (OFFLINE_CAUSE, 0x08, "ok", None),  # somebody holds the feed button
        (OFFLINE_CAUSE, 0x20, "paper_out", "paper_out"),
        (ERROR_CAUSE, 0x08, "error", "error"),
        (ERROR_CAUSE, 0x20, "error", "error"),
        (ERROR_CAUSE, 0x40, "error", "error"),
        (ROLL, 0x0C, "paper_low", None),
        (ROLL, 0x60, "paper_out", "paper_out"),
        (ROLL, 0x6C, "paper_out", "paper_out"),
    ],
)
def test_each_bit_means_what_the_makers_say(question: int, bits: int, state: str, code: str | None) -> None:
    answers = {**WELL, question: 0x12 | bits}
    found = trouble(answers)
    assert (status(answers).state, found and found.code) == (state, code)


def test_the_cause_is_told_rather_than_that_it_is_offline() -> None:
    found = trouble({**WELL, PRINTER: 0x1A, OFFLINE_CAUSE: 0x16})
    assert found is not None
    assert found.code == "cover_open"


def test_questions_without_an_answer_are_no_trouble() -> None:
    assert status({}).state == "ok"
    assert trouble({ROLL: 0x12}) is None


def test_answers_of_two_kinds_are_never_mistaken_for_each_other() -> None:
    assert not [byte for byte in range(256) if is_answer(byte) and is_done(byte)]
    assert all(is_answer(0x12 | bits) for bits in (0x00, 0x08, 0x2C, 0x6C))
    assert all(is_done(byte) for byte in (0x00, 0x03, 0x0C, 0x0F))
    assert not is_answer(0xFF)
