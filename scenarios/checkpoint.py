"""Checkpoints: a world in a file, to go on with another day. The rest of the run is the same to the bit."""

import os
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np

from scenarios.catalogue import ScenarioError
from sim.create import lined_up
from sim.notes import columns
from sim.rulebook import PLACES, field_of, variants
from sim.state import LAYOUT, World, check
from sim.version import MODEL_VERSION

VERSION = "model_version"
UNREADABLE = (  # what a damaged file makes of reading it
    *(OSError, ValueError, KeyError, EOFError, SyntaxError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError),
)


def save_world(world: World, file: Path | str) -> Path:
    """Write a world to `file` (.npz), whole or not at all, and return its path.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    file = Path(file)
    partial = file.with_name(f".partial-{os.getpid()}-{file.name}")
    columns: dict = {VERSION: np.array(MODEL_VERSION)} | world._asdict()
    try:
        with partial.open("wb") as out:
            np.savez(out, **columns)
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)
    return file


def load_world(file: Path | str) -> World:
    """Read the world that `save_world` wrote.

    Raises
    ------
    ScenarioError
        One sentence, if the file is missing, damaged, of another model version or not a checkpoint.
    """
    try:
        with np.load(file) as saved:
            arrays = {name: saved[name] for name in (VERSION, *World._fields)}
    except FileNotFoundError:
        raise ScenarioError(f"{file}: there is no such file") from None
    except UNREADABLE:
        raise ScenarioError(f"{file}: this is not a checkpoint, or it is damaged") from None
    version = arrays.pop(VERSION)
    if version.shape != () or version != MODEL_VERSION:
        raise ScenarioError(f"{file}: written by model version {version}, this is version {MODEL_VERSION}")
    return _sound({name: _as_kept(name, array, file) for name, array in arrays.items()}, file)


def _as_kept(name: str, array: np.ndarray, file: Path | str) -> np.ndarray:
    """Return an array as a world keeps it: its own record type, its place in memory."""
    dtype = LAYOUT[name]
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise ScenarioError(f"{file}: {name} is not what a world keeps there")
    kept = lined_up(array.size, dtype).reshape(array.shape)
    kept[...] = array
    return kept


def _sound(arrays: dict[str, np.ndarray], file: Path | str) -> World:
    """Return the world, unless something in it is impossible."""
    world = World(**arrays)
    wrong = _misfits(world) or _miscounts(world) or _unknown_rules(world) or _missing_notes(world) or check(world)
    if wrong:
        raise ScenarioError(f"{file}: the world in it is not sound ({wrong[0]})")
    return world


def _misfits(world: World) -> list[str]:
    """Return which arrays have not the shape that the others ask for."""
    actors, buyers, providers = len(world.actors), len(world.encounters), len(world.providers)
    dimensions, customers = world.trend.shape, int(world.market["customers"][0]) if len(world.market) else 0
    shapes = {
        "market": (2,),
        "rules": (1,),
        "clock": (1,),
        "needs": (buyers, *dimensions),
        "end_needs": (len(world.end_needs), *dimensions),
        "offerings": (actors, *dimensions),
        "terms": (actors,),
        "tallies": (actors,),
        "ties": (buyers, *world.ties.shape[1:2]),
        "alliances": (int(world.tiers["firms"][0]) if len(world.tiers) else 0, *world.alliances.shape[1:2]),
        "friends_start": (customers + 1,),
        "reach_start": (customers + 1,) if len(world.reach_start) else (0,),
        "sales_start": (providers + 1,),
        "sales": (buyers,),
        "notes": (actors, *world.notes.shape[1:2]),
    }
    flat = {name: array.shape for name, array in world._asdict().items() if name not in shapes and array.ndim != 1}
    return [f"the shape of {name}" for name in flat] + [
        f"the shape of {name}" for name, shape in shapes.items() if getattr(world, name).shape != shape
    ]


def _unknown_rules(world: World) -> list[str]:
    """Return which rules are not among those there are."""
    places = {field_of(rule): variants(rule) for rule in PLACES}
    return [
        f"the rule {field}"
        for field, known in places.items()
        if world.rules[field][0].decode("ascii", "replace") not in known
    ]


def _missing_notes(world: World) -> list[str]:
    """Return whether the rules would not find the notes they keep."""
    return [] if world.notes.shape[1] == columns(world) else ["the columns of notes"]


def _miscounts(world: World) -> list[str]:
    """Return which numbers of participants, or of slots, do not agree with the rows there are."""
    market, tiers, slots = world.market, world.tiers, world.ties.shape[1]
    customers = int(market["customers"][0])
    firms, places = np.cumsum([0, *tiers["firms"]]), np.cumsum([0, *tiers["providers"]])
    agree = {
        "customers": np.all(market["customers"] == customers) and np.all(market["peers"] <= customers),
        "tiers": np.all(tiers["row"] == customers + firms[:-1]) and np.all(tiers["place"] == places[:-1]),
        "firms": len(tiers) > 0 and np.all(market["firms"] == tiers["firms"][0]),
        "providers": places[-1] == len(world.providers) and places[-1] == firms[-1] + market["peers"][0],
        "buyers": len(tiers) > 0 and len(world.ties) == customers + firms[-2],
        "actors": np.all(customers + firms[-1] + market["partners"] + market["couriers"] + 1 == len(world.actors)),
        "slots": np.all(market["platform_slots"] <= slots) and np.all(tiers["slots"] <= slots),
    }
    numbers = [market[name] for name in ("customers", "peers", "firms", "partners", "couriers", "platform_slots")]
    numbers += [tiers["firms"], tiers["providers"], tiers["slots"]]
    counted = all(column.min(initial=0) >= 0 for column in numbers)
    return [f"the number of {name}" for name, right in agree.items() if not (right and counted)]
