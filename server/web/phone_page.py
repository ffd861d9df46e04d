"""The page behind the code on every paper: anybody may open it, for it knows no ticket but the one in its address."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from server.domain.words import LANGUAGES
from server.web.pages import PLACE, script, words_for
from server.web.services import Services, services

router = APIRouter(include_in_schema=False)

FOLDER = Path(str(files("kiosk") / "phone"))
SCREEN = "phone"
SHARED_WORDS = ("shared.",)  # a third of what the screens of the hall are given: the network may be a bad one


@router.get("/phone/")
@router.get("/phone")
async def phone_page(using: Services = Depends(services)) -> Response:
    """What follows the # never comes here: the page asks for its ticket itself, by a header."""
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(html.replace(PLACE, script("boot", _boot(using))), headers={"Cache-Control": "no-store"})


@router.get("/phone/worker.js")
async def worker() -> Response:
    """At the top of the page's own path: a browser lets a worker speak for no address above its own."""
    return FileResponse(FOLDER / "worker.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _boot(using: Services) -> dict[str, Any]:
    return {
        "screen": SCREEN,
        "languages": sorted(LANGUAGES, reverse=True),
        "words": words_for(SCREEN, SHARED_WORDS),
        "now": using.clock.now(),
        "speed": using.clock.speed,
        "demo": using.settings.clock_control,
    }


def mount_files(app: FastAPI) -> None:
    app.mount("/phone/page", StaticFiles(directory=FOLDER, check_dir=False))
