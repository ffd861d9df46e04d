"""What a customer asks for at the page: checked here as the server checks it, for the server may be away."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.hall import Hall
from kiosk.problems import Problem

Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_.\-]+$")]


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    services: Annotated[list[Id], Field(min_length=1, max_length=5)]
    segment: Literal["ordinary", "priority", "vip"] = "ordinary"
    at_machine: bool = False


def read_wanted(body: bytes) -> Wanted:
    try:
        return Wanted.model_validate_json(body)
    except ValidationError as error:
        raise Problem(422, "invalid") from error


class Typed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    keys: Annotated[list[tuple[Annotated[str, Field(max_length=20)], float]], Field(max_length=200)]


def read_keys(body: bytes) -> list[tuple[str, float]]:
    try:
        return Typed.model_validate_json(body).keys
    except ValidationError as error:
        raise Problem(422, "invalid") from error


class Entering(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pin: Annotated[str, Field(min_length=1, max_length=40)]


def read_pin(body: bytes) -> str:
    try:
        return Entering.model_validate_json(body).pin
    except ValidationError as error:
        raise Problem(422, "invalid") from error


def queue_wanted(hall: Hall, wanted: Wanted) -> str:
    """Where the first service waits. Raises the same refusals as the server would."""
    known = hall.branch["services"]
    for service_id in wanted.services:
        if not hall.offers(service_id):
            name = known[service_id]["name"] if service_id in known else service_id
            raise Problem(422, "service_not_found", service=name)
    queue_id = hall.queue_for(wanted.services[0], wanted.segment, wanted.at_machine)
    if queue_id is None:
        raise Problem(422, "machine_not_offered", service=known[wanted.services[0]]["name"])
    return queue_id
