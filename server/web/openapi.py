"""The published document, where it says more than the routes' own signatures: every door asks for a token."""

from typing import Any

from fastapi import FastAPI

SCHEME = "HTTPBearer"
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "The token of a device or a person: `python -m server token`.",
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
LATER = {
    "429": "Too much of this token, or of the address where it comes without one, or with wrong ones",
    "503": "Not just now: nothing was changed, and the same request may be sent again",
}


def _later(why: str) -> dict[str, Any]:
    wait = {"description": "In so many seconds.", "schema": {"type": "integer", "minimum": 1}, "required": True}
    return {"description": why, "content": PROBLEM, "headers": {"Retry-After": wait}}


def install(app: FastAPI, api: str) -> None:
    """The routes read the token by hand, so the framework does not know of it."""
    written = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = written()
            for path, operations in found["paths"].items():
                if path.startswith(api):
                    for operation in operations.values():
                        # Who is about to become known has nothing to show yet.
                        nobody = "people" in operation.get("tags", ())
                        operation.setdefault("security", [] if nobody else [{SCHEME: []}])
                        for status, why in LATER.items():
                            operation["responses"].setdefault(status, _later(why))
            found["components"]["securitySchemes"] = {SCHEME: TOKEN}
        return app.openapi_schema or {}

    setattr(app, "openapi", document)  # noqa: B010 - a method is replaced, as the framework's manual has it
