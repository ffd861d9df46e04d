"""What every answer wears: the headers that keep a page to itself."""

import re
from functools import lru_cache

HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    # Nothing to other sites. Were it none at all, Chrome 69 would call our own pages' origin "null" at each command.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in FEATURES).encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


def policy(host: str) -> bytes:
    """Everything from here. Chrome 69 does not take a socket to this host for `self`: it is named."""
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{sockets}; object-src 'none'; form-action 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    ).encode()


@lru_cache(maxsize=64)  # a server has few names; whoever makes up more pays for them
def dressed_for(host: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-security-policy", policy(host.decode("latin-1"))), *HEADERS]
