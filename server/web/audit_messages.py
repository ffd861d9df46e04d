"""The shapes of the audit trail, as OpenAPI publishes them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class AuditWho(BaseModel):
    """As the server knew them: a device, a person, or the server itself."""

    kind: str
    id: str
    name: str


class AuditLine(BaseModel):
    """`before` and `after` are whole states; null where there was nothing, or is nothing any more."""

    seq: int
    at: datetime = Field(description="By the machine's own clock, UTC.")
    who: AuditWho
    address: str
    what: str
    words: dict[str, str]
    subject: str
    before: Any
    after: Any
    hash: str = Field(description="SHA-256 of the line before and this one.")


class AuditAnswer(BaseModel):
    lines: list[AuditLine]
    numbers: dict[str, str] = Field(
        description="Ticket id -> number, of the tickets in lines about customers, while their days are at hand."
    )
