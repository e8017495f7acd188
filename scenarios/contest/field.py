"""The thousand strategies a player is held against: sampled, played, kept in a file, and made anew when it is stale.

The file (`scenarios/data/contest.npz`, made by `docs/make_contest.py`) says for which model and markets it holds.
Latin hypercube: McKay, Beckman & Conover (1979), doi:10.2307/1268522.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import HERE, STRATEGIES, ScenarioError, names, read_toml
from scenarios.contest.game import KNOBS, MARKETS, MEASURES, SCENARIO, SEEDS, Knobs, Tick, nothing, results_of
from scenarios.outcome import fingerprint
from scenarios.scenario import load
from scenarios.sweeps.sampling import latin_hypercube
from sim.version import MODEL_VERSION

FILE = HERE / "data" / "contest.npz"
MANY, SAMPLE_SEED = 1000, 7
ANEW = "make them anew with: python docs/make_contest.py (about five minutes)"


class StaleField(OSError):
    """The thousand strategies that are kept were played with another model, or there are none."""


@dataclass(frozen=True, eq=False)
class Field:
    """What everybody got on one market.

    Attributes
    ----------
    name : str
        One of MARKETS.
    results : ndarray, shape (strategies, seeds, measures)
        Of the thousand.
    named : ndarray, shape (named strategies, seeds, measures)
        Of the strategies of the library, in the order of `library_strategies`.
    """

    name: str
    results: NDArray
    named: NDArray


@cache
def the_thousand() -> tuple[Knobs, ...]:
    """Return the knobs of the thousand: a Latin hypercube over what a player may set, in a player's steps."""
    points = latin_hypercube({name: (knob.low, knob.high, False) for name, knob in KNOBS.items()}, MANY, SAMPLE_SEED)
    columns = [on_step(name, points[name]) for name in KNOBS]
    return tuple(MappingProxyType(dict(zip(KNOBS, row, strict=True))) for row in zip(*columns, strict=True))


def on_step(name: str, values: Sequence[float]) -> list[float]:
    """Return values of a knob at the nearest of its steps."""
    digits = 1 if KNOBS[name].step >= 0.1 else 2
    return [round(value, digits) for value in values]


@cache
def library_strategies() -> Mapping[str, Knobs]:
    """Return the knobs of the strategies of the library, by name."""
    files = {name: read_toml(STRATEGIES / f"{name}.toml", f"{name}.toml") for name in names(STRATEGIES)}
    return MappingProxyType({name: MappingProxyType(file["knobs"]) for name, file in files.items()})


def play_field(name: str, tick: Tick = nothing) -> Field:
    """Play the thousand and the library's strategies on a market: some minutes."""
    named: list[Knobs] = list(library_strategies().values())
    results = results_of(name, [*named, *the_thousand()], tick)
    return Field(name, results[len(named) :], results[: len(named)])


@cache
def stamp(name: str) -> str:
    """Return what the results on a market depend on: the version of the model and the market, as one text."""
    return f"model {MODEL_VERSION}, market {fingerprint(load(f'{SCENARIO}:{name}'))}"


def save_fields(fields: Sequence[Field], path: Path = FILE) -> None:
    """Write the fields of all markets into one file."""
    arrays: dict[str, Any] = {}
    for field in fields:
        arrays[f"{field.name}.stamp"] = np.array(stamp(field.name))
        arrays[f"{field.name}.results"], arrays[f"{field.name}.named"] = field.results, field.named
    np.savez_compressed(path, **arrays)


def load_field(name: str, path: Path = FILE) -> Field:
    """Return the thousand on a market as they are kept.

    Raises
    ------
    StaleField
        One sentence: they are missing, damaged, or were played with another model or market; how to make them.
    """
    try:
        with np.load(path) as kept:
            stamped, results, named = (kept[f"{name}.{part}"] for part in ("stamp", "results", "named"))
    except FileNotFoundError:
        raise StaleField(f"{path.name}: the thousand strategies are missing; {ANEW}") from None
    except (OSError, KeyError, ValueError, BadZipFile, EOFError):
        raise StaleField(f"{path.name}: the file of the thousand strategies is damaged; {ANEW}") from None
    if str(stamped) != stamp(name):
        raise StaleField(
            f"{path.name}: the thousand strategies were played with another model or market than that of today "
            f"(model {MODEL_VERSION}); {ANEW}"
        )
    if results.shape != (MANY, len(SEEDS), len(MEASURES)) or named.shape[1:] != results.shape[1:]:
        raise StaleField(f"{path.name}: the file of the thousand strategies is damaged; {ANEW}")
    return Field(name, results, named)


def check_market(name: str) -> str:
    """Return the name of a market of the contest.

    Raises
    ------
    ScenarioError
        If there is none of this name.
    """
    if name not in MARKETS:
        raise ScenarioError(f"{name}: the contest has no such market; there are {', '.join(MARKETS)}")
    return name
