"""What a sensitivity analysis shall do: its axes, its measure, its sizes, checked before anything runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic.fields import FieldInfo

from scenarios.catalogue import ScenarioError, did_you_mean, short
from scenarios.scenario import Scenario
from scenarios.sensitivity import Axis, axis_of, problem, refuse_odd_number
from scenarios.sentences import limits, unit
from scenarios.variation import value_of
from sim.config import Market, quantities, quantities_in
from sim.create import SEEDS
from sim.final import units
from sim.sections import Strategy

USUAL_SECTIONS = ("exchange", "customers")  # every market has them, whatever its regime
A_QUARTER, A_TENTH = 0.25, 0.1
KNOBS = Strategy.model_fields
Span = tuple[str, float, float]
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


def every_axis(scenario: Scenario) -> tuple[str, ...]:
    """Return an axis for every numeric quantity that plays a part in a scenario, its strategies' knobs included.

    From a quarter less than the scenario has to a quarter more (of what counts, at least one), within what is allowed.
    A share that the scenario sets to 0 rises to a tenth, an amount to 1 of its unit. What counts and is 0 stays 0: with
    somebody there it would be another scenario.
    """
    market = scenario.market
    named = [(name, field) for section, name, field in quantities_in(market) if plays_a_part(market, section, name)]
    named += [(f"strategies.{one}.{knob}", field) for one in market.strategies for knob, field in KNOBS.items()]
    spans = ((name, *_span(field, value_of(market, name))) for name, field in named if limits(field))
    return tuple(f"{name}={low!r}:{high!r}" for name, low, high in _that_agree(market, spans) if low < high)


def _span(field: FieldInfo, value: float) -> tuple[float, float]:
    """Return the ends around a quantity's value."""
    lowest, highest = limits(field) or (0.0, 0.0)
    if value == 0:
        above = A_TENTH if unit(field).startswith(("share", "probability", "rating")) else 1.0
        return 0.0, 0.0 if field.annotation is int else above
    step = max(value * A_QUARTER, 1.0 if field.annotation is int else 0.0)
    return max(value - step, lowest), min(value + step, highest)


def _that_agree(market: Market, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans so that a buyer always has all the slots that the platform fills."""
    for name, low, high in spans:
        if name == "slots":
            low = max(low, market.platform.platform_slots)
        yield name, low, min(high, market.customers.slots) if name == "platform_slots" else high


def plays_a_part(market: Market, section: str, name: str) -> bool:
    """Whether a quantity can make a difference: somebody is there for it, and the standard rules use it."""
    there = {
        "partners": market.partners.partners > 0,
        "platform": market.platform.platform_slots > 0,
        "participation": market.platform.platform_slots > 0,
        "couriers": market.couriers.couriers > 0,
        "competition": len(market.strategies) > 1,
        "rules": False,
    }
    kinds = {
        "market_degree": market.networks.market != "none",
        "market_rewiring": market.networks.market == "small-world",
        "social_rewiring": market.networks.social == "small-world",
        "trust_weight": market.networks.social == "imported",
        "peer_capacity": market.peers > 0,
        "peer_share": market.peers > 0,
        **dict.fromkeys(("joining", "outside_earnings", "attention"), market.participation.joining > 0),
        "c_delivery": market.couriers.couriers > 0,
    }
    return there.get(section, True) and kinds.get(name, True)


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
