"""The page on which staff sign in, and choose their password by a one-time link."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from server.domain.words import LANGUAGES
from server.web.allowance import address_of
from server.web.outside_sign_in import provider_of
from server.web.pages import PLACE, script, words_for
from server.web.problems import Problem
from server.web.sign_in import told
from server.web.signed_in import COOKIE, reception_of

router = APIRouter(include_in_schema=False)

FOLDER = Path(str(files("server") / "screens" / "sign_in"))
SCREEN = "sign_in"


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """What follows the # never comes here: the page hands it in itself. `known`: who is signed in already."""
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    provider = provider_of(request)
    boot = {
        "screen": SCREEN,
        "languages": sorted(LANGUAGES, reverse=True),
        "words": words_for(SCREEN),
        "token": "",
        "outside": provider.name if provider else None,
        "known": await _known(request),
    }
    return HTMLResponse(html.replace(PLACE, script("boot", boot)), headers={"Cache-Control": "no-store"})


async def _known(request: Request) -> dict[str, Any] | None:
    """Who this browser is signed in as: whoever came to a page that is not theirs is shown those that are."""
    secret = request.cookies.get(COOKIE, "")
    try:
        found = await reception_of(request).signed_in(secret, address_of(request.scope)) if secret else None
    except Problem:
        return None  # too many guesses came from there: they may sign in all the same
    return told(found.person) if found else None


def mount_files(app: FastAPI) -> None:
    app.mount(f"/screens/{SCREEN}", StaticFiles(directory=FOLDER, check_dir=False))
