"""Messages to a browser: enciphered as the standard's own example has it, and signed so that the key is known."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from server.live.push_message import Address, Sender, enciphered, raw

# The example of RFC 8291, appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
BROWSER = Address(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
    raw("BTBZMqHH6r4Tts7J_aSIgg"),
)
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = raw("DGv6ra1nlYgDCS1FRnbzlw")
EXPECTED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
    "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_to_the_last_bit() -> None:
    own = ec.derive_private_key(int.from_bytes(raw(OURS), "big"), ec.SECP256R1())
    assert enciphered(TEXT, BROWSER, salt=SALT, own=own) == raw(EXPECTED)


def test_no_two_messages_are_alike() -> None:
    assert enciphered(TEXT, BROWSER) != enciphered(TEXT, BROWSER)


def test_a_browsers_key_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        enciphered(TEXT, Address(BROWSER.endpoint, b"\4" + bytes(64), BROWSER.auth))


def test_the_signature_is_for_that_service_alone_and_names_our_key() -> None:
    sender = Sender(OURS, "mailto:queue@bank.example")
    said = sender.headers(BROWSER)
    assert Vapid02.verify(said["Authorization"])
    token, key = (part.split("=", 1)[1] for part in said["Authorization"].removeprefix("vapid ").split(","))
    assert key == sender.public_key
    assert len(raw(key)) == 65
    claims = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert '"https://push.example.net"' in claims
    assert "JzLQ3raZ" not in claims


def test_the_key_may_lie_in_a_file(tmp_path: Path) -> None:
    made = Vapid02()
    made.generate_keys()
    made.save_key(str(tmp_path / "push.pem"))
    sender = Sender(str(tmp_path / "push.pem"), "mailto:queue@bank.example")
    assert Vapid02.verify(sender.headers(BROWSER)["Authorization"])


@pytest.mark.parametrize("key", ["x", "no such file.pem", "AAAA" * 30, ""])
def test_a_key_that_is_none_is_said_to_be_so(key: str) -> None:
    with pytest.raises(ValueError, match="CALLBOARD_PUSH_KEY"):
        Sender(key, "mailto:queue@bank.example")


@pytest.mark.parametrize("told", ["", "AQID", "AQ", "AQ==", "-_-_"])
def test_what_a_browser_writes_is_read_with_and_without_padding(told: str) -> None:
    assert base64.urlsafe_b64encode(raw(told)).decode().rstrip("=") == told.rstrip("=")
