"""What every refusal over HTTP looks like: problem+json with a stable code, in Chinese and in English."""

import re
from typing import Any

import httpx

FIELDS = {"type", "title", "status", "code", "detail", "words", "params"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem that was answered, after a look at its form."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) - {"errors"} == FIELDS
    assert found["status"] == answer.status_code >= 400
    assert found["type"] == f"/problems/{found['code']}"
    assert set(found["words"]) == {"en", "zh"}
    assert found["title"] == found["words"]["en"]
    assert found["detail"] in found["words"].values()
    assert CHINESE.search(found["words"]["zh"])
    assert not CHINESE.search(re.sub("“.*?”", "", found["words"]["en"]))
    assert not re.search(r"[{}]", "".join(found["words"].values())), "a parameter was not filled in"
    return found


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, which must be this one."""
    found = problem_of(answer)
    assert (found["status"], found["code"]) == (status, code), found
    return found
