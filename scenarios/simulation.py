"""One function for everybody else's tools: quantities and a seed in, measures out (`docs/friends.md`)."""

from collections.abc import Mapping
from functools import lru_cache
from numbers import Integral
from pathlib import Path
from types import MappingProxyType

from scenarios.catalogue import ScenarioError, names
from scenarios.scenario import NOTHING, Scenario, load
from scenarios.sentences import shown
from scenarios.variation import set_quantities
from sim.create import SEEDS
from sim.ensemble import run

KEPT = 64  # scenarios of the library, each in one length, that are loaded once
NO_VALUES: Mapping[str, float] = MappingProxyType({})


def simulate(
    scenario: str | Path | Scenario,
    seed: int = 1,
    periods: int | None = None,
    values: Mapping[str, float] = NO_VALUES,
    **quantities: float,
) -> dict[str, float]:
    """Run one market and return every measure.

    A scenario of the library is loaded once, however often it is asked for; a file is read at each call (load it
    yourself to read it once). The result is a function of the arguments: it may be called from threads and processes.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A name of the library, with ':regime' where it has regimes, a .toml file, or what `load` returned.
    seed : int
        0 .. 2**64 - 1. Equal seeds mean equal people, needs and luck, whatever the quantities.
    periods : int, optional
        Length of the run, where the scenario is given by its name.
    values : mapping of str to float
        Quantities whose names are no names of Python: {'strategies.partnership.effort': 0.9}.
    **quantities : float
        Any numeric quantity by its own name, such as ``complexity=0.8``; counts are rounded.

    Returns
    -------
    dict of str to float
        Every measure by name (units: `sim.final.units`), as a mean over the last two thirds of the run; NaN
        where there was nothing to measure.

    Raises
    ------
    ScenarioError
        One sentence: what is wrong, and what is allowed.
    """
    if twice := values.keys() & quantities.keys():
        raise ScenarioError(f"{min(twice)} is given twice: by its name and in values")
    changed = set_quantities(_base(scenario, periods), {**values, **quantities})
    return run(changed.market, _seed(seed), changed.network).results()


def _base(scenario: str | Path | Scenario, periods: int | None) -> Scenario:
    if isinstance(scenario, Scenario):
        if periods is not None:
            raise ScenarioError(
                f"{scenario.name}: periods = {shown(periods)} goes with a name only; load the scenario with it: "
                "load(NAME, {'periods': N})"
            )
        return scenario
    length = None if periods is None else _whole(periods)
    of_library = str(scenario).partition(":")[0] in names()
    return _loaded(str(scenario), length) if of_library else _load(scenario, length)


def _load(name: str | Path, periods: object) -> Scenario:
    return load(name, NOTHING if periods is None else {"periods": periods})


_loaded = lru_cache(KEPT, typed=True)(_load)


def _whole(number: object) -> object:
    """Return a whole number of whatever kind as Python's own; what is none stays as it is."""
    return int(number) if not isinstance(number, bool) and isinstance(number, Integral) else number


def _seed(seed: object) -> int:
    number = _whole(seed)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < SEEDS:
        raise ScenarioError(f"seed: {shown(seed)} is not a whole number from 0 to 2**64 - 1")
    return number
