"""The shapes of what is asked of the voice and what it answers, as OpenAPI publishes them."""

from typing import Annotated

from pydantic import BaseModel, Field

Number = Annotated[str, Field(min_length=1, max_length=12)]
Count = Annotated[int, Field(ge=0, le=9999)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ClipTold(BaseModel):
    key: str
    url: str = Field(description="To be taken as it is: what stands behind the `?` lets any server make the clip.")
    seconds: float


class CallPart(BaseModel):
    lang: str
    text: str
    clip: ClipTold


class CallClips(BaseModel):
    chime: ClipTold
    parts: list[CallPart]


class CallAsked(BaseModel):
    """`number` and `counter`, or `calls` for several in one sentence."""

    number: Number | None = Field(None, examples=["A012"])
    counter: Count | None = Field(None, examples=[3])
    calls: str = Field("", max_length=200, examples=["A012:3,A013:5"])
    langs: str | None = Field(
        None, max_length=40, examples=["zh,en,yue"], description="The branch's where none are named."
    )


class WordsAsked(BaseModel):
    """A key of the word files, `service.<id>`, `group.<id>`, or `letter.<queue id>`, and what fills its gaps. Names
    and hours are the branch's own."""

    key: str = Field(max_length=80, examples=["kiosk.title"])
    lang: str = Field(max_length=8, examples=["zh"])
    n: Count | None = None
    low: Count | None = None
    high: Count | None = None
    hours: Count | None = None
    minutes: Count | None = None
    opens: Clock | None = Field(None, description="One of the branch's hours; its usual one where none is named.")
    closes: Clock | None = None
    weekday: int | None = Field(None, ge=0, le=6, description="Monday is 0.")
    date: int | None = Field(None, ge=1, le=31)
    month: int | None = Field(None, ge=1, le=12)
    number: Number | None = None
    counter: Count | None = None
    service: str | None = Field(None, max_length=80, description="Its id.")
    services: str | None = Field(None, max_length=400, description="Their ids, with commas.")


class ClipAsked(WordsAsked):
    """What the clip says, for a server that has not made it yet: `calls`, or `key` and its gaps."""

    key: str = Field("", max_length=80)
    lang: str = Field("", max_length=8)
    branch: str = Field("", max_length=80)
    calls: str = Field("", max_length=200)
