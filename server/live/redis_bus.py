"""The bus between processes, on Redis or Valkey. Away, it costs the other processes a poll and no event."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.live.bus import OnNews

log = logging.getLogger(__name__)

CHANNEL = "callboard:news"
RETRY_S = 1.0


class RedisBus:
    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, decode_responses=True, socket_connect_timeout=1, socket_timeout=5)
        self._on_news: OnNews | None = None
        self._outbox: asyncio.Queue[str] = asyncio.Queue(maxsize=1000)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, on_news: OnNews) -> None:
        self._on_news = on_news
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    def publish(self, branch_id: str, seq: int) -> None:
        if self._on_news:
            self._on_news(branch_id, seq)  # our own listeners need not wait for the way round
        if not self._outbox.full():
            self._outbox.put_nowait(f"{branch_id} {seq}")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def _send(self) -> None:
        while True:
            message = await self._outbox.get()
            try:
                await self._redis.publish(CHANNEL, message)
            except (RedisError, OSError) as error:
                log.warning("the bus is away, news is found by the poll: %s", error)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    while True:
                        found = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
                        if found and self._on_news:
                            branch_id, _, seq = found["data"].rpartition(" ")
                            if seq.isdecimal():  # anyone may write on the channel
                                self._on_news(branch_id, int(seq))
            except (RedisError, OSError, UnicodeDecodeError) as error:
                log.warning("the bus is away, news is found by the poll: %s", error)
                await asyncio.sleep(RETRY_S)
