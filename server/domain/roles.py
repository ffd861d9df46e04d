"""What people are in a branch, and who may change it. What each of them may do is one table: server/web/access.py."""

from collections.abc import Mapping

from server.domain.refusals import Refusal

ROLES = (
    "teller",
    "senior_teller",  # a teller who may also act at another's counter
    "adviser",  # serves by appointment
    "supervisor",  # of the tellers: says what each counter serves
    "lobby_manager",  # at the door: gives numbers, answers the advice, serves at no counter
    "manager",  # of the branch
    "region",  # of several branches: looks and plans
    "operator",  # the administrator
)  # from the lowest rank to the highest
EVERYWHERE = "*"  # the place of a role that counts in every branch there is and will be

Roles = Mapping[str, str]  # place -> role


def role_at(roles: Roles, place: str) -> str | None:
    """What somebody is there: the branch's own word goes before that for every branch."""
    return roles.get(place) or roles.get(EVERYWHERE)


def may_give(mine: Roles, place: str) -> tuple[str, ...]:
    """The roles that such a person may give to others there: none above their own."""
    own = role_at(mine, place)
    return ROLES[: rank(own) + 1] if own else ()


def rank(role: str | None) -> int:
    """-1: none."""
    return ROLES.index(role) if role else -1


def check_role(mine: Roles, theirs: Roles, place: str, role: str | None) -> None:
    """Whether a person with `mine` may give somebody with `theirs` this role there; None: take theirs. Who is more
    than that in every branch is so here, too, whatever this branch calls them. Raises Refusal."""
    own = role_at(mine, place)
    if own is None:
        raise Refusal("person_elsewhere" if theirs else "role_above")
    if rank(role) > rank(own):
        raise Refusal("role_above")
    if max(rank(theirs.get(place)), rank(theirs.get(EVERYWHERE))) > rank(own):
        raise Refusal("person_above")


def check_account(mine: Roles, theirs: Roles) -> None:
    """Whether a person with `mine` may make the other a new link or badge: whoever has these can be them, wherever
    they work. So one has to stand above them; administrators alone have nobody who does. Raises Refusal."""
    for place, role in theirs.items():
        own = role_at(mine, place)
        if own is None:
            raise Refusal("person_elsewhere")
        if rank(role) >= rank(own) and own != ROLES[-1]:
            raise Refusal("person_not_below")
