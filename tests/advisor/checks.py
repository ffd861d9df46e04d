"""Each part of the reference against any model: what the right one passes, a wrong one must fail."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.advisor.model import Model
from tests.advisor.reference import MEASURES, RELATIVE, as_printed, close, differences

Case = Mapping[str, Any]
CHAIN = 1e-6  # of the reference's own chain for unequal rates, as the file words it
ABANDONMENT = {
    "p_wait": "p_wait",
    "p_abandon": "p_abandon",
    "Lq": "lq",
    "EWq": "wq",
    "EWq_served": "wq_served",
    "utilization": "utilization",
    "P0": "p0",
}
BRANCH_RATE = 0.1  # the source's branch: ten minutes a customer


def off(case: Case, found: Mapping[str, Any], wanted: Mapping[str, Any], relative: float = RELATIVE) -> list[str]:
    """Each figure that is not what it should be."""
    return [
        f"{case.get('id', case)} {name}: {found[name]!r}, should be {want!r}"
        for name, want in wanted.items()
        if not (
            found[name] is None if want is None else found[name] is not None and close(found[name], want, relative)
        )
    ]


def numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{name} {at}": value for at, value in enumerate(values)}


def check_mms(case: Case, model: Model) -> list[str]:
    loss = {"B": model.erlang_b(case["s"], case["lam"] / case["mu"])} if "B" in case else {}
    delay = model.erlang_c(case["s"], case["lam"] / case["mu"])
    known = {"C": case["C"]} | {name: case[name] for name in loss}
    return differences(case, model.mms) + off(case, loss | {"C": delay}, known)


def check_optimizer(case: Case, model: Model) -> list[str]:
    bounds = {"max_servers": case["s_max"], "min_servers": case["s_min"]}
    found = model.optimal_servers(case["lam"], case["mu"], case["cs"], case["cw"], **bounds)
    got = {"s": found.servers, "z": found.cost, "below": found.cost_below, "above": found.cost_above}
    want = {"s": case["s_star"], "z": case["z_star"], "below": case["z_minus"], "above": case["z_plus"]}
    return off(case, got | {"feasible": found.keeps_up}, want | {"feasible": case["feasible"]})


def check_erlang_a(case: Case, model: Model) -> list[str]:
    found = model.erlang_a(case["lam"], case["mu"], case["theta"], case["s"])
    return off(
        case,
        {name: getattr(found, field) for name, field in ABANDONMENT.items()},
        {name: case[name] for name in ABANDONMENT},
    )


def check_priority(case: Case, model: Model) -> list[str]:
    found = model.priority_waits(case["lams"], case["mu"], case["s"])
    got = numbered("Wq", list(found)) | numbered("Lq", found.lq) | {"C": found.p_wait, "W0": found.w0}
    want = numbered("Wq", case["Wq"]) | numbered("Lq", case["Lq"]) | {"C": case["C"], "W0": case["W0"]}
    return off(case, got | {"stable": found.stable}, want | {"stable": case["stable_total"]})


def check_unequal_rates(case: Case, model: Model) -> list[str]:
    found = model.priority_waits(case["lams"], case["mus"], case["s"])
    want = numbered("Wq", case["Wq"]) | {"p_wait": case["p_wait"]}
    return off(case, numbered("Wq", list(found)) | {"p_wait": found.p_wait}, want, CHAIN)


def check_breakpoints(case: Case, model: Model) -> list[str]:
    found = model.load_breakpoints(case["ratio"], len(case["a"]))
    return off(case, numbered("a", found), numbered("a", case["a"]))


def check_confidence(case: Case, model: Model) -> list[str]:
    rates = (case["alpha_lam"], case["beta_lam"], case["alpha_mu"], case["beta_mu"])
    found = model.advice_probabilities(*rates, case["ratio"], len(case["P_s"]))
    got = numbered("P", found) | {"sum": math.fsum(found), "mode": found.index(max(found)) + 1}
    return off(case, got, numbered("P", case["P_s"]) | {"sum": math.fsum(case["P_s"]), "mode": case["mode_s"]})


def check_load_region(case: Case, model: Model) -> list[str]:
    """The rates between which four counters are the source's optimum at one price: just inside, and just outside."""
    loads = [edge * side for edge, side in ((case["lam_low"], 1 - 1e-9), (case["lam_low"], 1 + 1e-9))]
    loads += [case["lam_high"] * side for side in (1 - 1e-9, 1 + 1e-9)]
    return fours(case, [(lam, case["ratio"]) for lam in loads], [False, True, True, False], model)


def check_fifteen_minutes(case: Case, model: Model) -> list[str]:
    """The rate that gives the source's mean wait at s counters, and the prices at which four are the optimum."""
    measures = model.mms(case["lam"], BRANCH_RATE, case["s"])
    got = {name: getattr(measures, field) for name, field in MEASURES.items()}
    want = {name: case[name] for name in MEASURES if name in case} | {case["measure"]: case["minutes"]}
    found, prices, lam = off(case, got, want), case["ratio_interval_for_s_star_4"], case["lam"]
    if prices is None:
        return found + fours(case, [(lam, ratio) for ratio in (0.01, 1, 100)], [False] * 3, model)
    low, high = prices["r_low"], float(prices["r_high"])
    tried = [low * (1 - 1e-6), low * (1 + 1e-6)] + [high * (1 - 1e-6), high * (1 + 1e-6)] * (high < math.inf)
    return found + fours(case, [(lam, ratio) for ratio in tried], [False, True, True, False][: len(tried)], model)


def fours(case: Case, asked: Sequence[tuple[float, float]], wanted: list[bool], model: Model) -> list[str]:
    best = [model.optimal_servers(lam, BRANCH_RATE, ratio, 1, max_servers=30).servers for lam, ratio in asked]
    return [] if [servers == 4 for servers in best] == wanted else [f"{case}: {best} at {asked}"]


def check_textbook(case: Case, model: Model) -> list[str]:
    """What a book prints, to its digits or to its own tolerance."""
    precision, expect = case["print_precision"], case["expect"]
    return [
        f"{case['id']} {case['name']} {name}: {got!r}, printed {expect!r}"
        for name, got, printed in BOOKS[case["kind"]](case["inputs"], expect, model)
        if printed is not None and not as_printed(got, printed, precision.get(f"{name}_rtol", precision.get("rtol")))
    ]


Printed = Iterator[tuple[str, float, float | None]]


def book_of_measures(given: Case, expect: Case, model: Model) -> Printed:
    found = model.mms(given["lam"], given["mu"], given["s"])
    yield from ((name, getattr(found, field), expect[name]) for name, field in MEASURES.items() if name in expect)
    yield from (("tails", found.wait_exceeds(t), printed) for t, printed in expect.get("tails", ()))
    yield from (("W_tails", found.sojourn_exceeds(t), printed) for t, printed in expect.get("W_tails", ()))


def book_of_priorities(given: Case, expect: Case, model: Model) -> Printed:
    found = model.priority_waits(given["lams"], given["mu"], given["s"])
    yield from (("Wq", got, printed) for got, printed in zip(found, expect["Wq"], strict=True))


def book_of_optima(given: Case, expect: Case, model: Model) -> Printed:
    found = model.optimal_servers(given["lam"], given["mu"], given["cs"], given["cw"], max_servers=given["s_max"])
    rows = {str(row.servers): row for row in found.costs}
    yield "s_star", found.servers, expect["s_star"]
    yield from (("L", rows[s].l, printed) for s, printed in expect.get("L_by_s", {}).items())
    for s, printed in expect.get("z_by_s", {}).items():  # this book counts only those who wait
        yield "z", given["cs"] * int(s) + given["cw"] * rows[s].lq, printed


def book_of_costs(given: Case, expect: Case, model: Model) -> Printed:
    found = model.optimal_servers(given["lam"], given["mu"], given["cs"], given["cw"], max_servers=given["s"] + 1)
    yield "z", {row.servers: row.cost for row in found.costs}[given["s"]], expect["z"]


BOOKS: dict[str, Callable[[Case, Case, Model], Printed]] = {
    "mms": book_of_measures,
    "priority": book_of_priorities,
    "opt": book_of_optima,
    "cost_lq": book_of_optima,
    "cost": book_of_costs,
}

# Part of the reference file, or list within it, and what checks one entry.
CHECKS: dict[str, Callable[[Case, Model], list[str]]] = {
    "mms": check_mms,
    "optimizer": check_optimizer,
    "erlang_a": check_erlang_a,
    "priority_nonpreemptive": check_priority,
    "priority_unequal_rates_ctmc": check_unequal_rates,
    "textbook": check_textbook,
    "source_example_region.lambda_interval_per_ratio": check_load_region,
    "source_example_region.arrival_rate_that_gives_15_min": check_fifteen_minutes,
    "advice_confidence": check_confidence,
    "breakpoints": check_breakpoints,
}
