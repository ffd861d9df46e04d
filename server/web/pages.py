"""The screens: each page comes with its state, and with the token of the device it was opened for."""

from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from server.domain.audience import snapshot_view
from server.domain.words import LANGUAGES
from server.storage.branches import Holder
from server.web.access import admitted
from server.web.problems import Problem
from server.web.reads import audience_of
from server.web.services import Services, services
from server.web.signed_in import word_for

router = APIRouter(include_in_schema=False)

PLACE = "<!--boot-->"
FOLDERS = {
    "kiosk": files("kiosk") / "page",
    "display": files("display") / "page",
    "teller": files("server") / "screens" / "teller",
    "manager": files("server") / "screens" / "manager",
}
STAFF_SCREENS = ("teller", "manager")
SHARED_WORDS = ("shared.", "segment.", "state.", "move.", "class.", "pause.", "refusal.", "reason.")
YEAR = 365 * 24 * 3600


@router.get("/{screen}")
async def page(request: Request, screen: str, token: str | None = None) -> Response:
    """`?token=` connects this browser once; from then on a cookie that only this page receives."""
    if screen not in FOLDERS:
        raise Problem(404, "not_found")
    using = await services(request)
    known = token or request.cookies.get(f"callboard_{screen}")
    if known is None and screen in STAFF_SCREENS:
        known = await word_for(request, request.query_params.get("branch"))
        if known is None:
            asked = {"to": screen} | {key: text for key, text in request.query_params.items() if key == "lang"}
            return RedirectResponse(f"/sign-in?{urlencode(asked)}", 303)
    try:
        holder = await admitted(request, known, f"screen_{screen}")
    except Problem as refused:
        return HTMLResponse(not_connected(refused), refused.status, refused.headers)
    if token is not None:
        return connected(request, screen, token)
    assert known is not None
    html = (FOLDERS[screen] / "index.html").read_text(encoding="utf-8")
    boot = await _boot(using, screen, holder, known)
    return HTMLResponse(html.replace(PLACE, script("boot", boot)), headers={"Cache-Control": "no-store"})


async def _boot(using: Services, screen: str, holder: Holder, token: str) -> dict[str, Any]:
    place = await using.hub.place(holder.branch_id)
    return {
        "screen": screen,
        "branch_id": holder.branch_id,
        "token": token,
        "actor": {"kind": holder.kind, "id": holder.id, "name": holder.name},
        "languages": sorted(LANGUAGES, reverse=True),
        "words": words_for(screen),
        "snapshot": snapshot_view(place.hall, audience_of(holder.kind)),
        "now": using.clock.now(),
        "speed": using.clock.speed,
        "demo": using.settings.clock_control,
    }


def words_for(screen: str, shared: tuple[str, ...] = SHARED_WORDS) -> dict[str, dict[str, str]]:
    wanted = (*shared, f"{screen}.")
    return {
        lang: {key: text for key, text in words.items() if key.startswith(wanted)}
        for lang, words in LANGUAGES.items()
    }


def script(name: str, data: Any) -> str:
    """Data for the page; `<` is escaped so that no text in it can end the element."""
    text = orjson.dumps(data).decode().replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def connected(request: Request, screen: str, token: str) -> Response:
    """The same address without the token, which from now on is in a cookie of this screen."""
    rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "token"], safe=",")
    response = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303)
    response.set_cookie(
        f"callboard_{screen}",
        token,
        YEAR,
        path=f"/{screen}",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def not_connected(refused: Problem) -> str:
    lines = [LANGUAGES[lang][f"shared.not_connected_{refused.code}"] for lang in ("zh", "en")]
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>Callboard</title>'
        '<link rel="stylesheet" href="/screens/shared/theme.css">'
        f'<body class="not-connected"><main><h1>Callboard</h1>{text}'
        '<form method="get"><input name="token" aria-label="Token" autocomplete="off" required>'
        "<button>OK</button></form></main></body></html>"
    )


def mount_files(app: FastAPI) -> None:
    """The screens' own files; nothing else of those folders is served."""
    screens = Path(str(files("server") / "screens"))
    for name in ("shared", "staff", "teller", "manager", "vendor"):
        app.mount(f"/screens/{name}", StaticFiles(directory=screens / name, check_dir=False))
    for screen in ("kiosk", "display"):
        folder = Path(str(FOLDERS[screen]))
        app.mount(f"/{screen}/page", StaticFiles(directory=folder, check_dir=False))
