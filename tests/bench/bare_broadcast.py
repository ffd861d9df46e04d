"""What a call-out is held against: one commit, and `websockets.broadcast`, and nothing else."""

import asyncio
import json
import sqlite3
import sys
from contextlib import suppress
from typing import Any

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


async def stay(port: int, path: str) -> None:
    """Each line on the input is one call-out, committed unless it says `broadcast`; the first is its message."""
    database = opened(path)
    listening: set[ServerConnection] = set()

    async def listen(line: ServerConnection) -> None:
        listening.add(line)
        with suppress(ConnectionClosed):
            async for _ in line:
                pass
        listening.discard(line)

    orders = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    options: dict[str, Any] = {"compression": None, "ping_interval": None, "close_timeout": 1, "open_timeout": None}
    async with serve(listen, "127.0.0.1", port, subprotocols=[Subprotocol("callboard.v1")], **options):
        message = json.loads(await orders.readline())
        print("ready", flush=True)
        while order := await orders.readline():
            if order != b"broadcast\n":
                with database:
                    database.execute("INSERT INTO log (body) VALUES (?)", (message,))
            broadcast(listening, message)


def opened(path: str) -> sqlite3.Connection:
    """As durable as the server's own: a commit waits for the disk."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return database


if __name__ == "__main__":
    uvloop.run(stay(int(sys.argv[1]), sys.argv[2]))
