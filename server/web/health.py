"""Whether the process lives, and whether it can serve."""

import asyncio

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from server.storage.event_log import newest
from server.web.commands import as_json
from server.web.messages import Health
from server.web.services import Services, services

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health)
async def healthz() -> Response:
    """The process answers."""
    return as_json({"status": "alive"})


@router.get("/readyz", response_model=Health, responses={503: {"model": Health}})
async def readyz(request: Request, using: Services = Depends(services)) -> Response:
    """503 while the database cannot be read, and once the process has been told to stop."""
    if getattr(request.app.state, "draining", False):
        return _not_ready("draining")

    def look() -> None:
        with using.reader.begin() as connection:
            newest(connection)

    try:
        await asyncio.to_thread(look)
    except Exception:
        return _not_ready("database away")
    return as_json({"status": "ready"})


def _not_ready(why: str) -> Response:
    answer = as_json({"status": why}, 503)
    answer.headers["Retry-After"] = "1"
    return answer
