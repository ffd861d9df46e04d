"""Reference figures and how to compare with them: a lax comparison would prove nothing."""

import json
import math
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "shared" / "advisor_reference.json"
REFERENCE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
ABSENT = f"{FILE} is not here; the figures kept in this folder are tested all the same."

# As the file words it: relative 1e-10, and what rounding the load once must cost near rho = 1.
RELATIVE = 1e-10
PER_CONDITION = 16 * 2.2e-16
MEASURES = {"P0": "p0", "C": "p_wait", "Lq": "lq", "L": "l", "Wq": "wq", "W": "w", "rho": "rho"}
CONDITIONED = {"Lq", "L", "Wq", "W"}

# From the same reckoning (mpmath, 80 digits), so that a copy without the file still meets the extremes.
OWN_CASES: list[dict[str, Any]] = [
    {
        "id": "own tiny load", "lam": 1e-9, "mu": 1.0, "s": 1, "cond_Lq": 2.0,
        "P0": 0.999999999, "C": 1e-9, "Lq": 1.0000000010000001e-18, "L": 1.000000001e-09,
        "Wq": 1.000000001e-09, "W": 1.000000001,
        "tails": [{"t": 1.0, "P_Wq_gt_t": 3.6787944153932177e-10, "P_W_gt_t": 0.36787944153932177}],
    },
    {
        "id": "own bank", "lam": 0.3, "mu": 0.1, "s": 4, "cond_Lq": 6.5, "rho": 0.75, "B": 0.20610687022900764,
        "P0": 0.037735849056603786, "C": 0.5094339622641508, "Lq": 1.5283018867924518,
        "L": 4.528301886792452, "Wq": 5.094339622641507, "W": 15.094339622641506,
        "tails": [
            {"t": 0.0, "P_Wq_gt_t": 0.5094339622641508, "P_W_gt_t": 1.0},
            {"t": 15.0, "P_Wq_gt_t": 0.11367008158504907, "P_W_gt_t": 0.3936352825260035},
        ],
    },
    {
        "id": "own thousand", "lam": 900.0, "mu": 1.0, "s": 1000, "cond_Lq": 119.0, "B": 5.929862670146224e-05,
        "P0": 0.0, "C": 0.0005926699663787812, "Lq": 0.005334029697409031, "L": 900.0053340296975,
        "Wq": 5.926699663787812e-06, "W": 1.0000059266996637,
        "tails": [{"t": 1.5, "P_Wq_gt_t": 4.2524638891798795e-69, "P_W_gt_t": 0.22313149593170775}],
    },
    {
        "id": "own hundred thousand", "lam": 99700.0, "mu": 1.0, "s": 100000, "cond_Lq": 885.0,
        "P0": 0.0, "C": 0.2443230780825742, "Lq": 81.19670294944216, "L": 99781.19670294944,
        "Wq": 0.0008144102602752473, "W": 1.0008144102602752,
        "tails": [{"t": 0.1, "P_Wq_gt_t": 2.2862832472832237e-14, "P_W_gt_t": 0.9055767914912733}],
    },
]  # fmt: skip


def close(got: float, want: float | str, relative: float) -> bool:
    if want == "inf":
        return got == math.inf
    return math.isclose(got, float(want), rel_tol=relative, abs_tol=0.0 if want else 1e-300)


def differences(case: Mapping[str, Any], answer: Callable[[float, float, int], Any]) -> list[str]:
    """Where `answer(lam, mu, s)` departs from the reference case by more than its stated tolerance."""
    condition = case.get("cond_Lq") or 0.0
    try:
        measures = answer(case["lam"], case["mu"], case["s"])
        if condition > 1e8 and not measures.stable:
            return []
        found = {name: getattr(measures, field) for name, field in MEASURES.items() if name in case}
        want = {name: case[name] for name in found}
        tails = {"P_Wq_gt_t": measures.wait_exceeds, "P_W_gt_t": measures.sojourn_exceeds}
        for (name, exceeds), tail in product(tails.items(), case.get("tails", ())):
            at = f"{name} {tail['t']}"
            found[at], want[at] = exceeds(tail["t"]), tail[name]
    except ArithmeticError as error:
        return [f"{case['id']}: {error!r}"]
    return [
        f"{case['id']} {name}: {value!r}, should be {want[name]!r}"
        for name, value in found.items()
        if not close(value, want[name], RELATIVE + PER_CONDITION * condition * (name in CONDITIONED))
    ]


def as_printed(got: float, printed: float, relative: float | None = None) -> bool:
    """Whether `got` rounds to what a book prints, or is within `relative` where books round early."""
    if relative is not None:
        return math.isclose(got, printed, rel_tol=relative)
    decimals = len(repr(float(printed)).partition(".")[2]) if printed % 1 else 12
    return math.isclose(got, printed, rel_tol=RELATIVE, abs_tol=0.5 * 10**-decimals)
