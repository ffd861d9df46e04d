"""A browser that is connected as a device: the token is in a cookie that one page alone receives."""

from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

YEAR = 365 * 24 * 3600

Answer = TypeVar("Answer", bound=Response)


def keep_token(response: Answer, request: Request, screen: str, token: str) -> Answer:
    response.set_cookie(
        f"callboard_{screen}",
        token,
        YEAR,
        path=f"/{screen}",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def connected(request: Request, screen: str, token: str) -> Response:
    """The same address without the token, which from now on is in a cookie of this screen."""
    rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "token"], safe=",")
    response = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303)
    return keep_token(response, request, screen, token)
