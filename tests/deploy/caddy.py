"""Finds a Caddy for the tests: the one that is named, one on the PATH, or Debian's, which nobody needs to install."""

import os

from tests.debian import program

MISSING = """\
No Caddy was found and none could be fetched. Install one (Debian, Ubuntu: apt-get install caddy) so that it is on
the PATH, or name it in CALLBOARD_CADDY_PROGRAM."""


class NoCaddyError(RuntimeError):
    """There is no Caddy on this machine; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def find() -> str:
    """Its path."""
    found = os.environ.get("CALLBOARD_CADDY_PROGRAM") or program("caddy", "caddy")
    if found is None:
        raise NoCaddyError
    return str(found)
