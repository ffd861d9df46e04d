"""Connecting a device by a code: shows one, waits for whoever types it, and keeps the token. Displays do so too."""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from kiosk.user_agent import USER_AGENT

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
AWAY_S = 3.0
LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Connected:
    """What the server has given this device."""

    token: str
    branch: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The device's token, in a file that only its own account may read."""

    path: Path

    def read(self) -> Connected | None:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return Connected(str(found["token"]), str(found["branch"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read, the device is connected anew: %s", self.path, error)
            return None

    def write(self, found: Connected) -> None:
        """On the disk before it is used: the server gives it out once. Raises OSError."""
        beside = self.path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(found), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


class Pairing:
    """`show` is given each new code; None while there is none, because the server is away."""

    def __init__(
        self,
        server: str,
        kind: str,
        kept: Kept,
        show: Callable[[str | None], None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._kind = kind
        self._kept = kept
        self._show = show
        self._http = httpx.AsyncClient(
            base_url=f"{server.rstrip('/')}/api/v1",
            headers={"User-Agent": USER_AGENT[kind]},
            transport=transport,
            timeout=PATIENCE_S,
            trust_env=False,  # a branch is a closed network
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def connected(self) -> tuple[Connected, bool]:
        """The token that this device has, unless the server says that it is worth nothing; else a new one, and True.
        Waits for as long as it takes. Raises OSError where it cannot be kept."""
        found = self._kept.read()
        if found is not None and not await self.is_over(found):
            return found, False
        self._kept.forget()
        while True:
            made = await self._one_code()
            if made is not None:
                self._kept.write(made)
                return made, True

    async def is_over(self, found: Connected) -> bool:
        """Whether the server does not know this token any more. One that is away says nothing about it."""
        try:
            told = await self._http.get("/clock", headers={"Authorization": f"Bearer {found.token}"})
        except httpx.HTTPError:
            return False
        return told.status_code == 401 and _json(told).get("code") == "unauthorized"

    async def _one_code(self) -> Connected | None:
        """None when it has run out."""
        asked = await self._post("/pairings", {"kind": self._kind})
        secret, every_s = str(asked["secret"]), float(asked["poll_s"])
        self._show(str(asked["code"]))
        while True:
            await asyncio.sleep(every_s)
            told = await self._post("/pairings/collect", {"secret": secret})
            if told.get("state") == "connected":
                return Connected(str(told["token"]), str(told["branch"]))
            if told.get("code") == "pairing_over":
                return None

    async def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """The server's answer, when it has one."""
        pause_s, shown = AWAY_S, True
        while True:
            try:
                answer = await self._http.post(path, json=body)
                if answer.is_success or answer.status_code == 410:
                    return _json(answer)
                log.warning("the server cannot connect this device just now: %d", answer.status_code)
            except httpx.HTTPError as error:
                log.warning("the server does not answer: %s", str(error) or type(error).__name__)
            if shown and path == "/pairings":
                self._show(None)
            shown = False
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_S, pause_s * 1.5)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        return dict(answer.json())
    except (ValueError, TypeError):
        return {}
