"""What a round runs: its markets, each on the same seeds, and the numbers it reads from them."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboards.limits import THREADS
from dashboards.pages.lessons.rounds import Crossing, Design, Falling, Peak, Round
from scenarios.claim_checks import Measured
from scenarios.probes import PROBES, measure
from scenarios.scenario import Scenario, load
from scenarios.watching import watch

FIRST_SEED = 1
CURVES = (Peak, Falling, Crossing)

Knobs = Mapping[str, float]
Tick = Callable[[], None]


class Case(NamedTuple):
    """One market of a round: its name, and the value of what is varied (`None` where nothing is)."""

    market: str
    value: float | None = None


STANDARD = "standard"  # the designed market before anybody turned a knob
Results = dict[Case, dict[Measured, NDArray]]  # one number per replication, in the order of the seeds


def scenario_of(asked: Round, case: Case, knobs: Knobs | None = None) -> Scenario:
    """Return the market of a case, as scenario; `knobs` are the settings of a design.

    Raises
    ------
    ScenarioError
        If a setting of the lesson's file is not allowed.
    """
    market = case.market
    if isinstance(asked, Design) and market == STANDARD:
        market, knobs = asked.designed, asked.standard
    settings = asked.base | asked.markets[market]
    if isinstance(asked, CURVES) and case.value is not None:
        settings = settings | {asked.quantity: case.value}
    if isinstance(asked, Design) and market == asked.designed:
        settings = settings | {asked.knobs[name].quantity: value for name, value in (knobs or asked.standard).items()}
    return load(str(settings["scenario"]), {key: value for key, value in settings.items() if key != "scenario"})


def cases_of(asked: Round) -> list[Case]:
    """Return the cases of a round: each market, at each value of what is varied."""
    if asked.varied:
        return [Case(market, value) for market in asked.markets for value in asked.varied]
    standard = [Case(STANDARD)] if isinstance(asked, Design) else []
    return [Case(market) for market in asked.markets] + standard


def measured_of(asked: Round) -> list[Measured]:
    """Return what is measured in every run of a round, each once."""
    if isinstance(asked, CURVES):
        return [asked.measured]
    return list(dict.fromkeys(quantity.measured for quantity in asked.quantities().values()))


def fixed_cases(asked: Round) -> list[Case]:
    """Return the cases that are the same whatever the knobs: of a design all but the one that is designed."""
    return [case for case in cases_of(asked) if not (isinstance(asked, Design) and case.market == asked.designed)]


def try_cases(asked: Round, cases: Sequence[Case], tick: Tick, knobs: Knobs | None = None) -> Results:
    """Run some cases of a round, calling `tick` after each run; what it raises stops the runs."""
    wanted = measured_of(asked)
    scenarios = {case: scenario_of(asked, case, knobs) for case in cases}
    seeds = range(FIRST_SEED, FIRST_SEED + asked.replications)
    tasks = [(scenario, seed, wanted) for scenario in scenarios.values() for seed in seeds]
    rows = []
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(_measure, *task) for task in tasks]
        try:
            for job in jobs:
                rows.append(job.result())
                tick()
        finally:
            for job in jobs:
                job.cancel()
    columns = np.array(rows).reshape(len(scenarios), len(seeds), len(wanted))
    return {case: dict(zip(wanted, columns[c].T, strict=True)) for c, case in enumerate(scenarios)}


def try_round(asked: Round, tick: Tick, knobs: Knobs | None = None) -> Results:
    """Run all cases of a round; `knobs` are the settings of a design."""
    return try_cases(asked, cases_of(asked), tick, knobs)


def _measure(scenario: Scenario, seed: int, wanted: list[Measured]) -> list[float]:
    """Run one world and return what is wanted of it."""
    probes = [(PROBES[one.name], one) for one in wanted if one.name in PROBES]
    periods = {period for probe, one in probes for period in probe.looks(scenario.market, one)}
    watched = watch(scenario.market, seed, scenario.network, periods)
    return [measure(watched, one) for one in wanted]
