"""The branch of the study: open 8:30 to 17:00, three ordinary, two VIP and three self-service counters."""

import secrets
from dataclasses import replace
from datetime import time

from server.domain.branch import Branch, ClassPolicy, CounterClass, ProfileEntry, Queue, Service
from server.domain.counter import Counter, Status

BRANCH_ID = "main"


def source_branch() -> Branch:
    """The study's hall. Costs are our own example: a counter costs 60 an hour, a waiting customer 90."""
    queues = {
        "cash": Queue("cash", "A", CounterClass.CASH, {"en": "Cash", "zh": "现金业务"}),
        "non_cash": Queue("non_cash", "B", CounterClass.NON_CASH, {"en": "Non-cash", "zh": "非现金业务"}),
        "vip": Queue("vip", "V", CounterClass.VIP, {"en": "VIP", "zh": "贵宾"}),
        "self_service": Queue(
            "self_service", "S", CounterClass.SELF_SERVICE, {"en": "Self-service", "zh": "自助服务"}
        ),
    }
    services = {
        "deposit": Service("deposit", {"en": "Deposit and withdraw", "zh": "存取款"}, "cash", "self_service"),
        "exchange": Service("exchange", {"en": "Cash and currency exchange", "zh": "现金兑换与外币"}, "cash"),
        "card": Service("card", {"en": "Cards and accounts", "zh": "开户与银行卡"}, "non_cash", "self_service"),
        "transfer": Service("transfer", {"en": "Transfers", "zh": "转账汇款"}, "non_cash", "self_service"),
        "advice": Service("advice", {"en": "Loans and investment", "zh": "贷款与理财"}, "non_cash"),
    }
    policies = {
        "cash": ClassPolicy(60.0, 90.0, 10.0, 12.0),
        "non_cash": ClassPolicy(60.0, 90.0, 10.0, 6.0),
        "vip": ClassPolicy(80.0, 240.0, 10.0, 4.0),
        "self_service": ClassPolicy(12.0, 90.0, 5.0, 8.0, min_counters=3),
    }
    return Branch(
        id=BRANCH_ID,
        name={"en": "Riverside Branch", "zh": "滨江支行"},
        time_zone="Asia/Shanghai",
        opens=time(8, 30),
        closes=time(17, 0),
        open_days=(0, 1, 2, 3, 4, 5, 6),
        queues=queues,
        services=services,
        segment_queues={"vip": "vip"},
        policies=policies,
    )


def demonstrated_branch() -> Branch:
    """The study's hall with the usual targets: customers are to be called within ten minutes, VIPs within five."""
    source = source_branch()
    minutes = {"cash": 10.0, "non_cash": 10.0, "vip": 5.0}
    aimed = {key: replace(source.policies[key], target_wait_min=target) for key, target in minutes.items()}
    return replace(source, policies=source.policies | aimed)


def source_counters() -> list[Counter]:
    """The study's eight counters, and two ordinary ones that are furnished but closed: what advice can open."""
    cash = (ProfileEntry("cash"), ProfileEntry("vip"), ProfileEntry("non_cash", helps=True))
    non_cash = (ProfileEntry("non_cash"), ProfileEntry("cash", helps=True))
    plan = [
        (CounterClass.CASH, cash),
        (CounterClass.CASH, (ProfileEntry("cash"), ProfileEntry("non_cash", helps=True))),
        (CounterClass.NON_CASH, non_cash),
        (CounterClass.CASH, (ProfileEntry("cash"),)),
        (CounterClass.NON_CASH, non_cash),
        (CounterClass.VIP, (ProfileEntry("vip"), ProfileEntry("cash", helps=True))),
        (CounterClass.VIP, (ProfileEntry("vip"), ProfileEntry("non_cash", helps=True))),
        *[(CounterClass.SELF_SERVICE, (ProfileEntry("self_service"),))] * 3,
    ]
    return [
        Counter(
            id=f"{BRANCH_ID}.{number}",
            branch_id=BRANCH_ID,
            number=number,
            counter_class=counter_class,
            profile=profile,
            status=Status.OPEN if counter_class is CounterClass.SELF_SERVICE else Status.CLOSED,
        )
        for number, (counter_class, profile) in enumerate(plan, start=1)
    ]


def replay_branch() -> Branch:
    """A hall for a day that really was: open from early to late, one queue, all days alike."""
    source = source_branch()
    return replace(
        source,
        id=f"replay-{secrets.token_hex(4)}",
        name={"en": "Replayed day", "zh": "重放的一天"},
        opens=time(7, 0),
        closes=time(21, 30),
        queues={"cash": source.queues["cash"]},
        services={"deposit": replace(source.services["deposit"], machine_queue_id=None)},
        segment_queues={},
        policies={"cash": ClassPolicy(60.0, 90.0, 8.0, 30.0)},
    )


def replay_counters(branch: Branch, count: int) -> list[Counter]:
    return [
        Counter(
            id=f"{branch.id}.{number}",
            branch_id=branch.id,
            number=number,
            counter_class=CounterClass.CASH,
            profile=(ProfileEntry("cash"),),
        )
        for number in range(1, count + 1)
    ]
