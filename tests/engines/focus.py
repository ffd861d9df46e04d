"""Where the keyboard is on a page: who has it, whether that can be seen, and whether anything lies on top."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FloatRect, Page

MARGIN = 8  # a ring is drawn around what has the focus

NAME = r"""(one.getAttribute("aria-label") || one.innerText || one.className || one.tagName).trim()
  .replace(/\s+/g, " ").slice(0, 40)"""
# Marks what has been visited, so that it is known when the way round is done; null: the keyboard has left the page.
HOLDER = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const style = getComputedStyle(one);
  const label = one.labels && one.labels[0];
  const known = one.hasAttribute("data-visited");
  one.setAttribute("data-visited", "");
  return {
    name: NAME,
    known,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    reached: top !== null && (one.contains(top) || top.contains(one) || Boolean(label && label.contains(top))),
    left: box.left, top: box.top, width: box.width, height: box.height,
  };
}""".replace("NAME", NAME)
# What Tab should lead to. One of a group that arrow keys lead through (tabs, radio buttons) stands for all of them.
LEFT_OUT = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [tabindex]")]
  .filter((one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== "hidden")
  .filter((one) => !one.disabled && one.tabIndex >= 0 && !one.closest("[inert]"))
  .filter((one) => !(one.type === "radio" && document.querySelector(`[name="${one.name}"][data-visited]`)))
  .filter((one) => !one.hasAttribute("data-visited"))
  .map((one) => NAME)""".replace("NAME", NAME)

BEGIN_AGAIN = """() => {
  document.querySelectorAll("[data-visited]").forEach((one) => one.removeAttribute("data-visited"));
  if (document.activeElement) document.activeElement.blur();
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """What has the keyboard. `ring`: its outline is drawn; `reached`: nothing covers its middle."""

    name: str
    known: bool
    ring: bool
    reached: bool
    left: float
    top: float
    width: float
    height: float


def holder(page: Page) -> Stop | None:
    found: Any = page.evaluate(HOLDER)
    return None if found is None else Stop(**found)


def faults(page: Page, stop: Stop) -> list[str]:
    """What WCAG 2.4.7 and 2.4.11 ask for and is not there."""
    found = [] if stop.reached else [f"covered: {stop.name}"]
    return found if stop.ring or _shows(page, stop) else [*found, f"focus not to be seen: {stop.name}"]


def _shows(page: Page, stop: Stop) -> bool:
    """Whether it looks otherwise than without the keyboard, however that is drawn."""
    left, top = max(0.0, stop.left - MARGIN), max(0.0, stop.top - MARGIN)
    clip: FloatRect = {"x": left, "y": top, "width": stop.width + 2 * MARGIN, "height": stop.height + 2 * MARGIN}
    focused = page.screenshot(clip=clip)
    page.evaluate("() => { window.focused = document.activeElement; window.focused.blur(); }")
    plain = page.screenshot(clip=clip)
    page.evaluate("() => window.focused.focus({ preventScroll: true })")
    return focused != plain
