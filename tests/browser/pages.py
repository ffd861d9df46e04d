"""Chromium and its pages as fixtures; a page that fails unseen or leaves this machine, fails its test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser import chromium

# Of its own accord Chromium looks for updates and synchronises: in a closed network nothing answers it.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
HERE = {"localhost", "127.0.0.1", "::1", None}
PATIENCE_MS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs Chromium, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests.

    Playwright's synchronous interface keeps an event loop running in this thread. Were it kept for the whole
    session, no `async def` test could run after the first browser test; so a file has one kind of the two.
    """
    path = chromium.find()
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield instance
        instance.close()


def watch(context: BrowserContext) -> list[str]:
    """Notes from now on what no page may do: fail without catching it, or ask another machine."""
    faults: list[str] = []

    def note_foreign(request: Request) -> None:
        if urlsplit(request.url).hostname not in HERE:
            faults.append(f"asked another machine: {request.url}")

    context.on("request", note_foreign)
    context.on("weberror", lambda error: faults.append(f"did not catch: {error.error}"))
    return faults


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Each call opens a page with storage of its own; options as for Playwright's `new_context`, as
    `new_page(viewport={"width": 1080, "height": 1920}, locale="zh-CN")`."""
    with ExitStack() as open_contexts:
        watched: list[list[str]] = []

        def make(**options: Any) -> Page:
            context = browser.new_context(**options)
            open_contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            watched.append(watch(context))
            return context.new_page()

        yield make
    assert not any(watched), watched
