"""The set-up of a branch over HTTP: shown, checked as a whole, and put in force while the hall goes on."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions.decision import Actor
from server.actions.set_up import looked_at, set_up
from server.domain.branch import Branch
from server.domain.refusals import Refusal
from server.domain.set_up.changes import changes
from server.domain.set_up.document import document_of, version_of
from server.domain.set_up.faults import Fault, as_dicts
from server.domain.set_up.reading import SetUp, read
from server.domain.set_up.warnings import warnings
from server.web.access import may
from server.web.card_rules import why_no_pattern
from server.web.commands import COMMAND, Press, as_json, perform, pressing
from server.web.services import Services, services
from server.web.set_up_messages import AskedDocument, Checked, SetUpAnswer, SetUpBranch, SetUpDone

router = APIRouter(tags=["set-up"])

NEW = "*"  # in the place of a branch: one that is to be
MOST_KB = 60  # of a document: with the rest of the request it stays under what a body may be


@router.get("/branches/{branch}/set-up", response_model=SetUpAnswer)
async def show(
    branch: str, actor: Actor = Depends(may("see_set_up")), using: Services = Depends(services)
) -> Response:
    """How the branch is set up, and the version to name when it is to be changed."""
    hall = (await using.hub.place(branch)).hall
    document = document_of(hall.branch, hall.counters.values())
    return as_json({"version": version_of(document), "document": document})


@router.post("/branches/{branch}/set-up/check", response_model=Checked)
async def check(
    branch: str,
    asked: AskedDocument,
    actor: Actor = Depends(may("change_set_up")),
    using: Services = Depends(services),
) -> Response:
    """What would come of the document here and now: all that is wrong with it, and what it would change. Changes
    nothing, so it needs no key. With `*` for the branch: of one that is to be."""
    if branch == NEW:
        wanted, present = read(asked.document), None
    else:
        hall = (await using.hub.place(branch)).hall
        wanted = looked_at(hall, asked.document, using.clock.now())
        present = document_of(hall.branch, hall.counters.values())
    wanted.faults.extend(await asyncio.to_thread(outside_faults, wanted))
    differs = changes(present, wanted.document) if present is not None and not wanted.faults else []
    warned = [] if wanted.faults else as_dicts(warnings(wanted))
    return as_json({"faults": as_dicts(wanted.faults), "warnings": warned, "changes": differs})


@router.post("/branches/{branch}/set-up", response_model=SetUpDone, openapi_extra=COMMAND)
async def change(
    branch: str,
    asked: SetUpBranch,
    press: Press = Depends(pressing("change_set_up")),
) -> Response:
    """The whole set-up in place of the one before, at once and while people wait: tickets that were given are served
    to the end as before. 409 `set_up_changed` where `version` is no longer the present one; 422 `set_up_faulty` with
    everything that is wrong in `params.faults`."""
    known = (await press.using.hub.place(branch)).hall.branch
    wanted = await asyncio.to_thread(faultless, asked.document, known)
    said = {"document": wanted.document, "version": asked.version}
    return await perform(press, set_up, said, said)


def faultless(document: dict[str, Any], known: Branch | None = None) -> SetUp:
    """The set-up, as far as can be seen without the hall; or the Refusal with all its faults. `known`: the branch
    that is there."""
    wanted = read(document, known=known)
    faults = [*wanted.faults, *outside_faults(wanted)]
    if faults:
        raise Refusal("set_up_faulty", count=len(faults), faults=as_dicts(faults))
    return wanted


def outside_faults(wanted: SetUp) -> list[Fault]:
    """What the rules themselves cannot see: whether the kiosk can use the patterns, and how much it all is."""
    found = []
    for at, rule in enumerate(wanted.branch.card_rules):
        if why := why_no_pattern(rule.match):
            found.append(Fault(f"cards.{at}.match", "bad_pattern", {"why": why}))
    if not wanted.faults and len(as_json(wanted.document).body) > MOST_KB * 1024:
        found.append(Fault("", "too_large", {"most": MOST_KB}))
    return found
