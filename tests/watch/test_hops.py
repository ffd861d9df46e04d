"""Whose id a request has: the caller's where it is one, and never anything that breaks a line of log."""

import pytest

from server.watch.hops import request_id


def test_the_callers_own_id_is_kept() -> None:
    assert request_id([(b"host", b"x"), (b"x-request-id", b"teller-7.press_12")]) == "teller-7.press_12"


@pytest.mark.parametrize(
    "given", [b"", b"short", b"x" * 65, b'with "quotes"', b"two\nlines-of-log", "é".encode() * 8]
)
def test_what_is_no_id_is_replaced(given: bytes) -> None:
    made = request_id([(b"x-request-id", given)])
    assert made.encode() != given
    assert made.replace("-", "").isalnum()


def test_no_two_requests_are_given_one_id() -> None:
    assert len({request_id([]) for _ in range(1000)}) == 1000
