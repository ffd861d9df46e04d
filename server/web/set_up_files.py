"""What the set-up brings and takes besides: earlier versions, the file, what to begin a new branch with."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from server.actions.decision import Actor
from server.domain.refusals import Refusal
from server.domain.set_up.changes import changes
from server.domain.set_up.document import document_of
from server.domain.set_up.templates import templates
from server.domain.trail import WORDS
from server.storage.set_up_versions import Version, document_at, versions
from server.web.access import may
from server.web.commands import as_json
from server.web.services import Services, services
from server.web.set_up_messages import OldDocument, Templates, Versions
from server.web.set_up_yaml import as_yaml, read_yaml

router = APIRouter(tags=["set-up"])

YAML = "application/yaml"
SHOWN = 20  # changes of one version in the list: who wants them all asks for the documents
TEXT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string"}} for kind in (YAML, "text/plain")},
    }
}


@router.get("/branches/{branch}/set-up/versions", response_model=Versions)
async def list_versions(
    branch: str,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="A place in the trail.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    actor: Actor = Depends(may("see_set_up")),
    using: Services = Depends(services),
) -> Response:
    """Who has changed the set-up, when, and what; newest first."""
    place = await using.hub.place(branch)

    def find() -> list[Version]:
        with using.reader.begin() as connection:
            return versions(connection, place.hall.branch, before, limit + 1)

    found = await asyncio.to_thread(find)
    return as_json({"versions": [_told(one) for one in found[:limit]], "more": len(found) > limit})


@router.get("/branches/{branch}/set-up/versions/{seq}", response_model=OldDocument)
async def old_version(
    branch: str,
    seq: Annotated[int, Path(ge=1, le=2**53)],
    actor: Actor = Depends(may("see_set_up")),
    using: Services = Depends(services),
) -> Response:
    """The whole set-up as that change left it. To undo what came after, set the branch up with it."""

    def find() -> dict[str, Any] | None:
        with using.reader.begin() as connection:
            return document_at(connection, branch, seq)

    found = await asyncio.to_thread(find)
    if found is None:
        raise Refusal("version_not_found", seq=seq)
    return as_json({"document": found})


@router.get(
    "/branches/{branch}/set-up.yaml",
    response_class=Response,
    responses={200: {"content": {YAML: {"schema": {"type": "object"}}}, "description": "The document, as YAML"}},
)
async def export(
    branch: str, actor: Actor = Depends(may("see_set_up")), using: Services = Depends(services)
) -> Response:
    """The set-up as one file, with words on what each part means."""
    hall = (await using.hub.place(branch)).hall
    text = await asyncio.to_thread(as_yaml, document_of(hall.branch, hall.counters.values()))
    named = {"Content-Disposition": f'attachment; filename="{branch}.yaml"'}
    return Response(text.encode(), media_type=YAML, headers=named)


@router.post("/branches/{branch}/set-up/read", response_model=OldDocument, openapi_extra=TEXT)
async def read_file(branch: str, request: Request, actor: Actor = Depends(may("change_set_up"))) -> Response:
    """The document in such a file, for `check` and the set-up itself. 422 `set_up_unreadable` names the line. Changes
    nothing, so it needs no key. With `*` for the branch: of one that is to be."""
    body = await request.body()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refusal("set_up_unreadable", line=1, why="it is not UTF-8") from None
    return as_json({"document": await asyncio.to_thread(read_yaml, text)})


@router.get("/set-up/templates", response_model=Templates)
async def list_templates(actor: Actor = Depends(may("see_set_up"))) -> Response:
    """What a new branch can begin with."""
    return as_json({"templates": templates()})


def _told(one: Version) -> dict[str, Any]:
    differs = changes(*one.pair)[:SHOWN] if one.pair else []
    told = {"seq": one.seq, "at": one.at, "who": one.who, "what": one.what, "words": WORDS.get(one.what, {})}
    return {**told, "changes": differs}
