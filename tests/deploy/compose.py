"""Reads compose.yaml as compose does: with what .env.example gives, and with the values of the place filled in."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.running import ROOT

COMPOSE = ROOT / "deploy" / "compose.yaml"
EXAMPLE = ROOT / "deploy" / ".env.example"
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")

Json = dict[str, Any]


class NotSetError(Exception):
    """A value that compose would ask for."""


def example() -> dict[str, str]:
    """What .env.example sets, the empty ones too."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def loaded(values: dict[str, str], path: Path = COMPOSE) -> Json:
    """The file with its variables filled in. NotSetError where one that must be set is not."""
    found = YAML(typ="safe").load(path.read_text("utf-8"))
    return dict(_filled(found, values))


def _filled(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, values) for value in node]
    return VARIABLE.sub(lambda found: _value(found, values), node) if isinstance(node, str) else node


def _value(found: re.Match[str], values: dict[str, str]) -> str:
    name, kind, text = found.groups()
    value = values.get(name, "")
    if not value and kind == "?":
        raise NotSetError(f"{name}: {text}")
    return value or (text if kind == "-" else "")
