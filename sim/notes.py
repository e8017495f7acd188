"""What the rules of a world keep beside the records: columns of `notes`, a row for each actor.

A rule variant that must remember something says how many columns it needs in a function `notes` of its module,
given the world before they are there; `notes_of` hands it its own. Where no rule needs any there are none.
"""

from numpy.typing import NDArray

from sim.records import RULES
from sim.rulebook import field_of, notes_needed
from sim.state import World


def columns(world: World) -> int:
    """Return how many columns of notes all rules of a world need."""
    return sum(needed for _, needed in _rooms(world))


def notes_of(world: World, rule: str) -> NDArray:
    """Return the notes, shape (actors, columns), of the variant that stands for one rule of the schedule."""
    first = 0
    for field, needed in _rooms(world):
        if field == field_of(rule):
            return world.notes[:, first : first + needed]
        first += needed
    raise KeyError(rule)


def _rooms(world: World) -> list[tuple[str, int]]:
    """Return how many columns the rule at each place of the schedule needs, in the order of the records."""
    named = ((rule, str(name, "ascii")) for rule, name in zip(RULES.names or (), world.rules[0].tolist(), strict=True))
    return [(field, notes_needed(field.removesuffix("_rule"), name, world)) for field, name in named]
