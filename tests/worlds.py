"""Small worlds in their first period, for tests of single rules."""

from collections.abc import Callable

from scenarios.scenario import load
from sim import relations
from sim.create import create
from sim.rules import SCHEDULE
from sim.state import World
from tests.calling import from_python

appraise, fill = from_python(relations.appraise), from_python(relations.fill)


def world_of(scenario: str = "transactional", seed: int = 1, **overrides: object) -> World:
    """Make a small world of a library scenario, in its first period."""
    sizes = {"customers": 30} if scenario == "platform" else {"customers": 30, "firms": 6}
    world = create(load(scenario, {**sizes, **overrides}).market, seed)
    world.clock["period"] = 1
    return world


def through(world: World, last: Callable) -> World:
    """Run the rules of the first period up to and including `last`."""
    for rule in SCHEDULE[: SCHEDULE.index(last) + 1]:
        rule(world)
    return world
