"""Spoken sentences that the server once gave, kept on this device: they are there too while the server is away."""

import asyncio
import logging
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kiosk.passing import as_told
from kiosk.problems import Problem
from kiosk.upstream import Away, Upstream

log = logging.getLogger(__name__)

WITHIN_S = 4.0  # a new sentence is made in a tenth of that; who waits in the dark for longer has lost the thread
MOST_BYTES = 60_000_000
CLIP = re.compile(r"[0-9a-f]{16,128}\.wav")


class VoiceShelf:
    """A folder of clips by their key, and of what was answered to each wish. What was not heard for longest goes."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self._folder = folder
        self._upstream = upstream

    async def words(self, request: Request, *, server_is_there: bool) -> Response:
        """What clip says a sentence; as known from before where the server does not tell."""
        asked = f"{request.url.path}?{request.url.query}"
        file = self._folder / f"{sha256(asked.encode()).hexdigest()}.json"
        if server_is_there:
            with suppress(Away):
                told = await self._upstream.pass_on("GET", asked, within_s=WITHIN_S)
                if told.is_success:
                    await asyncio.to_thread(self._keep, file, told.content)
                if told.status_code < 500:
                    return as_told(told)
        kept = await asyncio.to_thread(_read, file)
        if kept is None:
            raise Problem(503, "unreachable")
        return Response(kept, media_type="application/json")

    async def clip(self, request: Request) -> Response:
        """The sound. What a key stands for never changes: one that is here need not be asked for."""
        name = request.path_params["clip"]
        if CLIP.fullmatch(name) is None:
            raise Problem(404, "not_found")
        file = self._folder / name
        kept = await asyncio.to_thread(_read, file)
        if kept is None:
            try:
                told = await self._upstream.pass_on("GET", f"{request.url.path}?{request.url.query}")
            except Away as away:
                raise Problem(503, "unreachable") from away
            if not told.is_success:
                return as_told(told)
            kept = told.content
            await asyncio.to_thread(self._keep, file, kept)
        return Response(kept, media_type="audio/wav", headers={"Cache-Control": "private, max-age=31536000"})

    def _keep(self, file: Path, content: bytes) -> None:
        """As a whole or not at all. A full disk costs the sentence a second way, not the customer the first."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(file)
            self._make_room()
        except OSError as error:
            log.warning("a spoken sentence cannot be kept: %s", error)

    def _make_room(self) -> None:
        files = sorted(((path.stat(), path) for path in self._folder.iterdir()), key=lambda found: found[0].st_mtime)
        room = MOST_BYTES - sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if room >= 0:
                return
            path.unlink(missing_ok=True)
            room += stat.st_size


def _read(file: Path) -> bytes | None:
    """And marks it as heard."""
    try:
        content = file.read_bytes()
        file.touch()
    except OSError:
        return None
    if file.suffix == ".json":
        try:
            orjson.loads(content)
        except ValueError:
            return None
    return content
