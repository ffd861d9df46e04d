"""Who it is that gives commands on the server's own machine."""

import getpass

from server.domain.trail import Who


def at_console() -> Who:
    """Whoever has a shell on the server's machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = "?"  # a container need not know its user's name
    return Who("console", name, name, "console")
