"""A known hole in a dependency stops the build; a registry that will not say does not, and that is said."""

import json
from typing import Any

import pytest

from tests.house import audit

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2"], "aliases": [], "description": ""}
CLEAN = {"name": "fine", "version": "1", "vulns": []}
SKIPPED = {"name": "unknown", "skip_reason": "not found"}
NPM_HOLE = {"vulnerabilities": {"left-pad": {"severity": "high"}}, "metadata": {"dependencies": {"total": 3}}}
NPM_REFUSED = {"message": "405 Method Not Allowed", "statusCode": 405}


def python(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("said_python", "said_npm", "status", "words"),
    [
        (python(CLEAN), json.dumps({"vulnerabilities": {}}), 0, "1 looked up, 0 holes"),
        (python({**CLEAN, "vulns": [HOLE]}), json.dumps({"vulnerabilities": {}}), 1, "fine 1: PYSEC-2026-1"),
        (python(CLEAN), json.dumps(NPM_HOLE), 1, "left-pad: high"),
        (python(CLEAN, SKIPPED), json.dumps({"vulnerabilities": {}}), 0, "does not tell"),
        (python(SKIPPED), json.dumps(NPM_REFUSED), 0, "does not tell"),
        ("", "", 0, "does not tell"),
        ("<html>", "[]", 0, "does not tell"),
    ],
)
def test_what_is_known_counts_and_what_is_not_told_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said_python: str,
    said_npm: str,
    status: int,
    words: str,
) -> None:
    monkeypatch.setattr(audit, "_said", lambda command, _: said_npm if command[0] == "npm" else said_python)
    assert audit.main(["npm"]) == status
    assert words in capsys.readouterr().out
