"""The rule of ranks: nobody gives or takes what is above them, nor opens an account that reaches beyond theirs."""

import pytest

from server.domain.refusals import Refusal
from server.domain.roles import EVERYWHERE, ROLES, Roles, check_account, check_role, may_give, rank, role_at

MANAGER: Roles = {"main": "manager"}
OPERATOR: Roles = {EVERYWHERE: "operator"}


def says(check: object, *given: object) -> str:
    """The code of the refusal; nothing where there is none."""
    assert callable(check)
    try:
        check(*given)
    except Refusal as refusal:
        return refusal.code
    return ""


def test_the_branchs_own_word_goes_before_that_for_every_branch() -> None:
    roles = {EVERYWHERE: "region", "main": "teller"}
    assert (role_at(roles, "main"), role_at(roles, "north")) == ("teller", "region")
    assert role_at(MANAGER, "north") is None


@pytest.mark.parametrize("mine", ROLES)
@pytest.mark.parametrize("given", ROLES)
def test_nobody_gives_a_role_above_their_own(mine: str, given: str) -> None:
    roles = {"main": mine}
    assert says(check_role, roles, {}, "main", given) == ("role_above" if rank(given) > rank(mine) else "")
    assert (given in may_give(roles, "main")) is (rank(given) <= rank(mine))


@pytest.mark.parametrize("mine", ROLES)
@pytest.mark.parametrize("theirs", ROLES)
@pytest.mark.parametrize("place", ["main", EVERYWHERE])
def test_nobody_takes_a_role_above_their_own(mine: str, theirs: str, place: str) -> None:
    found = says(check_role, {"main": mine}, {place: theirs}, "main", None)
    assert found == ("person_above" if rank(theirs) > rank(mine) else "")


def test_what_is_for_every_branch_is_given_and_taken_by_who_has_such_a_role() -> None:
    assert says(check_role, MANAGER, {}, EVERYWHERE, "teller") == "role_above"
    assert says(check_role, MANAGER, {EVERYWHERE: "teller"}, EVERYWHERE, None) == "person_elsewhere"
    assert says(check_role, OPERATOR, {EVERYWHERE: "operator"}, EVERYWHERE, None) == ""


@pytest.mark.parametrize(
    ("theirs", "code"),
    [
        ({"main": "teller"}, ""),
        ({"main": "supervisor"}, ""),
        ({"main": "manager"}, "person_not_below"),
        ({"main": "region"}, "person_not_below"),
        ({"main": "teller", "north": "teller"}, "person_elsewhere"),
        ({"main": "teller", EVERYWHERE: "teller"}, "person_elsewhere"),
        ({"north": "teller"}, "person_elsewhere"),
    ],
)
def test_an_account_is_opened_to_who_stands_above_it_wherever_it_reaches(theirs: Roles, code: str) -> None:
    assert says(check_account, MANAGER, theirs) == code
    assert says(check_account, OPERATOR, theirs) == ""


def test_a_stranger_gives_nothing() -> None:
    assert may_give(MANAGER, "north") == ()
    assert says(check_role, MANAGER, {}, "north", "teller") == "role_above"
