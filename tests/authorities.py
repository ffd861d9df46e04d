"""The bundle of certificate authorities, read once: httpx reads it for each client, and for each call without one."""

import ssl
from collections.abc import Iterator
from functools import cache
from typing import Any

import certifi
import pytest


@pytest.fixture(scope="session", autouse=True)
def authorities_once() -> Iterator[None]:
    """It takes a twentieth of a second of a processor, thousands of times a run, and hardly a line is encrypted here.
    Whoever asks for anything but the bundle itself gets a context of their own."""
    make = ssl.create_default_context
    known = cache(lambda: make(cafile=certifi.where()))

    def create(*asked: Any, **named: Any) -> ssl.SSLContext:
        return known() if not asked and named == {"cafile": certifi.where()} else make(*asked, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", create)
        yield
