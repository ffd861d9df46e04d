"""Tells the processes that a branch has news. A message is only a wake-up: the log is the truth."""

from collections.abc import Callable
from typing import Protocol

OnNews = Callable[[str, int], None]  # (branch, its newest seq)
OnAccess = Callable[[], None]


def nobody() -> None:
    """Whom it does not concern."""


class Bus(Protocol):
    @property
    def up(self) -> bool:
        """Whether news from other processes comes at once."""

    async def start(self, on_news: OnNews, on_access: OnAccess = nobody) -> None:
        """Calls them on the event loop, now and then twice, now and then never. `on_access`: something may have been
        taken back."""

    def publish(self, branch_id: str, seq: int) -> None:
        """Says it to every process, this one too. Never waits and never fails: the poll covers a loss."""

    def publish_access(self) -> None:
        """As `publish`: that something was taken back."""

    async def close(self) -> None: ...


class InProcessBus:
    """One process, nothing installed."""

    up = True  # there is nobody else to hear

    def __init__(self) -> None:
        self._on_news: OnNews | None = None
        self._on_access: OnAccess = nobody

    async def start(self, on_news: OnNews, on_access: OnAccess = nobody) -> None:
        self._on_news, self._on_access = on_news, on_access

    def publish(self, branch_id: str, seq: int) -> None:
        if self._on_news:
            self._on_news(branch_id, seq)

    def publish_access(self) -> None:
        self._on_access()

    async def close(self) -> None:
        self._on_news, self._on_access = None, nobody
