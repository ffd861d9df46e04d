"""Every part of the reference file, and the reference figures kept here, within the tolerance they state."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.advisor.checks import CHECKS
from tests.advisor.model import RIGHT
from tests.advisor.own_cases import OWN
from tests.advisor.reference import ABSENT, REFERENCE

PLAIN_TEXT = {"meta", "source_example_region.statement", "source_example_region.closed_form"}


def parts() -> Iterator[tuple[str, Any]]:
    """The parts of the file; of one that is itself made of parts, those."""
    for name, part in REFERENCE.items():
        yield from (
            ((f"{name}.{key}", value) for key, value in part.items()) if is_nested(name, part) else [(name, part)]
        )


def is_nested(name: str, part: Any) -> bool:
    return isinstance(part, dict) and name not in PLAIN_TEXT


def entries() -> list[Any]:
    """Each entry with its part; where the file is absent, one that says so and is skipped."""
    if not REFERENCE:
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=ABSENT))]
    return [
        pytest.param(name, case, id=case.get("id", f"{name}{at}"))
        for name, part in parts()
        if name not in PLAIN_TEXT
        for at, case in enumerate(part)
    ]


@pytest.mark.skipif(not REFERENCE, reason=ABSENT)
def test_every_part_of_the_reference_file_is_checked() -> None:
    assert {name for name, _ in parts()} - PLAIN_TEXT == set(CHECKS)


@pytest.mark.parametrize(("part", "case"), entries())
def test_the_formulas_agree_with_the_reference_file(part: str, case: dict[str, Any]) -> None:
    assert CHECKS[part](case, RIGHT) == []


@pytest.mark.parametrize(
    ("part", "case"), [pytest.param(part, case, id=case["id"]) for part, cases in OWN.items() for case in cases]
)
def test_the_formulas_agree_with_the_reference_figures_kept_here(part: str, case: dict[str, Any]) -> None:
    assert CHECKS[part](case, RIGHT) == []
