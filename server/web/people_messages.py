"""The shapes of what is asked and told about people and accounts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from server.web.messages import Asked, Id, Line

Role = Literal["teller", "senior_teller", "adviser", "supervisor", "lobby_manager", "manager", "region", "operator"]
# What people type to sign in: one word that does not depend on how it was typed.
Login = Annotated[Line, Field(min_length=1, max_length=120, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Name = Annotated[Line, Field(min_length=1, max_length=120)]


class AddPerson(Asked):
    login: Login = Field(examples=["li.wei"])
    name: Name = Field(examples=["Li Wei"])
    role: Role = Field(examples=["teller"])
    everywhere: bool = Field(False, examples=[False], description="In every branch there is and will be.")


class ChangeRole(Asked):
    role: Role = Field(examples=["senior_teller"])
    everywhere: bool | None = Field(None, examples=[None], description="Default: where they have one now.")


class SetSkills(Asked):
    services: Annotated[list[Id], Field(max_length=200)] | None = Field(
        examples=[["deposit", "card"]], description="Null: whatever there is."
    )


class SetBadge(Asked):
    badge: Annotated[str, Field(min_length=4, max_length=64, pattern=r"^[\x20-\x7e]+$")] | None = Field(
        examples=["0008412345"], description="What it says to a reader; null: none any more."
    )
    pin: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = Field(
        None, examples=["480213"], description="4 to 8 digits; null: none any more.", repr=False
    )


class Somebody(BaseModel):
    """`everywhere`: by a role that counts in every branch. `skills`: services; null: all. `signed_in`: in how many
    browsers. `last_seen`: when they signed in last."""

    id: str
    login: str
    name: str
    role: Role
    everywhere: bool
    has_password: bool
    second_factor: Literal["none", "code", "passkey"]
    badge: bool
    pin: bool
    skills: list[str] | None
    signed_in: int
    last_seen: datetime | None


class PeopleAnswer(BaseModel):
    """`roles`: those that whoever asks may give, the lowest first."""

    people: list[Somebody]
    roles: list[Role]


class LinkAnswer(BaseModel):
    """A link that works once, until it ends: it is shown once, and kept as its hash alone."""

    person: str
    link: str
    ends_at: datetime


class PersonDone(BaseModel):
    """`gone`: they have no part in any branch any more."""

    person: str
    gone: bool = False


class SignedOutAnswer(BaseModel):
    """In how many browsers they were signed in."""

    person: str
    sessions: int
