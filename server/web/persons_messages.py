"""The shapes of what is personal, as it is noted, looked for and told."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from server.domain.personal import LEAST_DIGITS, Personal, alike, has_card_number, is_dialled_from_abroad
from server.domain.ticket import Ticket
from server.web.messages import Asked, Id, Line

WHOLE = "a whole card number is never kept: give its last four digits, or the bank's own token"
TOKEN = re.compile(r"[\w\-]*[A-Za-z_][\w\-]*", re.ASCII)


def _name(text: str) -> str:
    if has_card_number(text):
        raise ValueError(WHOLE)
    return text.strip()


def _phone(text: str) -> str:
    if has_card_number(text) and not is_dialled_from_abroad(text):
        raise ValueError(WHOLE)
    if text and len(alike("phone", text)) < LEAST_DIGITS:
        raise ValueError(f"a telephone number has at least {LEAST_DIGITS} digits")
    return text.strip()


def _card(text: str) -> str:
    if has_card_number(text) and not TOKEN.fullmatch(text.strip()):
        raise ValueError(WHOLE)
    return text.strip()


Name = Annotated[Line, Field(max_length=80, examples=["王小明"]), AfterValidator(_name)]
Phone = Annotated[Line, Field(max_length=32, examples=["+86 138 1234 5678"]), AfterValidator(_phone)]
Card = Annotated[Line, Field(max_length=64, examples=["6789"]), AfterValidator(_card)]


class PersonNoted(Asked):
    """What a customer has said of themselves. It is kept sealed, apart from the ticket, and erased by the branch's
    rule; nothing of it is in the log, and only who serves them sees it."""

    name: Name = ""
    phone: Phone = ""
    card: Card = Field("", description="The bank's own token of a card, or its last four digits.")

    def personal(self) -> Personal:
        return Personal(self.name, self.phone, self.card)


class FindPerson(Asked):
    """By exactly one of the three; how it is written does not matter, but all of it is needed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"phone": "138-1234-5678"}]})

    name: Name = ""
    phone: Phone = Field("", examples=["138-1234-5678"])
    card: Card = ""

    @model_validator(mode="after")
    def _by_one(self) -> Self:
        if len(self._given) != 1:
            raise ValueError("looked for is by one of name, phone and card")
        return self

    @property
    def _given(self) -> dict[str, str]:
        return {kind: text for kind, text in self if text}

    @property
    def by(self) -> tuple[str, str]:
        """(name, phone or card; the text)."""
        return next(iter(self._given.items()))


class ErasePersons(Asked):
    tickets: Annotated[list[Id], Field(min_length=1, max_length=200, examples=[["main.Zk3vQ0b-9wXe"]])]


class PersonTold(BaseModel):
    name: str
    phone: str
    card: str


class PersonAnswer(BaseModel):
    person: PersonTold | None = Field(description="null: nobody has said who this is.")


class NotedAnswer(BaseModel):
    erase_on: date | None = Field(description="The first business day on which nothing of it is kept.")


class FoundTicket(BaseModel):
    ticket: Ticket
    person: PersonTold
    erase_on: date


class FoundAnswer(BaseModel):
    found: list[FoundTicket]


class ErasedAnswer(BaseModel):
    erased: list[str] = Field(description="The visits, by their first ticket, of which something was known.")
