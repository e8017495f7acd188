"""The points of a design: every combination, or a sample that fills the space of the factors evenly.

Latin hypercube: McKay, Beckman & Conover (1979), doi:10.2307/1268522. Sobol' sequence, scrambled: Sobol' (1967),
Owen (1998), doi:10.1145/272991.273010; both from `scipy.stats.qmc`.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Values = list[Any]
Range = tuple[float, float, bool]  # low, high, by equal factors
Factor = Values | Range
Points = dict[str, Values]


def grid(factors: Mapping[str, Values]) -> Points:
    """Return every combination of the values, the last factor changing fastest."""
    columns = zip(*itertools.product(*factors.values()), strict=True)
    return {name: list(column) for name, column in zip(factors, columns, strict=True)}


def latin_hypercube(factors: Mapping[str, Factor], number: int, seed: int) -> Points:
    """Return `number` points, one in each of `number` slices of every factor."""
    return _scaled(factors, qmc.LatinHypercube(len(factors), rng=seed).random(number))


def sobol(factors: Mapping[str, Factor], number: int, seed: int) -> Points:
    """Return the first `number` points, a power of two, of a scrambled Sobol' sequence."""
    return _scaled(factors, qmc.Sobol(len(factors), rng=seed).random(number))


def _scaled(factors: Mapping[str, Factor], units: NDArray) -> Points:
    return {name: _on(factor, column) for (name, factor), column in zip(factors.items(), units.T, strict=True)}


def _on(factor: Factor, units: NDArray) -> Values:
    """Return where shares of the way, in [0, 1), lead to on a factor; a list of values gets equal parts of it."""
    if isinstance(factor, list):
        return [factor[place] for place in (units * len(factor)).astype(int).tolist()]
    low, high, by_factors = factor
    values = low * (high / low) ** units if by_factors else low + (high - low) * units
    return np.clip(values, low, high).tolist()
