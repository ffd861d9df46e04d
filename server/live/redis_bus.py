"""The bus between processes, on Redis or Valkey. Away, it costs the other processes a poll and no event."""

import asyncio
import logging
from time import monotonic

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from server.live.bus import OnAccess, OnNews, nobody

log = logging.getLogger(__name__)

CHANNEL = "callboard:news"
ACCESS = "callboard:access"  # a message says only that it is time to look
RETRY_S = 1.0
QUIET_S = 1.0  # after so long without news we say something ourselves
DEAD_S = 3.0  # after so long without hearing anything the line is dead, whatever TCP believes
CLOSING_S = 1.0
ANYBODY = "-"  # no news to anybody


class RedisBus:
    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, decode_responses=True, socket_connect_timeout=1, socket_timeout=2)
        self.up = False
        self._on_news: OnNews | None = None
        self._on_access: OnAccess = nobody
        self._access_changed = False  # and nobody has been told
        self._outbox: dict[str, int] = {}  # of each branch only the newest: after an outage nobody needs the others
        self._news = asyncio.Event()
        self._closing = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, on_news: OnNews, on_access: OnAccess = nobody) -> None:
        self._on_news, self._on_access = on_news, on_access
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    def publish(self, branch_id: str, seq: int) -> None:
        if self._on_news:
            self._on_news(branch_id, seq)  # our own listeners need not wait for the way round
        self._outbox[branch_id] = seq
        self._news.set()

    def publish_access(self) -> None:
        self._on_access()
        self._access_changed = True
        self._news.set()

    async def close(self) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()  # which the client may take for its own affair, as when it is only just connecting
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSING_S)
        await self._redis.aclose()

    async def _send(self) -> None:
        while not self._closing:
            await self._news.wait()
            self._news.clear()
            news, self._outbox = self._outbox, {}
            access, self._access_changed = self._access_changed, False
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    if access:
                        pipeline.publish(ACCESS, ANYBODY)
                    for branch_id, seq in news.items():
                        pipeline.publish(CHANNEL, f"{branch_id} {seq}")
                    await pipeline.execute()
            except (RedisError, OSError) as error:
                log.warning("the bus is away, news is found by the poll: %s", error)

    async def _listen(self) -> None:
        while not self._closing:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL, ACCESS)
                    self.up = True
                    await self._hear(pubsub)
            except (RedisError, OSError, UnicodeDecodeError) as error:
                self.up = False
                log.warning("the bus is away, news is found by the poll: %s", error)
                await asyncio.sleep(RETRY_S)

    async def _hear(self, pubsub: PubSub) -> None:
        heard_at = monotonic()
        while not self._closing:
            found = await pubsub.get_message(ignore_subscribe_messages=True, timeout=QUIET_S)
            if found is not None:
                heard_at = monotonic()
            elif monotonic() - heard_at > DEAD_S:
                raise TimeoutError("nothing comes from it")
            else:
                await self._redis.publish(CHANNEL, ANYBODY)  # comes back to us, if anything does
            if found and found["channel"] == ACCESS:
                self._on_access()
            elif found and self._on_news:
                branch_id, _, seq = found["data"].rpartition(" ")
                if seq.isdecimal():  # anyone may write on the channel
                    self._on_news(branch_id, int(seq))
