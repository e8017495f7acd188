"""What a scenario gave over many seeds: one array per measure, one entry or row per replication."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import Scenario
from sim.ensemble import Run, simulate
from sim.state import World
from sim.totals import pooled

SERIES = ("value_total", "value_customers", "value_providers", "value_partners", "value_platform", "trust", "nps")
PARTS = ("customers", "encounters", "value", "relational", "cost")

Tick = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """One scenario's replications, in the order of the seeds.

    Attributes
    ----------
    scenario : Scenario
    results : dict of ndarray, shape (replications,)
        Every measure of `sim.metrics.MEASURES` and `gini_gains`; NaN where there was nothing to measure.
    series : dict of ndarray, shape (replications, periods)
        The measures of `SERIES`, period by period.
    parts : dict of ndarray, shape (replications,)
        Sums over the last two thirds of a run: buyers times periods, encounters; EUR of value, of it made by
        skill and insight, and of cost.
    strategies : dict of dict of ndarray, shape (replications,)
        By strategy: every measure of the encounters with its providers (a measure per customer is one per
        encounter here), its share of all providers and of all encounters. Empty with a single strategy.
    example : World
        The world of the first seed after its last period.
    """

    scenario: Scenario
    results: dict[str, NDArray]
    series: dict[str, NDArray]
    parts: dict[str, NDArray]
    strategies: dict[str, dict[str, NDArray]]
    example: World = field(repr=False)


def observe(scenario: Scenario, seeds: Sequence[int], workers: int, tick: Tick) -> Outcome:
    """Run `scenario` once per seed, calling `tick` after each run."""

    def keep(run: Run) -> tuple:
        series = run.series()
        return (
            run.results(),
            {name: series[name] for name in SERIES},
            _parts(run),
            _by_strategy(run),
            run.world if run.seed == seeds[0] else None,
        )

    kept = []
    for replication in simulate([(scenario.market, seed) for seed in seeds], scenario.network, workers, keep):
        kept.append(replication)
        tick()
    results, series, parts, strategies, worlds = zip(*kept, strict=True)
    return Outcome(
        scenario,
        _stacked(results),
        _stacked(series),
        _stacked(parts),
        {name: _stacked([one[name] for one in strategies]) for name in strategies[0]},
        worlds[0],
    )


def joined(first: Outcome, more: Outcome) -> Outcome:
    """Return the replications of two outcomes of one scenario as one, `more` after `first`."""
    return Outcome(
        first.scenario,
        _appended(first.results, more.results),
        _appended(first.series, more.series),
        _appended(first.parts, more.parts),
        {name: _appended(values, more.strategies[name]) for name, values in first.strategies.items()},
        first.example,
    )


def _appended(first: dict[str, NDArray], more: dict[str, NDArray]) -> dict[str, NDArray]:
    return {name: np.concatenate([values, more[name]]) for name, values in first.items()}


def _stacked(records: Sequence[dict]) -> dict[str, NDArray]:
    return {name: np.array([record[name] for record in records], float) for name in records[0]}


def _parts(run: Run) -> dict[str, float]:
    totals = pooled(run.totals[run.settled], 1)
    return {name: float(totals[name].sum()) for name in PARTS}


def _by_strategy(run: Run) -> dict[str, dict[str, float]]:
    """Return the measures of each strategy and its share of providers and encounters, if there are several."""
    if len(run.market.strategies) < 2:
        return {}
    measured, totals = run.by_strategy(), run.totals[run.settled][:, :-1]
    for share, of in (("share_providers", "providers"), ("share_encounters", "encounters")):
        amounts = totals[of].sum(axis=0)
        for s, name in enumerate(measured):
            measured[name][share] = float(amounts[s] / amounts.sum()) if amounts.sum() > 0 else float("nan")
    return measured


def fingerprint(scenario: Scenario) -> str:
    """Return the SHA-256 of the effective scenario: its market, defaults included, and its network."""
    digest = hashlib.sha256(json.dumps(scenario.market.model_dump(mode="json")).encode())
    if (network := scenario.network) is not None:
        digest.update(json.dumps([network.names, network.strategies]).encode())
        for column in (network.kinds, network.buyers, network.providers, network.trust):
            digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
