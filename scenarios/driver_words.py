"""A sensitivity analysis in words: what drives the measure, what does not, what is not known yet, and why not."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from scenarios.catalogue import short
from scenarios.driver_plans import MOST_POINTS, MOST_TRAJECTORIES
from scenarios.drivers import SensitivityAnalysis, Stage
from scenarios.formats import percent
from scenarios.reasons import listed
from scenarios.sensitivity import IDLE, LIMIT, MATTERS, UNKNOWN, Indices, Shares
from scenarios.store import SCHEMA

RULE = "Sarrazin, Pianosi & Wagener 2016"


def record(found: SensitivityAnalysis) -> dict[str, Any]:
    """Return an analysis for JSON."""
    return (
        {"valuenet": "sensitivity", "schema": SCHEMA}
        | found.to_dict()
        | {"answer": answer(found), "remarks": remarks(found)}
    )


def answer(found: SensitivityAnalysis) -> str:
    """Say in one sentence what the measure follows from, what does not matter and what is not known yet."""
    drivers, idle, unknown = (_with(found, verdict) for verdict in (MATTERS, IDLE, UNKNOWN))
    measure = found.plan.measure
    said = [
        f"{measure} follows from {listed(_weighed(found, drivers))}" if drivers else f"nothing surely drives {measure}"
    ]
    if idle:
        said.append(f"{listed(_named(idle))} {'do' if len(idle) > 1 else 'does'} not matter in these ranges")
    if unknown:
        said.append(f"not known yet: {listed(_named(unknown))}")
    return "; ".join(said) + "."


def _with(found: SensitivityAnalysis, verdict: str) -> list[str]:
    return [name for name in by_weight(found) if found.verdicts[name] == verdict]


def by_weight(found: SensitivityAnalysis) -> list[str]:
    """Return the axes, those of the decomposition first, each group by its own indices."""
    total = found.shares.total if found.shares else None
    left = [total.names[i] for i in total.descending()] if total else []
    return [*left, *(name for name in found.verdicts if name not in left)]


def _weighed(found: SensitivityAnalysis, names: Iterable[str]) -> list[str]:
    """Name axes with their total share of variance, where they have one."""
    total = found.shares.total if found.shares else None
    shares = dict(zip(total.names, total.values, strict=True)) if total else {}
    told, first = [], " of its variance, interactions included"
    for name in names:
        told.append(f"{short(name)} ({percent(shares[name])}{first})" if name in shares else short(name))
        first = ""
    return told


def _named(names: Iterable[str]) -> list[str]:
    return [short(name) for name in names]


def remarks(found: SensitivityAnalysis) -> list[str]:
    """Say what an answer rests on: convergence, luck, ranges."""
    said = [_convergence("the screening", [found.effects.mu_star], found.plan.trajectories, "trajectories")]
    stages = [("screening", found.screening)]
    if found.decomposition and found.shares:
        said.append(
            _convergence("the decomposition", [found.shares.first, found.shares.total], found.plan.points, "points")
        )
        said.append(_interactions(found, found.shares))
        stages.append(("decomposition", found.decomposition))
    said.append(_luck(found, stages))
    return [*said, *_ranges(found)]


def _convergence(what: str, indices: Sequence[Indices], number: int, unit: str) -> str:
    order = "has converged" if indices[-1].order_converged else "has not converged"
    if all(all(one.converged) for one in indices):
        return f"{what.capitalize()} has converged: no interval is wider than {LIMIT:g}; the order {order} ({RULE})."
    widest = max(one.widest for one in indices)
    needed = number * (widest / LIMIT) ** 2
    enough = 2 ** math.ceil(math.log2(needed)) if unit == "points" else math.ceil(needed)
    most = MOST_POINTS if unit == "points" else MOST_TRAJECTORIES
    beyond = f" (more than the {most:,} that are allowed)" if enough > most else ""
    return (
        f"{what.capitalize()} has NOT converged: the widest interval is {widest:.2g}, more than {LIMIT:g}; "
        f"the order of the quantities {order} ({RULE}). Intervals shrink with the square root of the sample: "
        f"about {enough:,} {unit} instead of {number} would do{beyond}."
    )


def _interactions(found: SensitivityAnalysis, shares: Shares) -> str:
    alone = math.fsum(shares.first.values)
    left = listed(_named(shares.total.names))
    others = (
        " The other quantities stayed at the scenario's values." if len(found.axes) > len(shares.total.names) else ""
    )
    share = percent(min(max(alone, 0.0), 1.0))
    return f"{left}, each alone, explain about {share} of the variance, interactions the rest.{others}"


def _luck(found: SensitivityAnalysis, stages: list[tuple[str, Stage]]) -> str:
    shares = [(name, stage.luck) for name, stage in stages]
    told = [f"{percent(one.share)} ({percent(one.low)} to {percent(one.high)}) in the {name}" for name, one in shares]
    return (
        f"Luck: the share of the seed in the variance of single runs is {listed(told)}; "
        f"each point is the mean of {found.plan.replications} runs, all points on the same seeds."
    )


def _ranges(found: SensitivityAnalysis) -> list[str]:
    said = []
    if not found.plan.axes:
        said.append(
            "No axes were given: taken were the quantities of exchange and customers, from half to twice the "
            "scenario's value, but for counts, amounts of EUR and what is 0. Other ranges (--axis) may differ."
        )
    whole = "rounded to whole numbers: the ends of the range come up half as often as those between"
    for names, what in (
        ([axis.name for axis in found.axes if axis.whole], whole),
        ([axis.name for axis in found.axes if axis.by_factors], "spread by equal factors"),
    ):
        if names:
            said.append(f"The values of {listed(_named(names))} were {what}.")
    return said
