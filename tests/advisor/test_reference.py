"""Every part of the reference file that the advisor answers so far, within the tolerance the file states."""

import math
from typing import Any

import pytest

from server.advisor.confidence import advice_probabilities, load_breakpoints
from server.advisor.queue_model import erlang_b, erlang_c, mms, optimal_servers
from tests.advisor.reference import ABSENT, OWN_CASES, REFERENCE, RELATIVE, as_printed, close, differences

NAMES = {"rho": "rho", "P0": "p0", "C": "p_wait", "Lq": "lq", "L": "l", "Wq": "wq", "W": "w"}


def part(name: str) -> list[Any]:
    """The cases of one part of the file; where the file is absent, one that says so and is skipped."""
    cases = REFERENCE.get(name, [])
    if not cases:
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(case, id=case.get("id", f"{name}{at}")) for at, case in enumerate(cases)]


def textbook(*kinds: str) -> list[Any]:
    found = [param for param in part("textbook") if not param.values[0] or param.values[0]["kind"] in kinds]
    assert found
    return found


@pytest.mark.parametrize("case", OWN_CASES, ids=lambda case: case["id"])
def test_measures_agree_with_the_reference_figures_kept_here(case: dict[str, Any]) -> None:
    assert differences(case, mms) == []


@pytest.mark.parametrize("case", part("mms"))
def test_measures_agree_with_the_reference_file(case: dict[str, Any]) -> None:
    assert differences(case, mms) == []


@pytest.mark.parametrize("case", part("mms"))
def test_erlang_b_and_c_agree_with_the_reference_file(case: dict[str, Any]) -> None:
    assert close(erlang_b(case["s"], case["a"]), case["B"], RELATIVE)
    assert close(erlang_c(case["s"], case["a"]), case["C"], RELATIVE)


@pytest.mark.parametrize("case", part("optimizer"))
def test_the_optimum_and_its_neighbours_agree_with_the_reference_file(case: dict[str, Any]) -> None:
    found = optimal_servers(
        case["lam"], case["mu"], case["cs"], case["cw"], max_servers=case["s_max"], min_servers=case["s_min"]
    )
    assert found.servers == case["s_star"]  # of equals the smallest
    assert found.keeps_up is case["feasible"]
    for got, want in (
        (found.cost, case["z_star"]),
        (found.cost_below, case["z_minus"]),
        (found.cost_above, case["z_plus"]),
    ):
        assert got is None if want is None else got is not None and close(got, want, RELATIVE)


@pytest.mark.parametrize("case", textbook("mms"))
def test_measures_agree_with_textbooks(case: dict[str, Any]) -> None:
    found = mms(case["inputs"]["lam"], case["inputs"]["mu"], case["inputs"]["s"])
    precision = case["print_precision"]
    for name, printed in case["expect"].items():
        if name in NAMES:
            relative = precision.get(f"{name}_rtol", precision.get("rtol"))
            assert as_printed(getattr(found, NAMES[name]), printed, relative), (name, printed)
    for t, printed in case["expect"].get("tails", ()):
        assert as_printed(found.wait_exceeds(t), printed)
    for t, printed in case["expect"].get("W_tails", ()):
        assert as_printed(found.sojourn_exceeds(t), printed)


@pytest.mark.parametrize("case", textbook("opt", "cost_lq"))
def test_optima_agree_with_textbooks(case: dict[str, Any]) -> None:
    given, expect, relative = case["inputs"], case["expect"], case["print_precision"].get("rtol")
    found = optimal_servers(given["lam"], given["mu"], given["cs"], given["cw"], max_servers=given["s_max"])
    rows = {row.servers: row for row in found.costs}
    assert found.servers == expect["s_star"]
    for servers, printed in expect.get("L_by_s", {}).items():
        assert as_printed(rows[int(servers)].l, printed, relative)
    for servers, printed in expect.get("z_by_s", {}).items():  # this book counts only those who wait
        cost = given["cs"] * int(servers) + given["cw"] * rows[int(servers)].lq
        assert as_printed(cost, printed, relative)


@pytest.mark.parametrize("case", textbook("cost"))
def test_costs_agree_with_textbooks(case: dict[str, Any]) -> None:
    given = case["inputs"]
    found = optimal_servers(given["lam"], given["mu"], given["cs"], given["cw"], max_servers=given["s"] + 1)
    cost = {row.servers: row.cost for row in found.costs}[given["s"]]
    assert as_printed(cost, case["expect"]["z"], case["print_precision"].get("rtol"))


@pytest.mark.parametrize("case", part("breakpoints"))
def test_breakpoints_agree_with_the_reference_file(case: dict[str, Any]) -> None:
    found = load_breakpoints(case["ratio"], len(case["a"]))
    assert all(close(got, want, RELATIVE) for got, want in zip(found, case["a"], strict=True))


@pytest.mark.parametrize("case", part("advice_confidence"))
def test_the_confidence_of_an_advice_agrees_with_the_reference_file(case: dict[str, Any]) -> None:
    rates = (case["alpha_lam"], case["beta_lam"], case["alpha_mu"], case["beta_mu"])
    found = advice_probabilities(*rates, case["ratio"], len(case["P_s"]))
    assert all(close(got, want, RELATIVE) for got, want in zip(found, case["P_s"], strict=True))
    assert math.isclose(math.fsum(found), math.fsum(case["P_s"]), rel_tol=1e-12)
    assert found.index(max(found)) + 1 == case["mode_s"]
