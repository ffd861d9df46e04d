"""The page on which staff sign in, and choose their password by a one-time link."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from server.domain.words import LANGUAGES
from server.web.pages import PLACE, script, words_for

router = APIRouter(include_in_schema=False)

FOLDER = Path(str(files("server") / "screens" / "sign_in"))
SCREEN = "sign_in"


@router.get("/sign-in")
async def sign_in_page() -> Response:
    """What follows the # never comes here: the page hands it in itself."""
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    boot = {"screen": SCREEN, "languages": sorted(LANGUAGES, reverse=True), "words": words_for(SCREEN), "token": ""}
    return HTMLResponse(html.replace(PLACE, script("boot", boot)), headers={"Cache-Control": "no-store"})


def mount_files(app: FastAPI) -> None:
    app.mount(f"/screens/{SCREEN}", StaticFiles(directory=FOLDER, check_dir=False))
