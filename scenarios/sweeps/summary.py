"""What a sweep answers about one measure: every point with its interval, against the first scenario; seeds' share.

Points that differ in their scenario only are compared seed by seed (common random numbers); the p values of all of
them are one family (Holm). A run that failed, or is not done yet, is left out with its pair.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import ScenarioError, did_you_mean, listed, short
from scenarios.effects import SeedShare, holm, p_value, seed_share_paired
from scenarios.evidence import RISK
from scenarios.statistics import Paired, estimate, paired, without_nan
from scenarios.sweeps.results import Results

ROW = ("mean", "low", "high", "n", "difference", "difference_low", "difference_high", "p_holm")


@dataclass(frozen=True)
class Summary:
    """A measure at every point of a sweep.

    Attributes
    ----------
    measure, unit : str
    baseline : str
        The scenario that others are compared with: that of the first point.
    rows : list of dict
        For each point its scenario and factors, and `ROW`: the mean with its 95 % interval, the number of runs, how
        far it is from the baseline at the same factors (None for the baseline), Holm's adjusted p.
    seeds : SeedShare
        The seeds' share of the variance between all runs.
    """

    measure: str
    unit: str
    baseline: str
    rows: list[dict[str, Any]]
    seeds: SeedShare

    def answer(self) -> str:
        """Say in one sentence where which scenario has more."""
        apart = [row for row in self.rows if row["p_holm"] is not None]
        share = f"Seeds make {self.seeds.share:.0%} of the variance." if self.seeds.share == self.seeds.share else ""
        if not apart:
            return share
        more = sum(row["p_holm"] <= RISK and row["difference"] > 0 for row in apart)
        less = sum(row["p_holm"] <= RISK and row["difference"] < 0 for row in apart)
        said = f'more {self.measure} than "{self.baseline}" at {more} of {len(apart)} points, less at {less}'
        return f"Surely {said}, neither at {len(apart) - more - less} (Holm, 5 %). {share}"


def summary(results: Results, measure: str = "value_total") -> Summary:
    """Summarise a measure of a sweep, finished or not.

    Raises
    ------
    ScenarioError
        If the sweep has not kept it, or nothing is done yet.
    """
    if measure not in results.measures:
        hint = did_you_mean(measure, results.measures, f"; there are {listed(results.measures)}")
        raise ScenarioError(f"{results.folder}: {short(measure)} was not kept{hint}")
    values, points = results.array(measure), results.points().to_pylist()
    if not np.isfinite(values).any():
        raise ScenarioError(f"{results.folder}: there is no run with {short(measure)} yet")
    baseline = points[0]["scenario"]
    changes = _changes(values, points, baseline)
    adjusted = holm([np.nan if change is None else p_value(change) for change in changes])
    rows = [
        point | _numbers(row, change, p)
        for point, row, change, p in zip(points, values, changes, adjusted, strict=True)
    ]
    unit = str(results.manifest["units"][measure])
    return Summary(measure, unit, baseline, rows, seed_share_paired(values))


def _changes(values: NDArray, points: list[dict[str, Any]], baseline: str) -> list[Paired | None]:
    """Return how each point differs from the baseline at the same factors; None where there is nothing to compare."""
    first = {_factors(point): row for point, row in zip(points, values, strict=True) if point["scenario"] == baseline}
    return [
        None if point["scenario"] == baseline or _factors(point) not in first else paired(row, first[_factors(point)])
        for point, row in zip(points, values, strict=True)
    ]


def _factors(point: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value for name, value in point.items() if name != "scenario")


def _numbers(row: NDArray, change: Paired | None, p: float) -> dict[str, Any]:
    mean = estimate(row)
    differs = (change.difference, change.low, change.high, p) if change else (None,) * 4
    told = (mean.mean, mean.low, mean.high, mean.n, *differs)
    return without_nan(dict(zip(ROW, told, strict=True)))
