"""Other rules than the standard ones, for a market that names them in its section `rules`.

`sim/variants/<rule>/<name>.py` holds a function called as the rule it stands for, with the same arguments: the world,
and for offer, choose and deliver the tier. It is found by its name and listed nowhere else. Some rules may also be
`off`: then nothing happens at their place.
"""

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent / "variants"
PLACES = ("change", "meet", "offer", "choose", "deliver", "settle", "learn", "trust", "talk", "adapt")
STANDARD, OFF = "standard", "off"
MAY_BE_OFF = ("change", "meet", "learn", "trust", "talk", "adapt")


def field_of(rule: str) -> str:
    """Return how the rule at one place of the schedule is called in the section `rules`."""
    return f"{rule}_rule"


@cache
def variants(rule: str) -> tuple[str, ...]:
    """Return the names of the rules there are for one place of the schedule, the standard one first."""
    found = sorted(path.stem.replace("_", "-") for path in (FOLDER / rule).glob("[a-z]*.py"))
    return (STANDARD, *((OFF,) if rule in MAY_BE_OFF else ()), *found)


@cache
def variant(rule: str, name: str) -> Callable:
    """Return the rule of this name for one place of the schedule.

    Raises
    ------
    ModuleNotFoundError
        If there is none; the section `rules` of a market is checked when it is made.
    """
    if name == OFF and rule in MAY_BE_OFF:
        return _nothing
    return getattr(_module(rule, name), rule)


def notes_needed(rule: str, name: str, world: object) -> int:
    """Return how many columns of notes the rule of this name keeps in a world (`sim.notes`)."""
    if name in (STANDARD, OFF):
        return 0
    return getattr(_module(rule, name), "notes", _no_notes)(world)


def _module(rule: str, name: str) -> ModuleType:
    return importlib.import_module(f"sim.variants.{rule}.{name.replace('-', '_')}")


def _no_notes(world: object) -> int:
    """Return that a rule keeps none."""
    return 0


def _nothing(world: object) -> None:
    """Leave the world as it is."""
