"""Tells the processes that a branch has news. A message is only a wake-up: the log is the truth."""

from collections.abc import Callable
from typing import Protocol

OnNews = Callable[[str, int], None]  # (branch, its newest seq)


class Bus(Protocol):
    @property
    def up(self) -> bool:
        """Whether news from other processes comes at once."""

    async def start(self, on_news: OnNews) -> None:
        """Calls `on_news` on the event loop, now and then twice, now and then never."""

    def publish(self, branch_id: str, seq: int) -> None:
        """Says it to every process, this one too. Never waits and never fails: the poll covers a loss."""

    async def close(self) -> None: ...


class InProcessBus:
    """One process, nothing installed."""

    up = True  # there is nobody else to hear

    def __init__(self) -> None:
        self._on_news: OnNews | None = None

    async def start(self, on_news: OnNews) -> None:
        self._on_news = on_news

    def publish(self, branch_id: str, seq: int) -> None:
        if self._on_news:
            self._on_news(branch_id, seq)

    async def close(self) -> None:
        self._on_news = None
