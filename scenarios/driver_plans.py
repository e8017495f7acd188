"""What a sensitivity analysis shall do: its axes, its measure, its sizes, checked before anything runs."""

from dataclasses import dataclass

from scenarios.catalogue import ScenarioError, did_you_mean, short
from scenarios.scenario import Scenario
from scenarios.sensitivity import Axis, axis_of, problem, refuse_odd_number
from scenarios.sentences import limits, unit
from scenarios.variation import value_of
from sim.config import quantities
from sim.create import SEEDS
from sim.final import units

USUAL_SECTIONS = ("exchange", "customers")  # every market has them, whatever its regime
AROUND = 2.0  # an axis nobody gave: from half of what the scenario has to twice that
FEWEST, MOST_TRAJECTORIES, MOST_POINTS = 4, 1000, 2**14


@dataclass(frozen=True)
class SensitivityPlan:
    """What a sensitivity analysis does.

    Attributes
    ----------
    axes : tuple of str
        'turnover', between its usual ends, or 'turnover=0.01:0.2'; at least two. Empty: `usual_axes`.
    measure : str
        The measure to be explained.
    trajectories : int
        Of the screening, 4 .. 1000: each takes a point more than there are axes.
    points : int
        Base points of the decomposition, a power of two up to 16384: each takes two points more than axes are left.
    strongest : int
        How many axes are left for the decomposition; 0: there is none.
    replications : int
        Runs of each point, 2 or more, all points on the same seeds.
    seed : int
        Replication r has seed + r; also the seed of the designs.
    """

    axes: tuple[str, ...] = ()
    measure: str = "value_total"
    trajectories: int = 20
    points: int = 256
    strongest: int = 5
    replications: int = 3
    seed: int = 1


def usual_axes(scenario: Scenario) -> tuple[str, ...]:
    """Return the axes of an analysis nobody gave any: all quantities of exchange and customers around their values.

    From half to twice what the scenario has, within what is allowed. Counts and amounts of EUR are left out (what
    is worth more in EUR gives more EUR), and so is what the scenario sets to 0.
    """
    found = []
    for section, name, field in quantities():
        if section not in USUAL_SECTIONS or field.annotation is not float or unit(field) == "EUR":
            continue
        value, (lowest, highest) = value_of(scenario.market, name), limits(field) or (0.0, 0.0)
        if value > 0:
            found.append(f"{name}={max(value / AROUND, lowest)!r}:{min(value * AROUND, highest)!r}")
    return tuple(found)


def check_plan(scenario: Scenario, plan: SensitivityPlan) -> tuple[Axis, ...]:
    """Return the axes of a plan.

    Raises
    ------
    ScenarioError
        If something is out of range, unknown or given twice.
    """
    if plan.measure not in units():
        hint = did_you_mean(plan.measure, units(), "; `valuenet run NAME` lists them")
        raise ScenarioError(f"measure: {short(plan.measure)} is not a measure{hint}")
    for name, low, high in (
        ("trajectories", FEWEST, MOST_TRAJECTORIES),
        ("points", FEWEST, MOST_POINTS),
        ("strongest", 0, MOST_TRAJECTORIES),
        ("replications", 2, MOST_TRAJECTORIES),
        ("seed", 0, SEEDS - plan.replications),
    ):
        if not low <= getattr(plan, name) <= high:
            raise ScenarioError(f"{name}: {getattr(plan, name)} is outside {low} .. {high}")
    axes = tuple(axis_of(text) for text in plan.axes or usual_axes(scenario))
    if len(axes) < 2:
        raise ScenarioError(f"axes: {len(axes)} is too few; a sensitivity analysis weighs two quantities or more")
    if plan.strongest:
        refuse_odd_number(plan.points)
    problem(axes)
    return axes


def runs_of(plan: SensitivityPlan, axes: int) -> int:
    """Return how many runs a plan takes with so many axes, at most."""
    left = min(plan.strongest, axes)
    decomposed = plan.points * (left + 2) if left else 0
    return (plan.trajectories * (axes + 1) + decomposed) * plan.replications
