"""Reference figures kept here, part by part, so that a copy without the reference file still meets the extremes."""

from typing import Any

from tests.advisor.reference import OWN_CASES

# By Erlang's recursion in exact fractions.
OPTIMA: list[dict[str, Any]] = [
    {
        "id": "own branch", "lam": 0.25, "mu": 0.1, "cs": 1.0, "cw": 1.0, "s_min": 1, "s_max": 12, "s_star": 4,
        "feasible": True, "z_minus": 9.01123595505618, "z_star": 7.0330945069942, "z_plus": 7.630371297455152,
    },
    {
        "id": "own tie", "lam": 1.0, "mu": 1.0, "cs": 19.0, "cw": 66.0, "s_min": 1, "s_max": 12, "s_star": 2,
        "feasible": True, "z_minus": "inf", "z_star": 126.0, "z_plus": 126.0,
    },
    {
        "id": "own overload", "lam": 5.0, "mu": 1.0, "cs": 1.0, "cw": 1.0, "s_min": 5, "s_max": 5, "s_star": 5,
        "feasible": False, "z_minus": None, "z_star": "inf", "z_plus": None,
    },
    {
        "id": "own cheap waiting", "lam": 1.5, "mu": 1.0, "cs": 5.0, "cw": 2.0, "s_min": 1, "s_max": 8, "s_star": 2,
        "feasible": True, "z_minus": "inf", "z_star": 16.857142857142858, "z_plus": 18.473684210526315,
    },
]  # fmt: skip

# State by state in decimals of 60 digits.
ABANDONMENT: list[dict[str, Any]] = [
    {
        "id": "own bank that gives up", "lam": 0.3, "mu": 0.1, "theta": 0.05, "s": 4, "p_wait": 0.3916157218624317,
        "p_abandon": 0.08005598386270661, "Lq": 0.4803359031762396, "EWq": 1.601119677254132,
        "EWq_served": 1.4185653663729831, "utilization": 0.68995801210297, "P0": 0.0467987906259668,
    },
    {
        "id": "own Monday", "lam": 1.5, "mu": 0.1, "theta": 0.02, "s": 10, "p_wait": 0.9992831301726167,
        "p_abandon": 0.33342695371642306, "Lq": 25.00702152873173, "EWq": 16.671347685821154,
        "EWq_served": 19.78381868329763, "utilization": 0.9998595694253654, "P0": 3.1393078257977405e-09,
    },
    {
        "id": "own nearly patient", "lam": 0.39, "mu": 0.1, "theta": 1e-05, "s": 4, "p_wait": 0.9432300257783999,
        "p_abandon": 0.0008802132829880946, "Lq": 34.328318036535684, "EWq": 88.02132829880945,
        "EWq_served": 88.01907143326962, "utilization": 0.9741417920490866, "P0": 0.0025353359186119804,
    },
    {
        "id": "own impatient", "lam": 2.0, "mu": 0.25, "theta": 400.0, "s": 5, "p_wait": 0.48025234507032594,
        "p_abandon": 0.47875994850798625, "Lq": 0.0023937997425399313, "EWq": 0.0011968998712699656,
        "EWq_served": 7.144537081094136e-06, "utilization": 0.833984082387222, "P0": 0.0017499921041403167,
    },
    {
        "id": "own ten thousand", "lam": 10000.0, "mu": 1.0, "theta": 0.25, "s": 10000, "p_wait": 0.6675518183987287,
        "p_abandon": 0.0026596041366764413, "Lq": 106.38416546705766, "EWq": 0.010638416546705765,
        "EWq_served": 0.010633363960481635, "utilization": 0.9973403958633236, "P0": 0.0,
    },
    {
        "id": "own patience of years", "lam": 4.0, "mu": 1.0, "theta": 1e-07, "s": 4, "p_wait": 0.9997201800778655,
        "p_abandon": 0.00012611602124371638, "Lq": 5044.6408497486555, "EWq": 1261.1602124371639,
        "EWq_served": 1261.1943094783355, "utilization": 0.9998738839787563, "P0": 1.182337699159841e-05,
    },
    {
        "id": "own overload for years", "lam": 4.5, "mu": 1.0, "theta": 2.5e-05, "s": 4, "p_wait": 1.0,
        "p_abandon": 0.1111111111111111, "Lq": 20000.0, "EWq": 4444.444444444444,
        "EWq_served": 4711.196426385546, "utilization": 1.0, "P0": 0.0,
    },
]  # fmt: skip

# Cobham's formula in fractions: C = 27/53 at four counters and load 3.
RARE = 2.0**-20
PRIORITY: list[dict[str, Any]] = [
    {
        "id": "own VIPs", "lams": [0.1, 0.2], "mu": 0.1, "s": 4, "C": 27 / 53, "W0": 67.5 / 53,
        "Wq": [90 / 53, 360 / 53], "Lq": [9 / 53, 72 / 53], "stable_total": True,
    },
    {
        "id": "own VIPs in a full hall", "lams": [0.2, 0.3], "mu": 0.1, "s": 4, "C": 1.0, "W0": 2.5,
        "Wq": [5.0, "inf"], "Lq": [1.0, "inf"], "stable_total": False,
    },
    {
        "id": "own nearly full", "lams": [0.5, 0.5 - RARE], "mu": 1.0, "s": 1, "C": 1 - RARE, "W0": 1 - RARE,
        "Wq": [2 * (1 - RARE), 2 * (1 - RARE) / RARE],
        "Lq": [1 - RARE, (1 - 2 * RARE) * (1 - RARE) / RARE], "stable_total": True,
    },
]  # fmt: skip

# One counter by Pollaczek-Khinchine; three by a chain cut off at 40 and 260 waiting, solved as it stands.
UNEQUAL_RATES: list[dict[str, Any]] = [
    {
        "id": "own one counter", "lams": [0.9, 0.01], "mus": [1.0, 10.0], "s": 1, "p_wait": 0.901,
        "Wq": [0.9001 / 0.1, 0.9001 / (0.1 * 0.099)],
    },
    {
        "id": "own three counters", "lams": [0.2, 0.4], "mus": [0.5, 0.25], "s": 3, "p_wait": 0.44444096549382756,
        "Wq": [0.62502287981552, 1.843773259521461],
    },
]  # fmt: skip

# Bisection, and sums of binomials, in decimals of 50 digits.
BREAKPOINTS: list[dict[str, Any]] = [
    {
        "id": "own breakpoints", "ratio": 2.0,
        "a": [0.7408427717268092, 1.5428072666475843, 2.3749900444333574, 3.2266053913350676, 4.092115320864425],
    },
]  # fmt: skip

CONFIDENCE: list[dict[str, Any]] = [
    {
        "id": "own few customers", "alpha_lam": 8, "beta_lam": 30, "alpha_mu": 6, "beta_mu": 50, "ratio": 2.0,
        "mode_s": 3,
        "P_s": [
            0.021332810639882384, 0.2226520567997852, 0.29375485855011946, 0.2026344658909645,
            0.11526284265068557, 0.0625323934794884, 0.034063420736991666, 0.01898551364117157,
        ],
    },
]  # fmt: skip

OWN: dict[str, list[dict[str, Any]]] = {
    "mms": OWN_CASES,
    "optimizer": OPTIMA,
    "erlang_a": ABANDONMENT,
    "priority_nonpreemptive": PRIORITY,
    "priority_unequal_rates_ctmc": UNEQUAL_RATES,
    "breakpoints": BREAKPOINTS,
    "advice_confidence": CONFIDENCE,
}
