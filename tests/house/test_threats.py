"""The page of threats names tests, and each of them is there: a defence that nothing holds would be a wish."""

import re

import pytest

from tests.house.source import ROOT

PAGE = ROOT / "server" / "notes" / "threats.md"
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def named() -> list[tuple[str, str]]:
    """(file, test), each once."""
    return sorted(set(NAMED.findall(PAGE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "test"), named())
def test_a_test_that_holds_a_boundary_is_there(file: str, test: str) -> None:
    homes = [path for path in (ROOT / "tests").rglob(file) if is_in(path.read_text(encoding="utf-8"), test)]
    assert len(homes) == 1, f"{test} is in {len(homes)} files of the name {file}"


def is_in(text: str, test: str) -> bool:
    return re.search(rf"^(async )?def {test}\(", text, re.MULTILINE) is not None


def test_every_row_of_the_page_names_one() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    assert [row for row in rows if not NAMED.search(row)] == []
