"""The published document, where it says more than the routes' own signatures: every door asks for a token."""

from typing import Any

from fastapi import FastAPI

SCHEME = "HTTPBearer"
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "The token of a device or a person: `python -m server token`.",
}


def install(app: FastAPI, api: str) -> None:
    """The routes read the token by hand, so the framework does not know of it."""
    written = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = written()
            for path, operations in found["paths"].items():
                if path.startswith(api):
                    for operation in operations.values():
                        operation["security"] = [{SCHEME: []}]
            found["components"]["securitySchemes"] = {SCHEME: TOKEN}
        return app.openapi_schema or {}

    setattr(app, "openapi", document)  # noqa: B010 - a method is replaced, as the framework's manual has it
