"""The shapes of what people ask and are told about their own account."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from server.web.messages import Asked, Line
from server.web.sign_in import Code, Secret


class OwnPasskey(BaseModel):
    id: str
    name: str
    made_at: datetime


class OwnSession(BaseModel):
    """`this`: the one that asks."""

    id: str
    address: str
    agent: str
    made_at: datetime
    this: bool


class Account(BaseModel):
    """`roles`: branch, or `*` for every one, and role. `recovery_left`: codes for who has lost the authenticator.
    `outside`: whether the bank's own sign-in knows them too. `fresh`: whether they have signed in lately enough to
    add a code or a passkey."""

    name: str
    login: str
    roles: dict[str, str]
    has_password: bool
    second_factor: Literal["none", "code", "passkey"]
    code: bool
    recovery_left: int
    outside: bool
    fresh: bool
    passkeys: list[OwnPasskey]
    sessions: list[OwnSession]


class ChangePassword(Asked):
    old: Secret = Field(examples=["verandah kettle ostrich Tuesday"])
    new: Secret = Field(examples=["another four unlikely words"])


class GivenCode(Asked):
    code: Code = Field(min_length=1, examples=["492039"])


class CodeBegun(BaseModel):
    """`uri` is what the square says, `secret` the same for who types it. `qr`: a path of dark squares, each of size
    1, in a field of `qr_size` by `qr_size`."""

    uri: str
    secret: str
    qr: str
    qr_size: int


class CodeConfirmed(BaseModel):
    """`recovery`: shown once."""

    recovery: list[str]


class AccountDone(BaseModel):
    """`sessions`: how many others were ended."""

    done: bool = True
    sessions: int = 0


class KeyOptions(BaseModel):
    """What the browser is asked for: `publicKey`, with bytes as base64url."""

    options: dict[str, Any]


class Credential(Asked):
    """As `navigator.credentials` gives it, with bytes as base64url."""

    credential: dict[str, Any] = Field(examples=[{"id": "AQ", "rawId": "AQ", "type": "public-key", "response": {}}])


class NewPasskey(Credential):
    name: Annotated[Line, Field(max_length=120)] = Field("", examples=["My telephone"])


class RemovePasskey(Asked):
    id: Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_\-]+$")] = Field(examples=["AQ"])
