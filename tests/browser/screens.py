"""The four screens, each opened on its device as it is in the branch: true size, its own token, its language."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.running import Office

SIZES = {"kiosk": (1080, 1920), "display": (1920, 1080), "teller": (1366, 768), "manager": (1366, 768)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
KEY = re.compile(r"\b(?:kiosk|phone|display|teller|manager|shared|refusal|reason|segment|state|move|kind)\.[a-z_.]+")
UNFILLED = re.compile(r"\{\w+\}|\bundefined\b|\bNaN\b|\[object")
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What is no English in a Chinese sentence: people's names as they are written, the Escape key, and the field's signs.
NO_ENGLISH = {"Li", "Wei", "Wang", "Fang", "Manager", "Esc", "VIP", "CV", "Lq"}

TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text && holder.tagName !== "SCRIPT" && holder.getClientRects().length > 0)
      found.push([holder.closest("[lang]").lang.slice(0, 2), text]);
  }
  for (const element of document.querySelectorAll("[aria-label], [title]")) {
    if (element.getClientRects().length === 0) continue;
    const text = `${element.getAttribute("aria-label") || ""} ${element.getAttribute("title") || ""}`;
    found.push([element.closest("[lang]").lang.slice(0, 2), text.trim()]);
  }
  return found;
}"""


def open_screen(
    new_page: Callable[..., Page],
    url: str,
    office: Office,
    screen: str,
    language: str = "zh",
    who: str | None = None,
) -> Page:
    """The screen, connected and live."""
    width, height = SIZES[screen]
    page = new_page(viewport={"width": width, "height": height}, locale=LOCALES[language])
    page.goto(f"{url}/{screen}?token={office.tokens[who or screen]}&lang={language}")
    assert "token" not in page.url
    return page


def texts(page: Page) -> list[tuple[str, str]]:
    """(language, text) of all that can be read on the page or is spoken for it."""
    found: Any = page.evaluate(TEXTS)
    return [(language, text) for language, text in found]


def faults(page: Page, language: str) -> list[str]:
    """What is wrong with the words on the page."""
    found = []
    for said_in, text in texts(page):
        if KEY.search(text) or UNFILLED.search(text):
            found.append(f"no words: {text}")
        if said_in == "zh" and set(LATIN.findall(text)) - NO_ENGLISH:
            found.append(f"no Chinese: {text}")
        if said_in == "en" and CHINESE.search(text):
            found.append(f"no English: {text}")
    languages = {said_in for said_in, text in texts(page) if len(text) > 1}
    if language not in languages:
        found.append(f"nothing is said in {language}")
    return found
