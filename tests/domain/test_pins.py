"""Which PINs are taken, and which everybody would try first."""

import pytest

from server.domain.pins import is_guessed, is_pin


@pytest.mark.parametrize("typed", ["", "123", "123456789", "12a4", "١٢٣٤", " 7193", "７１９３"])
def test_a_pin_is_four_to_eight_plain_digits(typed: str) -> None:
    assert not is_pin(typed)


@pytest.mark.parametrize(
    "pin",
    [
        *("0000", "1111", "99999999", "1212", "454545", "45454"),
        *("1234", "4321", "7890", "0987", "012345", "87654321"),
        *("1987", "2004", "0512", "3112", "870512", "120587", "198705", "19870512", "12051987"),
    ],
)
def test_what_everybody_tries_first_is_no_secret(pin: str) -> None:
    assert is_pin(pin)
    assert is_guessed(pin)


@pytest.mark.parametrize("pin", ["7193", "4839", "40271", "719360", "9136047", "58103926"])
def test_other_pins_are_taken(pin: str) -> None:
    assert is_pin(pin)
    assert not is_guessed(pin)


def test_most_pins_can_be_chosen() -> None:
    guessed = sum(is_guessed(f"{number:04d}") for number in range(10_000))
    assert guessed < 1100, "a guesser who knows the rule should not be helped much"
