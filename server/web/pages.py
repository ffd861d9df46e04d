"""The screens: each page comes with its state, and with the token of the device it was opened for."""

from collections.abc import Sequence
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
from server.storage.halls import BranchNotFound
from server.storage.staff import EVERY_BRANCH
from server.web.access import admitted, rights_of
from server.web.connected import connected
from server.web.office import about_office
from server.web.problems import Problem
from server.web.reads import audience_of
from server.web.services import Services, services
from server.web.signed_in import PAGE, word_for

router = APIRouter(include_in_schema=False)

PLACE = "<!--boot-->"
FOLDERS = {
    "kiosk": files("kiosk") / "page",
    "display": files("display") / "page",
    "teller": files("server") / "screens" / "teller",
    "manager": files("server") / "screens" / "manager",
    "office": files("server") / "screens" / "office",
}
STAFF_SCREENS = ("teller", "manager", "office")
SHARED_WORDS = ("shared.", "segment.", "state.", "move.", "class.", "pause.", "refusal.", "reason.")
BORROWED_WORDS = {"office": ("manager.device.", "manager.costs.")}
CUSTOMERS_SCREENS = ("kiosk", "display")
SHARED = files("server") / "screens" / "shared"


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
            return _to_sign_in(request, screen)
    try:
        holder = await admitted(request, known, f"screen_{screen}")
    except Problem as refused:
        if known is not None and known.startswith(PAGE) and refused.status in (401, 403):
            # A person with another role: the page on which one signs in says so, and where their work is.
            return _to_sign_in(request, screen, refused=_why(refused))
        return not_connected(screen, refused)
    if token is not None:
        return connected(request, screen, token)
    assert known is not None
    return await _opened(request, using, screen, holder, known)


async def _opened(request: Request, using: Services, screen: str, holder: Holder, token: str) -> Response:
    if holder.branch_id == EVERY_BRANCH and screen != "office":
        return RedirectResponse("/office", 303)  # there is no branch yet: the office makes the first
    html = (FOLDERS[screen] / "index.html").read_text(encoding="utf-8")
    try:
        boot = await _boot(using, screen, holder, token)
    except BranchNotFound:
        if "branch" not in request.query_params:
            raise  # theirs is gone, and they would be sent round in a ring
        return _sent_to(request, screen)  # who has a part in all of them mistyped one
    if screen == "office":
        boot |= await about_office(request, holder)
    return HTMLResponse(html.replace(PLACE, script("boot", boot)), headers={"Cache-Control": "no-store"})


def _why(refused: Problem) -> str:
    return refused.code if refused.code == "sign_in_fully" else "role"


def _to_sign_in(request: Request, screen: str, **why: str) -> Response:
    return _sent_to(request, "sign-in", to=screen, **why)


def _sent_to(request: Request, screen: str, **asked: str) -> Response:
    """In the language in which they came."""
    asked |= {key: text for key, text in request.query_params.items() if key == "lang"}
    return RedirectResponse(f"/{screen}?{urlencode(asked)}", 303)


async def _boot(using: Services, screen: str, holder: Holder, token: str) -> dict[str, Any]:
    snapshot = None
    if holder.branch_id != EVERY_BRANCH:
        place = await using.hub.place(holder.branch_id)
        snapshot = snapshot_view(place.hall, audience_of(holder.kind))
    return {
        "screen": screen,
        "branch_id": holder.branch_id,
        "token": token,
        "actor": {"kind": holder.kind, "id": holder.id, "name": holder.name},
        "may": rights_of(holder.kind, holder.how),
        "languages": languages_for(snapshot["branch"]["languages"] if snapshot else (), screen),
        "words": words_for(screen, (*SHARED_WORDS, *BORROWED_WORDS.get(screen, ()))),
        "snapshot": snapshot,
        "now": using.clock.now(),
        "speed": using.clock.speed,
        "demo": using.settings.clock_control,
        "signed_in": bool(holder.session),  # not by a token of the installation
    }


def languages_for(chosen: Sequence[str], screen: str) -> list[str]:
    """The branch's, in its order. Staff may read any that there is: theirs need not be the customers'."""
    ours = [lang for lang in chosen if lang in LANGUAGES]
    if ours and screen in CUSTOMERS_SCREENS:
        return ours
    return ours + [lang for lang in sorted(LANGUAGES, reverse=True) if lang not in ours]


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


def not_connected(screen: str, refused: Problem) -> Response:
    """The page on which a screen shows its code until somebody has connected it; a token may be typed there too."""
    html = (SHARED / "pair" / "index.html").read_text(encoding="utf-8")
    boot = {
        "screen": screen,
        "refused": refused.code,
        "languages": sorted(LANGUAGES, reverse=True),
        "words": words_for("pair", ("shared.not_connected_",)),
    }
    headers = {"Cache-Control": "no-store", **refused.headers}
    return HTMLResponse(html.replace(PLACE, script("boot", boot)), refused.status, headers)


def mount_files(app: FastAPI) -> None:
    """The screens' own files; nothing else of those folders is served."""
    screens = Path(str(files("server") / "screens"))
    for name in ("shared", "staff", "teller", "manager", "office", "vendor"):
        app.mount(f"/screens/{name}", StaticFiles(directory=screens / name, check_dir=False))
    for screen in ("kiosk", "display"):
        folder = Path(str(FOLDERS[screen]))
        app.mount(f"/{screen}/page", StaticFiles(directory=folder, check_dir=False))
