"""The shapes of the set-up over HTTP. The document itself is described in notes/set-up.md, and read as a whole."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from server.web.messages import Asked

Json = dict[str, Any]
EXAMPLE = {"callboard": 1, "branch": {"id": "north", "name": {"en": "North Branch", "zh": "城北支行"}}}


class AskedDocument(Asked):
    document: Json = Field(examples=[EXAMPLE])


class SetUpBranch(AskedDocument):
    version: str = Field(
        pattern=r"^[0-9a-f]{16}$", examples=["9f3c2a41d07b55e8"], description="Of the set-up it was made from."
    )


class SetUpAnswer(BaseModel):
    version: str = Field(description="The same for the same set-up.")
    document: Json


class FaultFound(BaseModel):
    path: str = Field(examples=["services.2.queue"])
    code: str = Field(examples=["no_such_queue"])
    params: Json
    words: dict[str, str]


class SetUpChange(BaseModel):
    path: str
    what: str = Field(examples=["changed"], description="added, removed or changed")
    before: Any
    after: Any
    words: dict[str, str]


class Checked(BaseModel):
    """Everything that is wrong at once; and what would change, where nothing is."""

    faults: list[FaultFound]
    warnings: list[FaultFound]
    changes: list[SetUpChange]


class SetUpDone(BaseModel):
    seq: int
    version: str
    document: Json
    changes: list[SetUpChange]


class Version(BaseModel):
    seq: int = Field(description="Its place in the audit trail.")
    at: datetime
    who: dict[str, str]
    what: str
    words: dict[str, str]
    changes: list[SetUpChange] = Field(description="The first twenty.")


class Versions(BaseModel):
    versions: list[Version] = Field(description="Newest first.")
    more: bool


class OldDocument(BaseModel):
    document: Json


class Template(BaseModel):
    id: str
    name: dict[str, str]
    about: dict[str, str]
    document: Json


class Templates(BaseModel):
    templates: list[Template]


class BranchMade(BaseModel):
    branch: str
