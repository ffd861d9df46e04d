"""A line to a server with nothing between: whatever bytes a test likes, at whatever pace."""

import socket
import ssl
import time
from contextlib import suppress
from typing import Self


class RawLine:
    """`say` sends, `heard` is all that came so far, `until_end` reads until the server cuts it."""

    def __init__(self, url: str, source: str = "") -> None:
        port = int(url.rsplit(":", 1)[1])
        address = (source, 0) if source else None
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=address)
        self.heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, data: bytes) -> Self:
        with suppress(ConnectionError, ssl.SSLError):  # it may have been cut in the middle
            self.socket.sendall(data)
        return self

    def drip(self, data: bytes, every_s: float, seconds: float) -> bool:
        """Byte by byte, again and again from the start; whether the server cut the line before the time was up."""
        self.socket.settimeout(every_s)
        deadline = time.monotonic() + seconds
        at = 0
        while time.monotonic() < deadline:
            try:
                self.socket.sendall(data[at % len(data) :][:1])
                found = self.socket.recv(65536)
            except TimeoutError:
                at += 1
                continue
            except ConnectionError:
                return True
            if not found:
                return True
            self.heard += found
        return False

    def until_end(self, patience_s: float = 10.0) -> bytes:
        """All that came, once the server has cut the line; TimeoutError if it does not."""
        self.socket.settimeout(patience_s)
        with suppress(ConnectionError):
            while found := self.socket.recv(65536):
                self.heard += found
        return self.heard

    def answer(self, patience_s: float = 10.0) -> bytes:
        """What has come when there is a whole head with a body of the length it says."""
        self.socket.settimeout(patience_s)
        while not self._whole():
            found = self.socket.recv(65536)
            if not found:
                break
            self.heard += found
        return self.heard

    def _whole(self) -> bool:
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if not end:
            return False
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return bool(lengths) and len(body) >= int(lengths[0].split(b":")[1])


def status(answer: bytes) -> int:
    """Of the first answer on a line; 0 if there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
