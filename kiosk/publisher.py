"""Keeps the newest good edition of the page: fetched whole from the server, and never mixed with an older one."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from kiosk import edition as editions
from kiosk.edition import Edition, File, NotOurPage, needed, taken_apart
from kiosk.hall import Hall, hall_from
from kiosk.link import Link
from kiosk.upstream import Away, Upstream

log = logging.getLogger(__name__)

SCREEN = "kiosk"
LOOK_EVERY_S = 300.0
WRITE_EVERY_S = 3600.0  # of what only moves the hall on: a small card wears out
PAGE_WITHIN_S = 2.0
SET_UP = ('"kind":"branch.set_up"', '"kind":"branch.changed"')
TEXT = ("text/", "application/javascript", "application/json")


class Publisher:
    def __init__(self, path: Path, upstream: Upstream, link: Link) -> None:
        self._path = path
        self._upstream = upstream
        self._link = link
        self._lock = asyncio.Lock()
        self._written_at = float("-inf")
        self._due = asyncio.Event()
        self._on_change: list[Callable[[], None]] = []
        self.refusal: int | None = None  # how the server answers a token that it does not accept
        self.edition: Edition | None = editions.read(path)
        self.hall: Hall | None = hall_from(self.edition.boot) if self.edition else None
        link.on_change(self._due.set)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Told when the branch's settings, its words or the page are other than before."""
        self._on_change.append(listener)

    def hear(self, frame: str) -> None:
        """What the page hears of the hall: a branch that is set up anew is known here before the server goes away."""
        if any(kind in frame for kind in SET_UP):
            self.soon()

    def soon(self) -> None:
        """The edition may be of a branch that has been set up anew."""
        self._due.set()

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            self._due.clear()
            if self._link.state in ("here", "refused"):
                await self.renew()
            try:
                async with asyncio.timeout(LOOK_EVERY_S if self.edition else 5.0):
                    await self._due.wait()
            except TimeoutError:
                continue

    async def renew(self) -> None:
        """The newest edition there is. Without an answer the old one stays."""
        async with self._lock:
            try:
                await self._renew()
            except (Away, NotOurPage) as error:
                log.info("the page was not renewed: %s", error)
            except OSError as error:
                log.error("the page cannot be kept for a start without the server: %s", error)

    async def _renew(self) -> None:
        told = await self._upstream.pass_on(
            "GET",
            f"/{SCREEN}",
            headers={"Cookie": f"callboard_{SCREEN}={self._upstream.token}"},
            within_s=PAGE_WITHIN_S,
        )
        self.refusal = told.status_code if told.status_code in (401, 403) else None
        if self.refusal is not None:
            self._link.refused()
            return
        if told.status_code != 200:
            raise NotOurPage(f"status {told.status_code}")
        shell, boot = taken_apart(told.text)
        found = Edition(shell, boot, await self._files(shell))
        changed = self.edition is None or found.settled() != self.edition.settled()
        self.edition, self.hall = found, hall_from(boot)
        if changed or time.monotonic() - self._written_at > WRITE_EVERY_S:
            await asyncio.to_thread(editions.write, self._path, found)
            self._written_at = time.monotonic()
        if changed:
            for listener in self._on_change:
                listener()

    async def _files(self, shell: str) -> dict[str, File]:
        """Everything that the page needs, and everything that needs."""
        files: dict[str, File] = {}
        missing: set[str] = set()
        wanted = needed(f"/{SCREEN}", shell)
        while wanted:
            found = {path: await self._file(path) for path in sorted(wanted)}
            fresh = {path: file for path, file in found.items() if file is not None}
            files |= fresh
            texts = {path: file.body.decode() for path, file in fresh.items() if file.content_type.startswith(TEXT)}
            needs = {need for path, text in texts.items() for need in needed(path, text)}
            missing |= found.keys() - fresh.keys()
            wanted = needs - files.keys() - missing
        return files

    async def _file(self, path: str) -> File | None:
        """None for what the server does not have: a word in a comment may look like a path."""
        old = self.edition.files.get(path) if self.edition else None
        headers = {"If-None-Match": old.etag} if old and old.etag else {}
        told = await self._upstream.pass_on("GET", path, headers=headers)
        if told.status_code == 304 and old is not None:
            return old
        if told.status_code >= 500:
            raise Away(f"{path}: {told.status_code}", certain=True)
        if told.status_code != 200:
            return None
        return File(told.headers.get("content-type", ""), told.content, told.headers.get("etag", ""))
