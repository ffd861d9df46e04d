"""The program and the page keep a queue each, in two programming languages: their figures at least are the same."""

import re

from display.announcements import Manner
from tests.house.source import ROOT

PAGE = ROOT / "display" / "page" / "announcements.js"
SAME = {
    "LIMIT_S": "limit_s",
    "REPEAT_AFTER_S": "repeat_after_s",
    "MERGE_FROM": "merge_from",
    "MOST_IN_ONE": "most_in_one",
    "MOST_WAITING": "most_waiting",
}


def test_a_hall_with_both_hears_one_rule() -> None:
    found = dict(re.findall(r"const ([A-Z_]+) = ([\d.]+);", PAGE.read_text("utf-8")))
    manner = Manner()
    assert {name: float(found[name]) for name in SAME} == {name: getattr(manner, mine) for name, mine in SAME.items()}
