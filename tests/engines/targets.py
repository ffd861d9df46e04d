"""How large everything is that can be pressed, as it lies under a finger."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# What can be pressed now: not hidden, not dead, not under a dialog. A field's label is pressed as the field is.
MEASURE = """() => {
  const kinds = "button, a[href], input, select, textarea, summary, [role=button], [role=slider], [role=tab]";
  const visible = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== "hidden";
  const modals = [...document.querySelectorAll("dialog[open], [aria-modal=true]")].filter(visible);
  const room = modals[modals.length - 1] || document;
  const covered = (one, box) => {
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    const top = document.elementFromPoint(x, y);
    if (top === null || one.contains(top) || top.contains(one)) return false;
    const label = top.closest("label");
    return label === null || !label.contains(one);
  };
  const box = (one) => (one.labels && one.labels[0] && visible(one.labels[0]) && one.labels[0].contains(one)
    ? one.labels[0] : one).getBoundingClientRect();
  return [...room.querySelectorAll(kinds)]
    .filter((one) => visible(one) && !one.disabled && !one.closest("[inert], [aria-hidden=true]"))
    .map((one) => [one, box(one)])
    .filter(([one, at]) => !covered(one, at))
    .map(([one, at]) => ({
      name: (one.getAttribute("aria-label") || one.innerText || one.className || one.tagName).trim()
        .replace(/\\s+/g, " ").slice(0, 40),
      inline: getComputedStyle(one).display === "inline" && one.tagName === "A",
      left: at.left, top: at.top, right: at.right, bottom: at.bottom,
    }));
}"""


@dataclass(frozen=True, slots=True)
class Target:
    """A box in CSS pixels of the screen. `inline`: a link within a sentence, which may be as small as its words."""

    name: str
    inline: bool
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def least(self) -> float:
        return min(self.width, self.height)

    def overlaps(self, other: "Target") -> bool:
        """By more than the pixel that rounding may give."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 1


@dataclass(frozen=True, slots=True)
class Glass:
    """A screen as it stands before someone: pixels across, and how wide it is in millimetres."""

    pixels: int
    wide_mm: float

    def mm(self, pixels: float) -> float:
        return pixels * self.wide_mm / self.pixels


# 21 inches are 533.4 mm from corner to corner: at 9:16 that is 261.5 mm across.
KIOSK = Glass(1080, 261.5)
# A phone shows 160 CSS pixels to the inch.
PHONE = Glass(160, 25.4)
# An office screen of 24 inches, 1920 across.
DESK = Glass(1920, 531.4)


def measured(page: Page) -> list[Target]:
    found: Any = page.evaluate(MEASURE)
    return [Target(**row) for row in found]


def overlapping(targets: list[Target]) -> list[str]:
    pairs = [(one, other) for at, one in enumerate(targets) for other in targets[at + 1 :]]
    return [f"{one.name} / {other.name}" for one, other in pairs if one.overlaps(other)]
