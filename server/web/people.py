"""People of a branch over HTTP: who they are, what they may, and the links by which they choose a password."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.domain.refusals import Refusal
from server.storage import people as keeping
from server.storage.database import Database
from server.storage.people import Asking
from server.storage.staff import LINK_FOR, LoginTaken
from server.web.access import OPERATION, may
from server.web.allowance import turn_of
from server.web.badges import give_badge
from server.web.commands import as_json
from server.web.messages import Nothing
from server.web.people_messages import (
    AddPerson,
    ChangeRole,
    LinkAnswer,
    PeopleAnswer,
    PersonDone,
    SetBadge,
    SetSkills,
    SignedOutAnswer,
)
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of
from server.web.sign_in import front_of

router = APIRouter(tags=["staff"])

ID = r"^[\x20-\x7e]*$"  # what no database can look for is no id
Branch = Annotated[str, Path(max_length=40)]
PersonId = Annotated[str, Path(max_length=40, pattern=ID)]
Said = ParamSpec("Said")
Done = TypeVar("Done")


STATUS = {
    "person_not_found": 404,
    **dict.fromkeys(("person_above", "person_not_below", "role_above", "person_elsewhere"), 403),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody who may is about to change about people of their branch."""

    request: Request
    asking: Asking

    @property
    def writing(self) -> Database:
        return writing_of(self.request)

    async def make(
        self, change: Callable[Concatenate[Database, Asking, Said], Done], *said: Said.args, **named: Said.kwargs
    ) -> Done:
        """Every server knows it before somebody could make use of what was. Problem for what is refused."""
        try:
            done = await asyncio.to_thread(change, self.writing, self.asking, *said, **named)
        except Refusal as refusal:
            raise Problem(STATUS.get(refusal.code, 409), refusal.code, refusal.params) from refusal
        except LoginTaken as error:
            raise Problem(409, "login_taken", {"login": str(error)}) from error
        self.request.app.state.access_changed()
        return done

    def link(self, person: str, secret: str) -> dict[str, Any]:
        """The answer that brings a link."""
        address = f"{front_of(self.request)}/sign-in#{secret}"
        return {"person": person, "link": address, "ends_at": now() + LINK_FOR}


async def changing(branch: Branch, request: Request, actor: Actor = Depends(may("manage_people"))) -> Change:
    return Change(request, Asking(who_of(actor), branch))


setattr(changing, OPERATION, "manage_people")
Changing = Annotated[Change, Depends(changing)]


@router.get("/branches/{branch}/people", response_model=PeopleAnswer)
async def people(
    branch: Branch, actor: Actor = Depends(may("see_people")), using: Services = Depends(services)
) -> Response:
    """Who has a part in the branch, those included who have one in every branch."""

    def read() -> dict[str, Any]:
        with using.reader.begin() as connection:
            found = keeping.people_of(connection, branch, now())
            return {"people": found, "roles": keeping.givable(connection, Asking(who_of(actor), branch))}

    return as_json(await asyncio.to_thread(read))


@router.post("/branches/{branch}/people", status_code=201, response_model=LinkAnswer)
async def add(asked: AddPerson, by: Changing) -> Response:
    """Somebody new, with the link by which they choose a password. Nobody gives a role above their own."""
    name = asked.name.strip()
    person, secret = await by.make(keeping.add, asked.login, name, asked.role, asked.everywhere, now())
    return as_json(by.link(person, secret), 201)


@router.post("/branches/{branch}/people/{person}/link", response_model=LinkAnswer)
async def link(person: PersonId, by: Changing, asked: Nothing | None = None) -> Response:
    """A new link, for who has forgotten the password or lost the second factor: once they have chosen another
    password by it, all that was before it is over. An earlier link works no more."""
    return as_json(by.link(person, await by.make(keeping.new_link, person, now())))


@router.post("/branches/{branch}/people/{person}/role", response_model=PersonDone)
async def role(person: PersonId, asked: ChangeRole, by: Changing) -> Response:
    """What they are in this branch from now on, at every server; what they are in others stays."""
    await by.make(keeping.change_role, person, asked.role, asked.everywhere)
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/skills", response_model=PersonDone)
async def skills(
    branch: Branch, person: PersonId, asked: SetSkills, by: Changing, using: Services = Depends(services)
) -> Response:
    """Which services they may serve here: it counts from the next counter that they open."""
    known = (await using.hub.place(branch)).hall.branch.services
    for service in asked.services or ():
        if service not in known:
            raise Refusal("service_not_found", service=service)
    await by.make(keeping.change_skills, person, asked.services)
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/badge", response_model=PersonDone)
async def badge(person: PersonId, asked: SetBadge, by: Changing, request: Request) -> Response:
    """The badge and the PIN by which they take a console over from a colleague, in place of those they had."""

    await by.make(keeping.may_have_badge, person)
    still = keeping.badge_check(by.asking, person)  # a PIN takes a while to hash: they may be more by then
    try:
        async with turn_of(request):
            await give_badge(
                by.writing, person, asked.badge, asked.pin, now(), by.asking.who, still, request.app.state.seal
            )
    except LookupError as gone:
        raise Problem(404, "person_not_found") from gone
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/sign-out", response_model=SignedOutAnswer)
async def sign_out_everywhere(person: PersonId, by: Changing, asked: Nothing | None = None) -> Response:
    """Ends all their sessions, wherever they are signed in."""
    ended = await by.make(keeping.sign_out, person, now())
    return as_json({"person": person, "sessions": ended})


@router.post("/branches/{branch}/people/{person}/remove", response_model=PersonDone)
async def remove(person: PersonId, by: Changing, asked: Nothing | None = None) -> Response:
    """They have no part in this branch any more; who has none in another is gone, and signed out everywhere."""
    gone = await by.make(keeping.remove, person, now())
    return as_json({"person": person, "gone": gone})
