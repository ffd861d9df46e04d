"""Holds what the server says to the schemas that it publishes."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

Json = dict[str, Any]


def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


FORMATS = FormatChecker(())
FORMATS.checks("date-time", ValueError)(_is_time)
FORMATS.checks("date", ValueError)(_is_day)


def faults(document: Json, schema: Json, found: Any) -> list[str]:
    """What is wrong with `found` by a schema of the document; with nothing wrong, an empty list."""
    check = Draft202012Validator({**schema, "components": document["components"]}, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}"[:300] for error in check.iter_errors(found)]


def check_document(document: Json) -> None:
    """Every schema is one, and everything that is referred to is there."""
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in references(document):
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def references(part: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)
