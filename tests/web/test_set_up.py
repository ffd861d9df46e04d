"""A branch is set up over HTTP: shown, checked, changed as a whole while people wait, undone, exported and made."""

import time
from copy import deepcopy
from typing import Any

import httpx
import pytest

from server.storage.staff import EVERY_BRANCH
from server.storage.verifying.whole import verify
from tests.domain.set_up.documents import Json, put
from tests.running import Caller, Served, fresh_key, headers
from tests.set_up_anew import numbered, set_up
from tests.web.person import Hire
from tests.web.problem import refused
from tests.web.test_attacks import HOSTILE

SET_UP = "branches/main/set-up"


def present(ask: Caller) -> tuple[Json, str]:
    found = ask.get("manager", SET_UP).json()
    return found["document"], found["version"]


def checked(ask: Caller, document: Any, branch: str = "main") -> Json:
    answer = ask.http.post(
        f"branches/{branch}/set-up/check", json={"document": document}, headers=headers(ask.tokens["manager"])
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def read_file(ask: Caller, text: str | bytes, kind: str = "application/yaml") -> httpx.Response:
    known = headers(ask.tokens["manager"]) | {"Content-Type": kind}
    return ask.http.post(f"{SET_UP}/read", content=text, headers=known)


def test_a_change_is_previewed_made_followed_by_screens_and_undone(ask: Caller) -> None:
    before, version = present(ask)
    wanted = put(before, "counters.10", {"number": 11, "class": "cash", "serves": ["cash"], "helps": []})
    wanted = put(wanted, "hours.days.sat", {"opens": "09:00", "closes": "13:00"})
    preview = checked(ask, wanted)
    assert (preview["faults"], preview["warnings"]) == ([], [])
    assert present(ask) == (before, version), "a preview changes nothing"
    done = ask.done("manager", SET_UP, {"document": wanted, "version": version})
    assert done["changes"] == preview["changes"]
    assert [one["words"]["en"] for one in done["changes"]] == [
        "Saturday: 09:00–13:00 (new)",
        "Counter 11 is new: Cash, serves Cash",
    ]
    shown = ask.snapshot()
    assert [one["number"] for one in shown["counters"]] == list(range(1, 12))
    assert present(ask) == (wanted, done["version"])
    ask.done("teller", "counters/main.11/open")
    ask.done("teller", "counters/main.11/close")
    versions = ask.get("manager", f"{SET_UP}/versions").json()
    assert [one["what"] for one in versions["versions"]] == ["branch.set_up", "branch.installed"]
    assert versions["versions"][0]["who"] == {"kind": "manager", "id": "manager-1", "name": "Manager"}
    assert versions["versions"][0]["changes"] == done["changes"]
    old = ask.get("manager", f"{SET_UP}/versions/{versions['versions'][1]['seq']}").json()["document"]
    assert old == before
    undone = ask.done("manager", SET_UP, {"document": old, "version": done["version"]})
    assert (undone["version"], undone["document"]) == (version, before)
    assert len(ask.snapshot()["counters"]) == 10


def test_the_same_press_twice_is_one_change_and_an_old_version_is_refused(ask: Caller) -> None:
    before, version = present(ask)
    key, wanted = fresh_key(), put(before, "rules.wait_cap_min", 25)
    wanted["services"].append({"name": {"en": "Passbooks", "zh": "存折"}, "queue": "cash"})
    body = {"document": wanted, "version": version}
    first, again = (ask.post("manager", SET_UP, body, key=key) for _ in range(2))
    assert first.status_code == 200
    assert again.json() == first.json()
    assert first.json()["document"]["services"][-1]["id"] == "passbooks"
    refused(ask.post("manager", SET_UP, body), 409, "set_up_changed")
    ask.done("manager", SET_UP, {"document": before, "version": first.json()["version"]})


def test_a_document_without_the_id_is_that_of_the_branch_it_is_sent_to(ask: Caller) -> None:
    before, version = present(ask)
    nameless = put(before, "branch.id", ...)
    assert (checked(ask, nameless)["faults"], checked(ask, nameless)["changes"]) == ([], [])
    done = ask.done("manager", SET_UP, {"document": nameless, "version": version})
    assert (done["document"], done["version"]) == (before, version)


def test_every_fault_is_told_at_once_also_those_of_the_hall_and_nothing_changes(ask: Caller) -> None:
    before, version = present(ask)
    ask.done("teller", "counters/main.2/open")
    wanted = put(put(before, "counters.1.class", "non_cash"), "branch.name.zh", "")
    wanted["cards"] = [{"match": "(", "segment": "vip"}]
    found = checked(ask, wanted)
    assert {(one["path"], one["code"]) for one in found["faults"]} == {
        ("branch.name.zh", "empty"),
        ("cards.0.match", "bad_pattern"),
        ("counters.1.class", "counter_in_use"),
    }
    assert (found["changes"], found["warnings"]) == ([], [])
    answer = refused(ask.post("manager", SET_UP, {"document": wanted, "version": version}), 422, "set_up_faulty")
    assert {one["code"] for one in answer["params"]["faults"]} == {"empty", "bad_pattern"}
    only = put(before, "counters.1.class", "non_cash")
    answer = refused(ask.post("manager", SET_UP, {"document": only, "version": version}), 422, "set_up_faulty")
    assert [one["words"]["en"] for one in answer["params"]["faults"]] == [
        "Li Wei is at counter 2. Close it first, then save again."
    ]
    ask.done("teller", "counters/main.2/close")
    assert present(ask) == (before, version)


@pytest.mark.parametrize(
    "document",
    [{}, {"callboard": [[]]}, {"counters": [{"number": []}], "queues": [{"id": {}}], "services": [{"group": []}]}],
)
def test_what_is_no_set_up_is_told_so_and_breaks_nothing(ask: Caller, document: Json) -> None:
    assert checked(ask, document)["faults"]
    refused(ask.post("manager", SET_UP, {"document": document, "version": "0" * 16}), 422, "set_up_faulty")
    deep = '{"document":' + '{"a":' * 400 + "1" + "}" * 400 + "}"
    known = headers(ask.tokens["manager"], fresh_key()) | {"Content-Type": "application/json"}
    assert ask.http.post(f"{SET_UP}/check", content=deep, headers=known).status_code in (200, 400, 422)
    huge = ask.http.post(f"{SET_UP}/check", content='{"document":{"callboard":' + "9" * 500 + "}}", headers=known)
    assert huge.status_code in (200, 400, 422)


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_and_html_in_a_name_stay_text(ask: Caller, text: str) -> None:
    before, version = present(ask)
    wanted = put(put(before, "services.0.name.en", text), "wording", {"en": f"{{number}} {{counter}} {text[:40]}"})
    found = checked(ask, wanted)
    if found["faults"]:
        assert {one["code"] for one in found["faults"]} <= {"not_plain", "too_long", "empty", "bad_gaps"}
        return
    done = ask.done("manager", SET_UP, {"document": wanted, "version": version})
    assert present(ask)[0]["services"][0]["name"]["en"] == text.strip()
    ask.done("manager", SET_UP, {"document": before, "version": done["version"]})


def test_a_file_is_the_set_up_again_and_says_what_each_part_means(ask: Caller) -> None:
    before, _ = present(ask)
    answer = ask.get("manager", f"{SET_UP}.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.headers["content-disposition"] == 'attachment; filename="main.yaml"'
    assert answer.text.count("\n# ") >= 13
    assert read_file(ask, answer.text).json() == {"document": before}
    assert read_file(ask, answer.text, "text/plain").json() == {"document": before}
    assert "opens: '08:30'" in answer.text


UNREADABLE = {
    "a: &x 1\nb: *x": (1, "anchors"),
    "a: 1\nb: !!python/object/apply:os.system [id]": (2, "tags"),
    "a:\n  b: [": (2, "expected"),
    "a: 1\na: 2": (2, "twice"),
    "? [1, 2]\n: 3": (1, "no name"),
    "[" * 3000: (1, "deep"),
    "- 1": (1, "no set-up"),
    "": (1, "no set-up"),
    'a: 1\nb: "\\uD800"': (2, "half"),
    "a: \u0007": (1, ""),
    "a: [" + "1," * 20_000 + "]": (1, "too many"),
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(ask: Caller, text: str) -> None:
    line, why = UNREADABLE[text]
    found = refused(read_file(ask, text.encode()), 422, "set_up_unreadable")
    assert found["params"]["line"] == line
    assert why in found["params"]["why"]


def test_what_a_file_says_is_text_unless_it_is_plainly_none(ask: Caller) -> None:
    said = "a: 17:00\nb: 2026-10-01\nc: no\nd: 0x1F\ne: 1e400\nf: 010\ng: 9999999999999999999\n"
    said += "h: 12\ni: 1.5\nj: true\nk:\n"
    assert read_file(ask, said).json()["document"] == {
        "a": "17:00",
        "b": "2026-10-01",
        "c": "no",
        "d": "0x1F",
        "e": "1e400",
        "f": "010",
        "g": "9999999999999999999",
        "h": 12,
        "i": 1.5,
        "j": True,
        "k": None,
    }
    refused(read_file(ask, b"\xff"), 422, "set_up_unreadable")
    refused(read_file(ask, "a: " + "x" * 70_000), 413, "too_large")


def test_more_than_can_be_sent_is_said_to_be_too_much(ask: Caller) -> None:
    before, _ = present(ask)
    name = {"en": "E" * 60, "zh": "汉" * 60}
    many = [{"id": f"service_{at}", "name": name, "queue": "cash"} for at in range(200)]
    assert [one["code"] for one in checked(ask, put(before, "services", many))["faults"]] == ["too_large"]


def test_a_new_branch_is_made_once_known_at_once_and_empty(ask: Caller, served: Served, hire: Hire) -> None:
    maker = hire("maker.of.branches", everywhere="operator")
    maker.branch = EVERY_BRANCH

    def make(document: Json, key: str | None = None) -> httpx.Response:
        known = headers(maker.word, key or fresh_key())
        return maker.http.post("/api/v1/branches", json={"document": document}, headers=known)

    document = maker.get("set-up/templates").json()["templates"][0]["document"]
    refused(make(document), 422, "set_up_faulty")
    document["branch"] |= {"id": "quay", "name": {"en": "Quay Branch", "zh": "码头支行"}}
    key = fresh_key()
    for _ in range(2):
        answer = make(document, key)
        assert (answer.status_code, answer.json()) == (201, {"branch": "quay"})
    refused(make(document), 409, "branch_exists")
    refused(make(put(document, "rules.vip_weight", 3), key), 422, "key_reused")
    deadline = time.monotonic() + 2
    while "quay" not in (served.services.hub.branches or ()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "quay" in (served.services.hub.branches or ())
    with served.services.reader.begin() as connection:
        assert verify(connection).findings == []


def test_a_version_that_never_was_is_not_found(ask: Caller) -> None:
    refused(ask.get("manager", f"{SET_UP}/versions/999999"), 404, "version_not_found")


def test_other_changes_are_versions_too_and_can_be_gone_back_to(ask: Caller) -> None:
    before, _ = present(ask)
    ask.done("manager", "counters/main.2/profile", {"profile": [{"queue_id": "cash"}, {"queue_id": "vip"}]})
    ask.done("manager", "branches/main/policies/cash", {"policy": "mms"})
    ask.snapshot()
    found = ask.get("manager", f"{SET_UP}/versions", limit=2).json()
    assert found["more"]
    assert [[one["words"]["en"] for one in version["changes"]] for version in found["versions"]] == [
        ["Cash, who advises: Looking ahead → Steady flow"],
        ["Counter 2 now also serves VIP", "Counter 2 no longer helps with Non-cash"],
    ]
    at = [ask.get("manager", f"{SET_UP}/versions/{one['seq']}").json()["document"] for one in found["versions"]]
    assert at[0] == present(ask)[0]
    assert at[1] == put(at[0], "classes.cash.policy", "lookahead")
    older = ask.get("manager", f"{SET_UP}/versions", before=found["versions"][1]["seq"], limit=1).json()["versions"]
    assert ask.get("manager", f"{SET_UP}/versions/{older[0]['seq']}").json()["document"] == before
    ask.done("manager", SET_UP, {"document": deepcopy(before), "version": present(ask)[1]})


def test_ids_that_are_numbers_stay_where_they_are_and_are_refused_where_they_are_new(
    ask: Caller, served: Served
) -> None:
    set_up(served, numbered)
    ask.seq += 1
    ask.snapshot()
    before, version = present(ask)
    assert before["services"][0]["id"] == "7"
    wanted = put(before, "rules.vip_weight", 4)
    assert checked(ask, wanted)["faults"] == []
    version = ask.done("manager", SET_UP, {"document": wanted, "version": version})["version"]
    new = put(wanted, "services.0.id", "8")
    (fault,) = checked(ask, new)["faults"]
    assert (fault["path"], fault["code"]) == ("services.0.id", "number_id")
    assert "n8" in fault["words"]["en"]
    assert "n8" in fault["words"]["zh"]
    refused(ask.post("manager", SET_UP, {"document": new, "version": version}), 422, "set_up_faulty")
