"""What comparisons and maps share: scenarios on the same seeds, their names, their progress."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.reasons import Best
from scenarios.scenario import Scenario, ScenarioError
from sim.create import SEEDS
from sim.ensemble import Run, simulate

Progress = Callable[[int, int], None]


def check_pairing(scenarios: Sequence[Scenario], replications: int, seed: int, workers: int) -> None:
    """Refuse what cannot be paired, in one sentence."""
    if len(scenarios) < 2:
        raise ScenarioError(f"a comparison needs at least two scenarios, not {len(scenarios)}")
    if replications < 2:
        raise ScenarioError(f"replications: {replications} is too few; an interval needs 2 or more")
    if not 0 <= seed <= SEEDS - replications:
        raise ScenarioError(f"seed: {seed} is outside 0 .. 2**64 - replications")
    if workers < 1:
        raise ScenarioError(f"workers: {workers} is too few; at least 1")
    first = scenarios[0]
    for other in scenarios[1:]:
        for name, a, b in (
            ("customers.customers", first.market.customers.customers, other.market.customers.customers),
            ("periods", first.market.periods, other.market.periods),
        ):
            if a != b:
                raise ScenarioError(
                    f"{other.name}: {name} = {b}, but {first.name} has {a}; "
                    "scenarios are compared on the same customers and periods"
                )


def ticker(progress: Progress | None, total: int, done_before: int = 0) -> Callable[[], None]:
    """Return a function that reports one more run done."""
    done = iter(range(done_before + 1, total + 1))

    def tick() -> None:
        if progress is not None:
            progress(next(done), total)

    return tick


def measured(
    scenario: Scenario, seeds: Sequence[int], measures: Sequence[str], workers: int, tick: Callable[[], None]
) -> NDArray:
    """Return some measures of a run of each seed, shape (measures, seeds)."""
    return each_measured([scenario], seeds, measures, workers, tick)[0].T


def each_measured(
    scenarios: Sequence[Scenario], seeds: Sequence[int], measures: Sequence[str], workers: int, tick: Callable[[], None]
) -> NDArray:
    """Return some measures of a run of each scenario and seed, all side by side, shape (scenarios, seeds, measures).

    The scenarios share the network of the first.
    """

    def read(run: Run) -> list[float]:
        results = run.results()
        return [results[measure] for measure in measures]

    tasks = [(scenario.market, seed) for scenario in scenarios for seed in seeds]
    values = []
    for row in simulate(tasks, scenarios[0].network, workers, read):
        values.append(row)
        tick()
    return np.array(values).reshape(len(scenarios), len(seeds), len(measures))


def total_value(scenario: Scenario, seeds: Sequence[int], workers: int, tick: Callable[[], None]) -> NDArray:
    """Return the total value per customer and period of each seed, shape (seeds,)."""
    return measured(scenario, seeds, ["value_total"], workers, tick)[0]


def labels(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return a title for each scenario; with its name, or its number, where titles repeat."""
    titles, names = [s.title for s in scenarios], [s.name for s in scenarios]
    if len(set(titles)) == len(titles):
        return tuple(titles)
    if len(set(names)) == len(names):
        return tuple(f"{title} ({name})" for title, name in zip(titles, names, strict=True))
    return tuple(f"{title} ({n})" for n, title in enumerate(titles, 1))


def best_record(first: Best, names: Sequence[str]) -> dict[str, Any]:
    """Return a `Best` for JSON."""
    return {
        "scenario": names[first.scenario],
        "runner_up": names[first.runner_up],
        "sure": first.sure,
        "share_of_seeds": first.share,
        "value": first.value.to_dict(),
        "lead": first.lead.to_dict(),
    }
