"""The display's questions to the server over HTTP, and what a refusal means in words that help."""

import asyncio
from typing import Any, Self
from urllib.parse import quote

import httpx

from kiosk.user_agent import USER_AGENT

Json = dict[str, Any]

PATIENCE_S = 3.0
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
WORDS = {
    "unauthorized": "The server does not know this token. Make one for this display with"
    " `python -m server token --kind display`, and give it with --token.",
    "forbidden": "This token is not a display's: it is of the kind “{kind}”. Make one with"
    " `python -m server token --kind display`.",
    "other_branch": "This token belongs to another branch than “{branch}”. Check --branch, or make a token for it.",
    "branch_not_found": "The server has no branch “{branch}”. Check --branch.",
}


class Away(Exception):
    """The server did not answer, or cannot just now: ask again later."""


class Refused(Exception):
    """The server answered no, and would again."""

    def __init__(self, status: int, code: str, words: str, params: Json | None = None) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.params = status, code, words, params or {}


def words_for(code: str, branch: str, body: Json | None = None) -> str:
    """What a person in the branch can do about it; the server's own words where we have no better."""
    told = body or {}
    params = told.get("params") if isinstance(told.get("params"), dict) else {}
    given = {"kind": "other", "branch": branch, **(params or {})}
    return WORDS.get(code, str(told.get("detail") or f"The server refuses: {code}.")).format_map(given)


class ServerApi:
    """One display's way to ask. Close it with `async with`."""

    def __init__(self, url: str, branch: str, token: str) -> None:
        self.branch = branch
        self._url = url.rstrip("/")
        # No proxies from the environment: the server is in the house.
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "User-Agent": USER_AGENT["display"]},
            timeout=PATIENCE_S,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def of_branch(self, path: str) -> str:
        return f"/api/v1/branches/{quote(self.branch, safe='')}/{path}"

    async def get(self, path: str, **query: str) -> Json:
        """Raises Away, Refused."""
        answer = await self._ask("GET", path, params=query or None)
        try:
            return dict(answer.json())
        except (ValueError, TypeError) as error:
            raise Away(f"{path} was answered with something that is no answer") from error

    async def get_bytes(self, path: str) -> bytes:
        """Raises Away, Refused."""
        return (await self._ask("GET", path)).content

    async def post(self, path: str, body: Json, key: str) -> None:
        """The same key on each retry. Raises Away, Refused."""
        await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    async def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(PATIENCE_S + 1):  # httpx counts each step anew
                answer = await self._http.request(method, self._url + path, **content)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Refused(0, "no_address", f"“{self._url}” is no address of a server: {error}") from error
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise Away(f"the server does not answer ({type(error).__name__})") from error
        if answer.is_success:
            return answer
        if answer.status_code in TRY_AGAIN:
            raise Away(f"the server cannot answer just now ({answer.status_code})")
        raise self._refusal(answer)

    def _refusal(self, answer: httpx.Response) -> Refused:
        try:
            body = dict(answer.json())
        except (ValueError, TypeError):
            body = {}
        code = str(body.get("code", answer.status_code))
        return Refused(answer.status_code, code, words_for(code, self.branch, body), body.get("params"))
