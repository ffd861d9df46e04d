"""Every refusal and every reason has its words in both languages, and no words are left over."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.domain.events import because
from server.domain.words import LANGUAGES, say
from tests.house.source import at, modules, syntax

PREFIX = {"Refusal": "refusal.", "Problem": "refusal.", "problem": "refusal.", "because": "reason."}
# The code is handed on here, from where it was named.
HANDED_ON = {
    "server/actions/clock.py",
    "server/web/problems.py",
    "server/web/limits.py",
    "server/web/people.py",
    "server/web/account.py",
    "server/web/sign_in.py",
    "server/demo/control.py",
    "server/live/advising.py",
}


@dataclass(frozen=True, slots=True)
class Use:
    """A code that is said somewhere: the words' keys it may come to; none where that cannot be read off."""

    where: str
    keys: frozenset[str]


def uses(paths: list[Path]) -> Iterator[Use]:
    for path in paths:
        for function in [
            node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]:
            named = dict(assigned(function))
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PREFIX:
                    found = codes(node.args[int(node.func.id.lower() == "problem")], named)
                    keys = frozenset(PREFIX[node.func.id] + code for code in found)
                    yield Use(at(path, node.lineno), keys)


def assigned(function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def codes(node: ast.expr, named: dict[str, ast.expr]) -> set[str]:
    """The codes that this expression may be."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return codes(node.body, named) | codes(node.orelse, named)
    if isinstance(node, ast.Name) and node.id in named:
        return codes(named[node.id], {})
    return set()


def constants(paths: list[Path]) -> set[str]:
    """Every string that is written in these modules."""
    found = (node.value for path in paths for node in ast.walk(syntax(path)) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}


@pytest.fixture(scope="module")
def said() -> list[Use]:
    return list(uses(modules("server")))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_that_is_said_has_words(said: list[Use], language: str) -> None:
    wordless = {(use.where, key) for use in said for key in use.keys if key not in LANGUAGES[language]}
    assert wordless == set()
    assert len({key for use in said for key in use.keys}) > 40


def test_every_code_can_be_read_off_where_it_is_said(said: list[Use]) -> None:
    assert {use.where.split(":")[0] for use in said if not use.keys} == HANDED_ON


def test_no_refusal_and_no_reason_is_left_over() -> None:
    written = constants(modules("server"))
    keys = [key for key in LANGUAGES["en"] if key.startswith(("refusal.", "reason."))]
    assert [key for key in keys if key.split(".", 1)[1] not in written] == []


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("raise Refusal('gone', number=1)", {"refusal.gone"}),
        ("raise Problem(404, 'gone')", {"refusal.gone"}),
        ("x = because('late' if y else 'early')", {"reason.late", "reason.early"}),
        ("code = 'late' if y else 'early'; x = because(code)", {"reason.late", "reason.early"}),
        ("because(whatever)", set()),
    ],
)
def test_a_code_is_found_where_it_is_said(tmp_path: Path, line: str, keys: set[str]) -> None:
    module = tmp_path / "rule.py"
    module.write_text(f"def f():\n    {line}\n")
    assert [use.keys for use in uses([module])] == [keys]


def test_a_refusal_names_the_state_and_the_move_in_each_language() -> None:
    words = say("refusal.move_not_allowed", {"number": "A001", "state": "waiting", "move": "completed"})
    assert words["en"] == "Number A001 is waiting: it cannot be finished now."
    assert "A001" in words["zh"]
    assert LANGUAGES["zh"]["state.waiting"] in words["zh"]
    assert LANGUAGES["zh"]["move.completed"] in words["zh"]


def test_a_name_in_several_languages_is_told_in_each() -> None:
    reason = because("helping", queue={"en": "Cash", "zh": "现金业务"})
    assert "Cash" in reason.words["en"]
    assert "现金业务" in reason.words["zh"]


@pytest.mark.parametrize("typed", ["Zahnarzt", "{number}", "首尔", "first_come", "{0.__class__}"])
def test_what_a_teller_typed_is_told_as_typed(typed: str) -> None:
    assert because("paused", pause=typed).words == {"en": typed, "zh": typed}


def test_a_pause_that_the_console_offers_is_told_in_each_language() -> None:
    assert because("paused", pause="lunch").words == {"en": "Lunch", "zh": "用餐"}
