"""Codes of an authenticator (TOTP, RFC 6238) and recovery codes: made, looked at, and each taken once."""

import asyncio
import hmac
import secrets
import time
import unicodedata

from starlette.requests import Request

from server.domain.trail import Who
from server.storage.codes import sealed_about, take_code, take_recovery
from server.storage.database import Database
from server.storage.seal import Seal
from server.storage.staff import Person

STEP_S = 30
AROUND = 1  # steps before and after: clocks differ, and people are slow
RECOVERY_CODES = 8
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another
PIECES, PIECE = 3, 4  # 59 bits
QUIET_SQUARES = 4  # a telephone finds no code without so many


def fresh_secret() -> str:
    """160 bits as base32, as RFC 4226 wants it."""
    import pyotp

    return pyotp.random_base32()


def uri_of(secret: str, login: str, issuer: str) -> str:
    """What an authenticator reads from the square."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The half minute whose code this is, if it is one of about now."""
    import pyotp

    totp, here = pyotp.TOTP(secret), int((time.time() if now is None else now) // STEP_S)
    for step in range(here - AROUND, here + AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def recovery_codes() -> list[str]:
    """As people are shown them, once: `K7QM-2XRT-9BHC`."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(PIECE)) for _ in range(PIECES))
        for _ in range(RECOVERY_CODES)
    ]


def square(text: str) -> tuple[str, int]:
    """A QR code as one path of dark squares, each of size 1, and the size of the whole with the white around it."""
    from qrcode.main import QRCode

    code = QRCode(border=QUIET_SQUARES)
    code.add_data(text)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return "".join(dark), len(rows)


def plain(typed: str) -> str:
    """A code does not depend on how it was typed."""
    normal = unicodedata.normalize("NFKC", typed).upper()  # a Chinese keyboard has digits of its own
    return "".join(letter for letter in normal if letter.isascii() and letter.isalnum())


async def code_is_right(request: Request, writing: Database, person: Person, typed: str, who: Who) -> bool:
    """Whether it is a code of their authenticator that was not used before, or one of their recovery codes; it is
    spent then. Raises SealBroken where the secret cannot be read."""
    seal: Seal = request.app.state.seal
    code, secret = plain(typed), person.code_secret
    if secret is None:
        return False
    if not code.isdigit():
        return await asyncio.to_thread(take_recovery, writing, seal, person.id, code, who)
    opened = await asyncio.to_thread(seal.open_own, secret, sealed_about(person.id))
    step = step_of(opened, code)
    return step is not None and await asyncio.to_thread(take_code, writing, person.id, secret, step, who)
