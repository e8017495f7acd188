"""A strategy map that grows: a few cells first, then those between them, until every cell was measured.

Each step is a whole map by itself: cells that were not measured yet are inferred from those around them
(`scenarios.mesh`). The last step is the map that `strategy_map` makes, number for number.
"""

from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.exploring import evaluator
from scenarios.maps import StrategyMap, axes
from scenarios.mesh import START, Mesh
from scenarios.pairing import Progress, check_pairing
from scenarios.reasons import roles_in
from scenarios.scenario import Scenario, ScenarioError


class Plan(NamedTuple):
    """What a map is made from, as in `strategy_map`."""

    scenarios: tuple[Scenario, ...]
    x: str
    y: str
    size: int
    replications: int
    seed: int = 1

    @property
    def runs(self) -> int:
        """Runs of the whole map."""
        return len(self.scenarios) * self.size**2 * self.replications


def steps(size: int) -> list[list[int]]:
    """Return which cells along an axis are measured at each step: ends and middle, then those halfway, then all."""
    found = [sorted({0, (size - 1) // 2, size - 1})]
    while len(found[-1]) < size:
        found.append(sorted({*found[-1], *((a + b) // 2 for a, b in pairwise(found[-1]))}))
    return found


def grown(
    plan: Plan, step: int, before: StrategyMap | None, progress: Progress | None = None, workers: int = 2
) -> StrategyMap:
    """Return the map at a step, 0 to `len(steps(plan.size)) - 1`.

    Parameters
    ----------
    plan : Plan
    step : int
    before : StrategyMap or None
        The same map at the step before; None at the first.
    progress : callable, optional
        Called with (runs done since the first step, runs of the whole map) after each run.
    workers : int
        Threads.

    Raises
    ------
    ScenarioError
        If the map cannot be made, or is larger than 17 x 17 cells, which are not all measured.
    """
    check_pairing(plan.scenarios, plan.replications, plan.seed, 1)
    if plan.size > START:
        raise ScenarioError(f"size: {plan.size} is more than {START}; a map that grows is measured whole")
    (x, xs), (y, ys) = axes(plan.x, plan.y, plan.size)
    mesh = mesh_of(plan.size, steps(plan.size)[step])
    done = before.runs if before else 0

    def tick(more: int, planned: int) -> None:
        if progress is not None:
            progress(done + more, plan.runs)

    evaluate = evaluator(plan.scenarios, (x, xs), (y, ys), plan.seed, workers, tick)
    new = _without(mesh.places, before.mesh.places if before else mesh.places[:0])
    values = _joined(before, new, evaluate(new, range(plan.replications)))
    total, *by_role = values
    roles = dict(zip(roles_in([scenario.market for scenario in plan.scenarios]), by_role, strict=True))
    return StrategyMap(plan.scenarios, x, y, xs, ys, mesh, total, (plan.replications,), plan.seed, roles)


def mesh_of(size: int, along: Sequence[int]) -> Mesh:
    """Return the mesh of a square grid measured where rows and columns `along` cross."""
    spans = list(pairwise(along))
    blocks = [(*a, *b) for a, b in product(spans, spans) if max(a[1] - a[0], b[1] - b[0]) > 1]
    return Mesh(size, size, np.array(list(product(along, along))), tuple(blocks))


def _without(places: NDArray, others: NDArray) -> NDArray:
    """Return the places that are not among others."""
    known = set(map(tuple, others.tolist()))
    return np.array([place for place in places.tolist() if tuple(place) not in known])


def _joined(before: StrategyMap | None, places: NDArray, values: NDArray) -> NDArray:
    """Put new values, shape (measures, scenarios, cells, replications), in order among those of the step before."""
    if before is None:
        return values
    old = np.array([before.values, *before.roles.values()])
    both = np.concatenate([before.mesh.places, places])
    return np.concatenate([old, values], axis=2).take(np.lexsort((both[:, 1], both[:, 0])), axis=2)
