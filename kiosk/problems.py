"""How this program says no by itself: as the server does, with a stable code and words in every language."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

WORDS: dict[str, dict[str, str]] = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text(encoding="utf-8"))
    for entry in sorted((files("kiosk") / "words").iterdir(), key=lambda entry: entry.name)
    if entry.name.endswith(".json")
}
# The page tries again by itself where it is told when: what is away may be back in a second.
RETRY_AFTER = {503: {"Retry-After": "1"}}


class Problem(Exception):
    """A request that this kiosk does not carry out. `code` never changes its meaning."""

    def __init__(self, status: int, code: str, **params: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.params = status, code, params


def say(code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The sentence in every language; a name in several languages is told in its own."""
    return {lang: words[code].format_map(_told(lang, params or {})) for lang, words in WORDS.items()}


def _told(lang: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.get(lang, "") if isinstance(value, Mapping) else value for name, value in params.items()}


def answer(problem: Problem, accept_language: str = "") -> Response:
    words = say(problem.code, problem.params)
    body = {
        "type": f"/problems/{problem.code}",
        "title": words["en"],
        "status": problem.status,
        "code": problem.code,
        "detail": words.get(accept_language[:2].lower(), words["en"]),
        "words": words,
        "params": problem.params,
    }
    return JSONResponse(body, problem.status, RETRY_AFTER.get(problem.status), "application/problem+json")


async def on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(error, request.headers.get("accept-language", ""))
