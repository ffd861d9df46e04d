"""What a customer asks for, and who they say they are."""

from typing import Annotated

from pydantic import ConfigDict, Field

from server.domain.ticket import Segment
from server.web.messages import Asked, Id, Moment
from server.web.persons_messages import PersonNoted


class TakeTicket(Asked):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"services": ["deposit"], "segment": "ordinary"}]},
    )
    services: Annotated[list[Id], Field(min_length=1, max_length=5)]
    segment: Segment = Segment.ORDINARY
    at_machine: bool = False
    appointment_at: Moment | None = Field(None, description="Set by a manager for a customer with an appointment.")
    person: PersonNoted | None = Field(None, description="Who it is for, where the customer has said so.")
