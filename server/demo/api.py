"""The public API as a careful device uses it: one key per intent, tried again until there is an answer."""

import asyncio
import logging
import random
import secrets
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

log = logging.getLogger(__name__)

Json = dict[str, Any]

TRY_AGAIN = frozenset({408, 429, 502, 503, 504})
SERVER_ERRORS = 5  # so many answers 500 to the same key are a fault and no accident


@dataclass(slots=True)
class ApiStats:
    """What it took."""

    requests: int = 0
    retries: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)  # answers 500 and above that are no 'try again'


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is None where the server did it, else why not (`refusal.*`)."""

    body: Json
    code: str | None = None

    @property
    def done(self) -> bool:
        return self.code is None


class Api:
    """Retries a lost connection and a busy server for as long as it takes. Close it with `async with`."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.stats = ApiStats()
        # No proxies from the environment: the server is in the house.
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1/", timeout=10, trust_env=False, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, token: str, path: str, **query: Any) -> Answer:
        return await self._ask("GET", path, token, params=query)

    async def post(self, token: str, path: str, **body: Any) -> Answer:
        return await self._ask("POST", path, token, json=body, key=secrets.token_hex(16))

    async def put(self, token: str, path: str, **body: Any) -> Answer:
        return await self._ask("PUT", path, token, json=body)

    async def _ask(self, method: str, path: str, token: str, key: str | None = None, **content: Any) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        self.stats.requests += 1
        pause_s, faults = 0.1, 0
        while True:
            try:
                answer = await self._http.request(method, path, headers=headers, **content)
            except httpx.TransportError as error:
                log.debug("%s %s: %r, trying again", method, path, error)
                wait_s = pause_s
            else:
                status = answer.status_code
                faults += status == 500
                if status not in TRY_AGAIN and (status != 500 or faults >= SERVER_ERRORS):
                    return self._read(method, path, answer)
                wait_s = float(answer.headers.get("Retry-After", pause_s))
            self.stats.retries += 1
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
            pause_s = min(2.0, pause_s * 2)

    def _read(self, method: str, path: str, answer: httpx.Response) -> Answer:
        try:
            body = dict(answer.json())
        except ValueError:
            body = {}
        if answer.is_success:
            return Answer(body)
        code = str(body.get("code", answer.status_code))
        if answer.status_code >= 500:
            self.stats.errors.append(f"{method} {path}: {answer.status_code} {code}")
            log.error("%s %s was answered with %s %s", method, path, answer.status_code, code)
        self.stats.refusals[code] = self.stats.refusals.get(code, 0) + 1
        return Answer(body, code)
