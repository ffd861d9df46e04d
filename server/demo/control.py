"""The demonstration's own page: the four screens at a glance, the speed of the day, and the crowd's switch."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from server.demo.crowd import Crowd
from server.domain.words import LANGUAGES
from server.web.commands import as_json
from server.web.pages import PLACE, script, words_for
from server.web.problems import Problem

FOLDER = Path(str(files("server") / "demo" / "page"))
PAGE_FILES = frozenset({"demo.js", "demo.css", "panel.css"})


class Speed(BaseModel):
    speed: float = Field(ge=1, le=240)


class Running(BaseModel):
    running: bool


def demo_router(crowd: Crowd, links: dict[str, str]) -> APIRouter:
    """The page and its levers. `links` is screen -> address that connects a browser to it."""
    router = APIRouter(include_in_schema=False)
    _add_levers(router, crowd)

    @router.get("/", response_class=RedirectResponse)
    async def front_door() -> str:
        return "/demo"

    @router.get("/demo")
    async def page() -> Response:
        html = (FOLDER / "index.html").read_text(encoding="utf-8")
        languages, words = sorted(LANGUAGES, reverse=True), words_for("demo")
        boot = {"links": links, "languages": languages, "words": words, **state_of(crowd)}
        return HTMLResponse(html.replace(PLACE, script("boot", boot)), headers={"Cache-Control": "no-store"})

    @router.get("/demo/page/{name}")
    async def page_file(name: str) -> Response:
        if name not in PAGE_FILES:
            raise Problem(404, "not_found")
        return FileResponse(FOLDER / name)

    return router


def _add_levers(router: APIRouter, crowd: Crowd) -> None:
    @router.get("/demo/state")
    async def show_state() -> Response:
        return as_json(state_of(crowd))

    @router.post("/demo/speed")
    async def set_speed(asked: Speed) -> Response:
        refused = await crowd.set_speed(asked.speed)
        if refused is not None:
            raise Problem(409, refused)
        return as_json(state_of(crowd))

    @router.post("/demo/crowd")
    async def set_crowd(asked: Running) -> Response:
        crowd.coming = asked.running
        return as_json(state_of(crowd))


def state_of(crowd: Crowd) -> dict[str, Any]:
    time = crowd.floor.time
    return {
        "now": time.now() if time.known else None,
        "time_zone": crowd.floor.branch.get("time_zone", "UTC"),
        "speed": time.speed,
        "running": crowd.coming,
    }
