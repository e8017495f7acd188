"""Trying claims: their variants on the same seeds, at every value of the boundary, until each check is decided."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from scenarios.catalogue import ScenarioError, did_you_mean
from scenarios.claim_checks import Measured
from scenarios.claim_decisions import BATCH, MOST, Finding, Status, decide, main_of
from scenarios.claims import Claim
from scenarios.layers import at, keys_of
from scenarios.looks import looks_of
from scenarios.pairing import Progress
from scenarios.probes import PROBES, measure
from scenarios.scenario import Scenario, load
from scenarios.sentences import shown
from scenarios.statistics import Estimate, estimate
from scenarios.watching import watch
from sim.final import units

Step = Callable[[int], None]
Change = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Point:
    """One value of one boundary, or the base: what is set there, and the market of every variant."""

    quantity: str  # empty for the base
    value: Any
    markets: dict[str, Scenario] = field(repr=False)

    @property
    def label(self) -> str:
        """What is set, in words."""
        return f"{self.quantity} = {self.value}" if self.quantity else "base"


@dataclass(frozen=True)
class Experiment:
    """A claim with its markets: the base first, then the values of each boundary."""

    claim: Claim
    points: tuple[Point, ...]
    wanted: tuple[Measured, ...]
    base_values: dict[str, Any]  # of each boundary's quantity


@dataclass(frozen=True)
class CheckResult:
    """Whether a check is true at a point, and the findings that say so."""

    status: Status
    findings: tuple[Finding, ...]

    @property
    def main(self) -> Finding:
        """The finding to show first."""
        return main_of(self.findings)


@dataclass(frozen=True)
class PointResult:
    """What came out at a point: each check in the claim's order, and the levels of the variants."""

    point: Point
    checks: tuple[CheckResult, ...]
    replications: int
    levels: dict[tuple[str, Measured], Estimate]

    @property
    def status(self) -> Status:
        """Whether all checks are true here."""
        return min(check.status for check in self.checks)


def as_it_is(scenario: Scenario) -> Scenario:
    """Return a scenario unchanged."""
    return scenario


def prepare(claim: Claim, change: Change = as_it_is) -> Experiment:
    """Load the markets of a claim, each with a `change` made to it last.

    Raises
    ------
    ScenarioError
        If a measure, a scenario or a setting is not known, or variants do not have the same customers and periods.
    """
    wanted = tuple(dict.fromkeys(check.measured for check in claim.checks))
    base = Point("", None, _markets(claim, {}, change))
    values = {b.quantity: _value_at(base, b.quantity) for b in claim.boundaries}
    points = [base]
    for boundary in claim.boundaries:
        for value in boundary.values:
            if value != values[boundary.quantity]:
                points.append(Point(boundary.quantity, value, _markets(claim, {boundary.quantity: value}, change)))
    for measured in wanted:
        _know(claim, measured, base)
    return Experiment(claim, tuple(points), wanted, values)


def _markets(claim: Claim, over: dict[str, Any], change: Change) -> dict[str, Scenario]:
    markets = {name: change(_market(claim, name, over)) for name in claim.names()}
    sizes = {(m.market.customers.customers, m.market.periods) for m in markets.values()}
    if len(sizes) > 1:
        raise ScenarioError(f"{claim.id}: the variants differ in customers or periods; they cannot share their luck")
    return markets


def _market(claim: Claim, name: str, over: dict[str, Any]) -> Scenario:
    scenario, settings = claim.settings_of(name)
    try:
        return load(scenario, settings | over)
    except ScenarioError as error:
        raise ScenarioError(f"{claim.id}: variant {shown(name)}: {error}") from None


def _value_at(base: Point, quantity: str) -> Any:
    """Return the value a quantity has in the first variant, None where it has none."""
    return at(next(iter(base.markets.values())).market.model_dump(), keys_of(quantity, 0))


def _know(claim: Claim, measured: Measured, base: Point) -> None:
    known = {**units(), **PROBES}
    if measured.name not in known:
        hint = did_you_mean(measured.name, known)
        raise ScenarioError(f"{claim.id}: there is no measure or probe {shown(measured.name)}{hint}")
    for name, scenario in base.markets.items():
        if measured.strategy and measured.strategy not in scenario.market.strategies:
            raise ScenarioError(f"{claim.id}: variant {shown(name)} has no strategy {shown(measured.strategy)}")
        if max(measured.first, measured.last) > scenario.market.periods:
            raise ScenarioError(f"{claim.id}: {measured}: a run has only {scenario.market.periods} periods")


def try_points(
    experiment: Experiment, seed: int = 1, workers: int = 2, most: int = MOST, step: Step = lambda runs: None
) -> list[PointResult]:
    """Run an experiment until every check is decided at every point, or `most` replications are done.

    Every variant has the seeds `seed`, `seed + 1`, ... A market that occurs at several points runs once.

    Parameters
    ----------
    step : callable
        Called with the number of runs done after each look.
    """
    store: dict[str, list[list[float]]] = {}
    results: dict[int, PointResult] = {}
    looks = looks_of(most, BATCH)
    for n in looks:
        open_points = [p for p in range(len(experiment.points)) if p not in results]
        _run(experiment, open_points, store, (seed, n, workers), step)
        for p in open_points:
            result = _judge(experiment, p, store, n, len(looks))
            if n == most or all(check.status != Status.UNDECIDED for check in result.checks):
                results[p] = result
    return [results[p] for p in range(len(experiment.points))]


def most_runs(experiment: Experiment, most: int = MOST) -> int:
    """Return how many runs an experiment may take at most."""
    return most * len({_key(scenario) for point in experiment.points for scenario in point.markets.values()})


def _key(scenario: Scenario) -> str:
    """Tell markets apart: equal markets on the same network are one."""
    return f"{scenario.network_file}:{scenario.market.model_dump_json()}"


def _run(
    experiment: Experiment, points: list[int], store: dict[str, list], plan: tuple[int, int, int], step: Step
) -> None:
    """Bring the markets of some points up to n replications."""
    seed, n, workers = plan
    scenarios = {_key(s): s for p in points for s in experiment.points[p].markets.values()}
    tasks = [
        (key, scenario, seed + r) for key, scenario in scenarios.items() for r in range(len(store.get(key, [])), n)
    ]
    with ThreadPoolExecutor(workers) as pool:
        done = pool.map(partial(_measure, experiment.wanted), [(scenario, number) for _, scenario, number in tasks])
        try:
            for (key, _, _), row in zip(tasks, done, strict=True):
                store.setdefault(key, []).append(row)
                step(1)
        finally:
            pool.shutdown(cancel_futures=True)  # who stops waits for the runs going on, not for all the others


def _measure(wanted: tuple[Measured, ...], task: tuple[Scenario, int]) -> list[float]:
    """Run one world and return what is wanted of it."""
    scenario, seed = task
    probes = [(PROBES[measured.name], measured) for measured in wanted if measured.name in PROBES]
    periods = {period for probe, measured in probes for period in probe.looks(scenario.market, measured)}
    watched = watch(scenario.market, seed, scenario.network, periods)
    return [measure(watched, measured) for measured in wanted]


def _judge(experiment: Experiment, p: int, store: dict[str, list], n: int, looks: int) -> PointResult:
    point = experiment.points[p]
    values = dict(_values(experiment, point, store, n))
    checks = []
    for check in experiment.claim.checks:
        status, findings = decide(check.groups(values), looks, check.precision)
        checks.append(CheckResult(status, tuple(findings)))
    return PointResult(point, tuple(checks), n, {key: estimate(column) for key, column in values.items()})


def _values(experiment: Experiment, point: Point, store: dict[str, list], n: int) -> Iterator[tuple[Any, np.ndarray]]:
    for name, scenario in point.markets.items():
        columns = np.array(store[_key(scenario)][:n], float).T
        for measured, column in zip(experiment.wanted, columns, strict=True):
            yield (name, measured), column


def progress_of(
    experiments: Iterable[Experiment], most: int, progress: Progress | None
) -> Iterator[tuple[Experiment, Step]]:
    """Yield each experiment with a step that reports its runs; one that needs fewer than most ends at its share."""
    experiments = list(experiments)
    total, before = sum(most_runs(one, most) for one in experiments), 0
    for one in experiments:
        done = [before]

        def step(runs: int, done: list[int] = done) -> None:
            done[0] += runs
            if progress is not None:
                progress(done[0], total)

        yield one, step
        before += most_runs(one, most)
