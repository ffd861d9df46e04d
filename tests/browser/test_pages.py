"""A page in the tests is a real one, and what goes wrong in it does not go unseen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import watch

FAULTY = {
    "did not catch": "<script>throw new Error('broken')</script>",
    "asked another machine": "<img src='http://pictures.example/logo.png'>",
}


def test_a_page_runs_its_scripts_in_the_language_asked_for(new_page: Callable[..., Page]) -> None:
    page = new_page(locale="zh-CN", viewport={"width": 1080, "height": 1920})
    page.set_content("<h1></h1><script>document.querySelector('h1').innerText = navigator.language</script>")
    assert page.inner_text("h1") == "zh-CN"


def test_two_pages_are_two_people(new_page: Callable[..., Page]) -> None:
    customer, teller = new_page(), new_page()
    assert customer.context is not teller.context


@pytest.mark.parametrize(("fault", "content"), FAULTY.items(), ids=list(FAULTY))
def test_a_faulty_page_is_noticed(browser: Browser, fault: str, content: str) -> None:
    with browser.new_context() as context:
        faults = watch(context)
        page = context.new_page()
        page.set_content(content)
        page.evaluate("0")
        assert [row.split(":")[0] for row in faults] == [fault]
