"""What is kept of a run: measures of the whole run, and series, of everybody or of one strategy."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

from scenarios.catalogue import ScenarioError, did_you_mean, short
from scenarios.scenario import Scenario
from sim.ensemble import Run
from sim.final import units
from sim.metrics import MEASURES, read

OF = " of "
SERIES = "series."  # before the name of a series, in a part's columns


class Kept(NamedTuple):
    """The names of what is kept: 'trust', or 'trust of partnership'."""

    measures: tuple[str, ...]
    series: tuple[str, ...]


def kept(measures: Sequence[str], series: Sequence[str], variants: Iterable[Scenario]) -> Kept:
    """Return what is kept; every measure where none is named.

    Raises
    ------
    ScenarioError
        If a measure is not known, named twice, or is that of a strategy that no scenario has.
    """
    strategies = {name for variant in variants for name in variant.market.strategies}
    for table, names, known in (("measures", measures, list(units())), ("series", series, list(MEASURES))):
        if len(set(names)) < len(names):
            raise ScenarioError(f"keep.{table}: a measure is named twice")
        for name in names:
            _refuse_unknown(name, f"keep.{table}", known, strategies)
    return Kept(tuple(measures) or tuple(units()), tuple(series))


def _refuse_unknown(name: str, label: str, known: Sequence[str], strategies: set[str]) -> None:
    measure, of, strategy = name.partition(OF)
    if measure not in (MEASURES if of else known):
        raise ScenarioError(f"{label}: there is no measure {short(measure)!r}{did_you_mean(measure, known)}")
    if of and strategy not in strategies:
        raise ScenarioError(
            f"{label}: no scenario has a strategy {short(strategy)!r}{did_you_mean(strategy, strategies)}"
        )


def measures_of(run: Run, names: Iterable[str]) -> list[float]:
    """Return measures of a whole run; NaN for a strategy that its market has not."""
    results = run.results()
    by_strategy = run.by_strategy() if any(OF in name for name in names) else {}
    values = []
    for name in names:
        measure, of, strategy = name.partition(OF)
        values.append(by_strategy.get(strategy, {}).get(measure, float("nan")) if of else results[measure])
    return values


def series_of(run: Run, names: Iterable[str]) -> list[list[float]]:
    """Return series of a run, a number for each period."""
    everybody = run.series() if names else {}
    places = {strategy: place for place, strategy in enumerate(run.market.strategies)}
    series = []
    for name in names:
        measure, of, strategy = name.partition(OF)
        if not of:
            values = everybody[measure]
        elif strategy in places:
            values = read(run.totals[:, places[strategy]])[measure]
        else:
            values = run.totals["encounters"][:, 0] * float("nan")
        series.append(values.tolist())
    return series


def fields_of(what: Kept) -> list[pa.Field]:
    """Return the columns a part has for what is kept."""
    measures = [pa.field(name, pa.float64()) for name in what.measures]
    return measures + [pa.field(SERIES + name, pa.list_(pa.float64())) for name in what.series]
