"""One keep-alive connection to a server, with as little between the socket and the caller as HTTP allows."""

import asyncio
import itertools
import secrets
from abc import ABC, abstractmethod
from typing import Any

TICKET = b'{"services":["deposit"],"segment":"ordinary"}'
PREFIX = secrets.token_hex(4).encode()
KEYS = itertools.count()


def request(path: str, token: str, body: bytes) -> tuple[bytes, bytes]:
    """What comes before and after the key, which alone is new each time."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
    )
    return head.encode(), b"\r\n\r\n" + body


def fresh(parts: tuple[bytes, bytes]) -> bytes:
    return b"%s%s%08x%s" % (parts[0], PREFIX, next(KEYS), parts[1])


class Wire(asyncio.Protocol, ABC):
    """Calls `answered` with the status and the body of each answer; one request is on its way at a time."""

    def __init__(self) -> None:
        self.kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        data = self.kept + data if self.kept else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self.kept = data
            return
        at = data.find(b"content-length: ", 0, end)
        length = int(data[at + 16 : data.index(b"\r", at)]) if at >= 0 else 0
        if len(data) < end + 4 + length:
            self.kept = data
            return
        self.kept = b""
        self.answered(data[9:12], data[end + 4 : end + 4 + length])

    @abstractmethod
    def answered(self, status: bytes, body: bytes) -> None: ...
