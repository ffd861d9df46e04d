"""What axe-core says of a page as it is now: the rules of WCAG 2.2 AA and EN 301 549 that a machine can check."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.running import ROOT

PROGRAM = ROOT / "server" / "screens" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549"]
# Off unless asked for, as WCAG 2.2 is younger than most pages.
ASKED_FOR = {"target-size": {"enabled": True}}

# What a change of colours or of type may break.
IN_ANOTHER_DRESS = ["color-contrast", "target-size"]

RUN = """async (options) => {
  const found = await axe.run(document, { ...options, resultTypes: ["violations", "incomplete"] });
  const told = (rows) => rows.flatMap((row) => row.nodes.map((node) => ({
    rule: row.id,
    place: node.target.join(" "),
    why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
  })));
  return { broken: told(found.violations), unsure: told(found.incomplete) };
}"""


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule, the place where it is broken or may be, and axe's reason."""

    rule: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`unsure` is left to a person's judgement: axe could not tell what is behind a text, for instance."""

    broken: list[Remark]
    unsure: list[Remark]


NOTHING = Verdict([], [])


def judge(page: Page, *, looks_only: bool = False) -> Verdict:
    """Nothing is added to the page but a script in its memory, which no policy of the page's forbids. `looks_only`:
    the same page in another dress, of which all else is known."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_program())
    every = {"runOnly": {"type": "tag", "values": TAGS}, "rules": ASKED_FOR}
    some = {"runOnly": {"type": "rule", "values": IN_ANOTHER_DRESS}}
    found: Any = page.evaluate(RUN, some if looks_only else every)
    return Verdict([Remark(**row) for row in found["broken"]], [Remark(**row) for row in found["unsure"]])


@cache
def _program() -> str:
    return PROGRAM.read_text(encoding="utf-8")
