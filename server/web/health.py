"""Whether the process lives, and whether it can serve."""

import asyncio

from fastapi import APIRouter, Depends
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
async def readyz(using: Services = Depends(services)) -> Response:
    """503 while the database cannot be read."""

    def look() -> None:
        with using.reader.begin() as connection:
            newest(connection)

    try:
        await asyncio.to_thread(look)
    except Exception:
        answer = as_json({"status": "database away"}, 503)
        answer.headers["Retry-After"] = "1"
        return answer
    return as_json({"status": "ready"})
