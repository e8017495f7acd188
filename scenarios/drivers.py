"""What drives a measure of a scenario: screening of many quantities, then shares of variance of the strongest."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError, short
from scenarios.driver_plans import SensitivityPlan, check_plan, runs_of
from scenarios.effects import SeedShare, seed_share_paired
from scenarios.outcome import fingerprint
from scenarios.pairing import Progress, each_measured, ticker
from scenarios.scenario import Scenario
from scenarios.sensitivity import (
    Axis,
    Effects,
    Indices,
    Problem,
    Shares,
    effects_of_luck,
    morris,
    problem,
    saltelli,
    sobol,
    trajectories,
)
from scenarios.variation import set_quantities, value_of
from sim.final import units
from sim.version import MODEL_VERSION


@dataclass(frozen=True)
class Stage:
    """Points, and what came out of them.

    Attributes
    ----------
    problem : dict
        As SALib has it.
    points : ndarray, shape (points, axes)
    values : ndarray, shape (points, replications)
    """

    problem: Problem
    points: NDArray
    values: NDArray

    @property
    def means(self) -> NDArray:
        """The result at each point, shape (points,)."""
        return self.values.mean(axis=1)

    @property
    def luck(self) -> SeedShare:
        """The share of the seeds in the variance of single runs."""
        return seed_share_paired(self.values)


@dataclass(frozen=True)
class SensitivityAnalysis:
    """What came out: the screening of all axes, and the decomposition of the strongest where there is one."""

    scenario: Scenario
    plan: SensitivityPlan
    axes: tuple[Axis, ...]
    screening: Stage
    effects: Effects
    decomposition: Stage | None = None
    shares: Shares | None = None

    @property
    def judged(self) -> dict[str, Indices]:
        """The indices each axis is judged by: its total share of variance, else its elementary effects."""
        screened = dict.fromkeys(self.effects.mu_star.names, self.effects.mu_star)
        return screened | (dict.fromkeys(self.shares.total.names, self.shares.total) if self.shares else {})

    @property
    def verdicts(self) -> dict[str, str]:
        """Whether each axis matters, in the order of the screening, strongest first."""
        star, judged = self.effects.mu_star, self.judged
        named = [star.names[i] for i in star.descending()]
        return {name: judged[name].verdicts[judged[name].names.index(name)] for name in named}

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        plan, meaning = self.plan, units()[self.plan.measure]
        return {
            "model_version": MODEL_VERSION,
            "scenario": self.scenario.name,
            "title": self.scenario.title,
            "sha256": fingerprint(self.scenario),
            "measure": plan.measure,
            "unit": meaning[0],
            "replications": plan.replications,
            "seed": plan.seed,
            "axes": [
                {"quantity": one.name} | {k: v for k, v in asdict(one).items() if k != "name"} for one in self.axes
            ],
            "screening": {"trajectories": plan.trajectories}
            | _stage_record(self.screening, [self.effects.mu_star])
            | {"effects": self._effects()},
            "decomposition": self._shares(),
        }

    def _effects(self) -> list[dict[str, Any]]:
        star = self.effects.mu_star
        luck = effects_of_luck(self.screening.points, self.screening.values)
        return [
            {"quantity": star.names[i]}
            | _interval(star, i, "mu_star")
            | {"mu": self.effects.mu[i], "sigma": self.effects.sigma[i], "by_luck": luck[i]}
            | {"converged": star.converged[i], "verdict": self.verdicts[star.names[i]]}
            for i in star.descending()
        ]

    def _shares(self) -> dict[str, Any] | None:
        if self.decomposition is None or self.shares is None:
            return None
        first, total = self.shares.first, self.shares.total
        rows = [
            {"quantity": total.names[i], "first": _interval(first, i, "share"), "total": _interval(total, i, "share")}
            | {"converged": first.converged[i] and total.converged[i], "verdict": total.verdicts[i]}
            for i in total.descending()
        ]
        return {"points": self.plan.points} | _stage_record(self.decomposition, [first, total]) | {"shares": rows}


def _stage_record(stage: Stage, indices: Sequence[Indices]) -> dict[str, Any]:
    """Return what is said of a stage: all its indices must have converged, the order is that of the last."""
    luck = stage.luck
    return {
        "runs": stage.values.size,
        "widest": max(one.widest for one in indices),
        "converged": all(all(one.converged) for one in indices),
        "moves": indices[-1].moves,
        "order_converged": indices[-1].order_converged,
        "seed_share": {"share": luck.share, "low": luck.low, "high": luck.high},
    }


def _interval(indices: Indices, i: int, name: str) -> dict[str, float]:
    return {name: indices.values[i], "low": indices.lows[i], "high": indices.highs[i]}


def evaluate(
    scenario: Scenario,
    names: Sequence[str],
    points: NDArray,
    seeds: Sequence[int],
    measures: Sequence[str],
    workers: int,
    tick: Callable[[], None],
) -> NDArray:
    """Return measures of a run of each point with each seed, shape (points, seeds, measures), in their order.

    Raises
    ------
    ScenarioError
        If the market refuses a point: no run has begun then.
    """
    return each_measured(varied(scenario, names, points), seeds, measures, workers, tick)


def varied(scenario: Scenario, names: Sequence[str], points: NDArray) -> list[Scenario]:
    """Return the scenario at each point, shape (points, names)."""
    set_quantities(scenario, {name: value_of(scenario.market, name) for name in names})  # can they be varied at all?
    try:
        return [set_quantities(scenario, dict(zip(names, row, strict=True))) for row in points.tolist()]
    except ScenarioError as error:
        raise ScenarioError(
            f"{error} (somewhere within the axes; give them narrower ends: --axis NAME=LOW:HIGH)"
        ) from None


def screened(scenario: Scenario, plan: SensitivityPlan) -> list[Scenario]:
    """Return the scenario at each point of the screening: from them it can be told how long all will take."""
    axes = check_plan(scenario, plan)
    return varied(scenario, [one.name for one in axes], trajectories(problem(axes), plan.trajectories, plan.seed))


def sensitivity_analysis(
    scenario: Scenario, plan: SensitivityPlan | None = None, workers: int = 2, progress: Progress | None = None
) -> SensitivityAnalysis:
    """Find which quantities a measure of a scenario follows from.

    Elementary effects screen all axes; the strongest then share the variance of the measure among them, while
    the others stay at what the scenario has.

    Parameters
    ----------
    scenario : Scenario
    plan : SensitivityPlan, optional
    workers : int
        Runs at a time; results do not depend on it.
    progress : function of (done, total), optional

    Raises
    ------
    ScenarioError
        If the plan is not possible, a market refuses a point, or the measure is missing somewhere or never varies.
    """
    plan = plan or SensitivityPlan()
    axes = check_plan(scenario, plan)
    tick = ticker(progress, runs_of(plan, len(axes)))
    asked = problem(axes)
    screening = _stage(scenario, plan, asked, trajectories(asked, plan.trajectories, plan.seed), workers, tick)
    effects = morris(asked, screening.points, screening.means, plan.seed)
    star = effects.mu_star
    strongest = sorted(i for i in star.descending()[: plan.strongest] if star.values[i] > 0)
    if not strongest:
        return SensitivityAnalysis(scenario, plan, axes, screening, effects)
    left = problem([axes[i] for i in strongest])
    decomposition = _stage(scenario, plan, left, saltelli(left, plan.points, plan.seed), workers, tick)
    shares = sobol(left, decomposition.means, plan.seed)
    return SensitivityAnalysis(scenario, plan, axes, screening, effects, decomposition, shares)


def _stage(
    scenario: Scenario, plan: SensitivityPlan, of: Problem, points: NDArray, workers: int, tick: Callable[[], None]
) -> Stage:
    seeds = range(plan.seed, plan.seed + plan.replications)
    values = evaluate(scenario, of["names"], points, seeds, [plan.measure], workers, tick)[:, :, 0]
    if missing := int(np.isnan(values).any(axis=1).sum()):
        at = points[int(np.isnan(values).any(axis=1).argmax())]
        where = ", ".join(f"{name} = {value:.3g}" for name, value in zip(of["names"], at, strict=True))
        raise ScenarioError(
            f"{plan.measure} could not be measured at {missing} of {len(points)} points (such as {short(where)}); "
            "sensitivity needs it at every point: choose another measure or narrower axes"
        )
    return Stage(of, points, values)
