"""How a refusal is said over HTTP: problem+json, a stable code, and words in every language."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.websockets import WebSocket

from server.domain.refusals import Refusal
from server.domain.words import LANGUAGES, say
from server.storage.database import DATABASE_AWAY
from server.storage.halls import BranchNotFound
from server.web.dress import dressed_for

log = logging.getLogger(__name__)

STATUS = {
    "ticket_not_found": 404,
    "counter_not_found": 404,
    "advice_not_found": 404,
    "branch_not_found": 404,
    "block_not_found": 404,
    "call_not_found": 404,
    "service_not_found": 422,
    "queue_not_found": 422,
    "profile_not_possible": 422,
    "class_not_found": 404,
    "set_up_faulty": 422,
    "set_up_unreadable": 422,
    "version_not_found": 404,
    "plan_not_possible": 422,
    "counters_not_possible": 422,
    "machine_not_offered": 422,
    "number_not_in_block": 422,
    "too_many_numbers": 422,
    "not_your_counter": 403,
    "not_your_ticket": 403,
    "not_your_block": 403,
    "counter_taken": 403,
    "key_reused": 422,
    "busy": 503,
    "unavailable": 503,
}  # every other refusal is a conflict with the state of the hall: 409
ALWAYS_TOLD = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}
KEY = "Idempotency-Key"
MOST_ERRORS = 20  # of one body: thousands can be made in a few kilobytes, and none of us reads them
TRY_AGAIN = 1013  # the close code of a socket that we cannot serve just now
BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(Exception):
    """A request that is refused before it reaches the hall."""

    def __init__(self, status: int, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.params = status, code, dict(params or {})

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.params["seconds"])} if self.status == 429 else {}


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any],
    accept_language: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    words = say(f"refusal.{code}", params)
    body = {
        "type": f"/problems/{code}",
        "title": words["en"],
        "status": status,
        "code": code,
        "detail": words[preferred(accept_language)],
        "words": words,
        "params": params,
        **more,
    }
    told = {**ALWAYS_TOLD.get(status, {}), **(headers or {})}
    return Response(orjson.dumps(body), status, told, "application/problem+json")


def preferred(accept_language: str) -> str:
    """The first language asked for that we speak."""
    for part in accept_language.split(","):
        lang = part.split(";")[0].strip().split("-")[0].lower()
        if lang in LANGUAGES:
            return lang
    return "en"


def install(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    async def _refusal(request: Request, error: Refusal) -> Response:
        return problem(STATUS.get(error.code, 409), error.code, error.params, _language(request))

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> Response:
        return problem(error.status, error.code, error.params, _language(request), error.headers)

    @app.exception_handler(BranchNotFound)
    async def _no_branch(request: Request, error: BranchNotFound) -> Response:
        return problem(404, "branch_not_found", {}, _language(request))  # for who has a part in whichever there are

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(e["type"] == "json_invalid" for e in found):
            return problem(400, "malformed", {}, _language(request))
        if any(e["loc"] == ("header", KEY) for e in found):
            return problem(400, "key_required", {}, _language(request))
        errors = [{"where": [str(part) for part in e["loc"]], "what": e["msg"]} for e in found[:MOST_ERRORS]]
        return problem(422, "invalid", {}, _language(request), errors=errors)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        code = BY_STATUS.get(error.status_code, "malformed")
        return problem(error.status_code, code, {}, _language(request), error.headers)

    @app.exception_handler(Exception)
    async def _failed(request: Request, error: Exception) -> Response:
        answer = problem(500, "failed", {}, _language(request))
        answer.raw_headers += dressed_for(
            request.headers.get("host", "").encode("latin-1")
        )  # this comes from outside
        return answer

    away: Any = _away  # for requests and sockets alike, which its type cannot say
    for kind in DATABASE_AWAY:
        app.add_exception_handler(kind, away)


async def _away(asking: Request | WebSocket, error: Exception) -> Response | None:
    """Said wherever something is read, or a database that is restarted would look like a fault of ours."""
    log.warning("the database is away: %s", error)
    if isinstance(asking, WebSocket):
        await asking.close(TRY_AGAIN)
        return None
    return problem(503, "unavailable", {}, asking.headers.get("accept-language", ""))


def _language(request: Request) -> str:
    return request.headers.get("accept-language", "")
