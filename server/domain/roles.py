"""What people are in a branch. What each of them may do is one table: server/web/access.py."""

ROLES = (
    "teller",
    "senior_teller",  # a teller who may also act at another's counter
    "adviser",  # serves by appointment
    "supervisor",  # of the tellers: says what each counter serves
    "lobby_manager",  # at the door: gives numbers, answers the advice, serves at no counter
    "manager",  # of the branch
    "region",  # of several branches: looks and plans
    "operator",  # the administrator
)
