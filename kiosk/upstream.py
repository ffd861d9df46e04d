"""The line to the server: asks with the device's own token, and tells an answer from silence."""

import asyncio
import secrets
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from kiosk.journal.rows import Json
from kiosk.user_agent import USER_AGENT

ASK_S = 1.5  # a customer stands in front of it: after that the number comes from the kiosk's own block
ERRAND_S = 5.0
CONNECT_S = 1.0
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Away(Exception):
    """No answer that counts. `certain`: the request was surely not carried out, and never will be. `fault`: the
    server is there, and broke over this one request."""

    def __init__(self, why: str, *, certain: bool, fault: bool = False) -> None:
        super().__init__(why)
        self.certain = certain
        self.fault = fault


class Upstream:
    """The server, for one branch."""

    def __init__(
        self, url: str, branch_id: str, token: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self.branch_id = branch_id
        self.token = token
        self._http = httpx.AsyncClient(
            base_url=self.url,
            headers={"User-Agent": USER_AGENT["kiosk"]},
            transport=transport,
            trust_env=False,  # a branch is a closed network
            timeout=httpx.Timeout(ERRAND_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=50, keepalive_expiry=30),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    def branch_path(self, rest: str) -> str:
        return f"/api/v1/branches/{quote(self.branch_id, safe='')}/{rest}"

    async def command(self, path: str, body: Json, key: str, within_s: float = ERRAND_S) -> httpx.Response:
        """The answer, which may be a refusal; raises Away where there is none, or only a broken server's."""
        headers = {"Idempotency-Key": key}
        answer = await self.pass_on("POST", path, headers=headers, json=body, within_s=within_s)
        if answer.status_code >= 500 or answer.status_code == 429:
            # "busy" is said at the door. Anything else may have been said after the work was done.
            never = code_of(answer) == "busy" or answer.status_code == 429
            raise Away(f"{path}: {answer.status_code}", certain=never, fault=answer.status_code == 500)
        return answer

    async def pass_on(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        within_s: float = ERRAND_S,
        **what: Any,
    ) -> httpx.Response:
        """Whatever the server answers; raises Away where it does not."""
        known = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        try:
            async with asyncio.timeout(within_s):
                return await self._http.request(method, path, headers=known, **what)
        except NEVER_SENT as error:
            raise Away(f"{type(error).__name__}: {error}", certain=True) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Away(f"{type(error).__name__}: {error}", certain=False) from error


def code_of(answer: httpx.Response) -> str:
    """The stable code of a refusal; empty where the answer is none of this system's."""
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def new_key() -> str:
    return secrets.token_hex(16)
