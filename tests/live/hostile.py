"""A listener that means harm, whose every byte is its own; and a crowd of them: `python -m tests.live.hostile`."""

import argparse
import base64
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

TEXT, PING, CLOSE = 1, 9, 8
ALIVE = b'{"type":"alive","seq":0}'


def frame(code: int, payload: bytes, *, fin: bool = True, rsv: int = 0, masked: bool = True, says: int = -1) -> bytes:
    """A frame as a client writes it; `says`: the length it claims to have."""
    length = len(payload) if says < 0 else says
    short = length if length < 126 else 126 if length < 2**16 else 127
    head = bytes([(0x80 if fin else 0) | rsv << 4 | code, (0x80 if masked else 0) | short])
    head += {126: struct.pack(">H", length & 0xFFFF), 127: struct.pack(">Q", length)}.get(short, b"")
    mask = b"\x00\x00\x00\x00" if masked else b""  # a mask of nothing is a mask
    return head + mask + payload


class Hostile:
    """A line that is open and, unless it is refused, listens. `code` is how the server closed it, 0 if it did not."""

    def __init__(self, url: str, token: str, protocols: str | None = None, *, narrow: bool = False) -> None:
        self.socket = socket.socket()
        if narrow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", int(url.rsplit(":", 1)[1])))
        self.code = 0
        self._protocols = f"callboard.v1, token.{token}" if protocols is None else protocols
        self._kept = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def handshake(self, *more: str, **other: str) -> bytes:
        """What opens the socket; `other` headers in the place of the right ones."""
        headers = {
            "Host": "x",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
            "Sec-WebSocket-Protocol": self._protocols,
        }
        headers |= {name.replace("_", "-"): value for name, value in other.items()}
        lines = ["GET /api/v1/branches/main/live HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items() if v), *more]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def open(self) -> Self:
        self.socket.sendall(self.handshake())
        while b"\r\n\r\n" not in self._kept:
            found = self.socket.recv(65536)
            assert found, "it was cut before it was open"
            self._kept += found
        head, _, self._kept = self._kept.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        return self

    def say(self, data: bytes) -> bool:
        """Whether it could be said."""
        try:
            self.socket.sendall(data)
        except (ConnectionError, TimeoutError):
            return False
        return True

    def until_end(self, patience_s: float = 10.0) -> int:
        """Reads on until the server has closed; the code, or 0 where it cut the line without one."""
        deadline = time.monotonic() + patience_s
        with suppress(ConnectionError):
            while not self._closed():
                self.socket.settimeout(max(0.01, deadline - time.monotonic()))
                found = self.socket.recv(65536)
                if not found:
                    break
                self._kept += found
        return self.code

    def _closed(self) -> bool:
        """Looks through the server's frames for the one that closes."""
        while len(self._kept) >= 2:
            length, at = self._kept[1] & 127, 2
            if length >= 126:
                at = 4 if length == 126 else 10
                if len(self._kept) < at:
                    return False
                length = int.from_bytes(self._kept[2:at])
            if len(self._kept) < at + length:
                return False
            code, payload = self._kept[0] & 15, self._kept[at : at + length]
            self._kept = self._kept[at + length :]
            if code == CLOSE:
                self.code = int.from_bytes(payload[:2])
                return True
        return False


BOMB = frame(TEXT, b"\xaa" * 2000, rsv=4)
MALFORMED = {
    "a frame that is not masked": (frame(TEXT, ALIVE, masked=False), 1002),
    "an unknown kind of frame": (frame(3, b""), 1002),
    "an unknown kind of control": (frame(11, b""), 1002),
    "compressed though it was not agreed": (BOMB, 1002),
    "reserved bits": (frame(TEXT, ALIVE, rsv=3), 1002),
    "half a ping": (frame(PING, b"x", fin=False), 1002),
    "a ping that is too long": (frame(PING, b"x" * 126), 1002),
    "the rest of nothing": (frame(0, b"x"), 1002),
    "a message within a message": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), 1002),
    "no text": (frame(TEXT, b"\xff\xfe"), 1007),
    "a long message": (frame(TEXT, b"x" * 5000), 1009),
    "a message that is said to be endless": (frame(TEXT, b"", says=2**62), 1009),
    "a message that is said to be longer than that": (frame(TEXT, b"", says=2**63), 1009),
    "a long message in pieces": (frame(TEXT, b"x" * 3000, fin=False) + frame(0, b"x" * 3000), 1009),
    "a close without a reason": (frame(CLOSE, b"\x03"), 1002),
    "a close that nobody may send": (frame(CLOSE, struct.pack(">H", 1005)), 1002),
    "a close that says nothing sensible": (frame(CLOSE, struct.pack(">H", 1000) + b"\xff"), 1007),
}
FLOODS = {
    "pings": frame(PING, b"x" * 100),
    "pongs": frame(10, b""),
    "empty pieces of a message": frame(0, b"", fin=False),
    "what a screen says": frame(TEXT, ALIVE),
}


def flood(line: Hostile, kind: str, most: int = 4 * 1024 * 1024) -> int:
    """Says the same again and again until it is cut off; how many bytes that took."""
    sent = 0
    piece = FLOODS[kind] * 100
    if kind == "empty pieces of a message":
        line.say(frame(TEXT, b"", fin=False))
    while sent < most and line.say(piece):
        sent += len(piece)
    return sent


def attacks(url: str, token: str) -> list[Callable[[], object]]:
    """All at once, each again and again: broken frames, floods, guesses, and lines that are never finished."""

    def malformed(said: bytes) -> None:
        with Hostile(url, token) as line:
            line.open().say(said)
            line.until_end(2)

    def flooding(kind: str) -> None:
        with Hostile(url, token) as line:
            flood(line.open(), kind, 256 * 1024)

    def guessing() -> None:
        with Hostile(url, secrets.token_hex(16)) as line:
            line.open().until_end(2)

    def half_open() -> None:
        lines = [Hostile(url, token) for _ in range(20)]
        for line in lines:
            line.say(line.handshake()[:40])
        time.sleep(1)
        for line in lines:
            line.socket.close()

    def asleep() -> None:
        with Hostile(url, token, narrow=True) as line:
            line.open()
            time.sleep(2)

    broken = [lambda said=said: malformed(said) for said, _ in MALFORMED.values()]
    floods = [lambda kind=kind: flooding(kind) for kind in FLOODS]
    return [*broken, *floods, guessing, half_open, asleep]


def attack(url: str, token: str, seconds: float, pace_s: float) -> int:
    """How many times something was tried: each way by itself, with a pause in between."""
    deadline = time.monotonic() + seconds
    tried = 0

    def again(way: Callable[[], object]) -> None:
        nonlocal tried
        while time.monotonic() < deadline:
            with suppress(OSError, AssertionError):
                way()
            tried += 1
            time.sleep(pace_s)

    threads = [threading.Thread(target=again, args=(way,)) for way in attacks(url, token)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tried


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.live.hostile")
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--pace", type=float, default=0.2)
    asked = parser.parse_args()
    print(attack(asked.url, asked.token, asked.seconds, asked.pace))
