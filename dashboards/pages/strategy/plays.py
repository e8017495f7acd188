"""What a visitor plays: the fields of the link, and the results that sessions share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from dashboards.links import Choice, Field, Number
from dashboards.shelf import Shelf
from dashboards.working import Tick
from scenarios.contest.field import MANY, StaleField, library_strategies, load_field, play_field, stamp
from scenarios.contest.field import Field as Thousand
from scenarios.contest.game import KNOBS, MARKETS, MEASURES, SEEDS, Knob, results_of
from scenarios.contest.hints import HINTS, Tried, hints, try_hints, whole
from scenarios.contest.landing import Landing, landing

KEPT = 256  # strategies; a few kilobytes each
RUNS = len(SEEDS) * (1 + HINTS)
DIGITS = 6  # a link keeps
SLIDES = 16  # steps of a slider from one end to the other; a link may say more exactly


def _number(name: str, knob: Knob) -> Number:
    step = round((knob.high - knob.low) / SLIDES, DIGITS)
    return Number(whole({})[name], knob.low, knob.high, step, DIGITS)


FIELDS: Mapping[str, Field] = {
    "market": Choice("lasting", MARKETS),
    "goal": Choice("profit", MEASURES),
    **{name: _number(name, knob) for name, knob in KNOBS.items()},
}


@dataclass(frozen=True)
class Choices:
    """What results depend on."""

    market: str
    goal: str
    knobs: tuple[float, ...]

    @property
    def by_name(self) -> dict[str, float]:
        """The knobs by name."""
        return dict(zip(KNOBS, self.knobs, strict=True))


@dataclass(frozen=True, eq=False)
class Played:
    """What came of it: where the strategy landed, its results, and what its hints gave once they are tried."""

    choices: Choices
    field: Thousand
    landing: Landing
    result: NDArray
    tried: tuple[Tried, ...] | None = None


# All that sessions share: results that depend on nothing but the choices.
THOUSANDS, PLAYED, TRIED = Shelf(len(MARKETS)), Shelf(KEPT), Shelf(KEPT)


def choices_of(values: Mapping[str, Any]) -> Choices:
    """Return the choices of a link."""
    return Choices(values["market"], values["goal"], tuple(float(values[name]) for name in KNOBS))


def stale(market: str) -> bool:
    """Whether the thousand have to be played anew before anything can be said; it waits for nobody."""
    if THOUSANDS.look(stamp(market)) is not None:
        return False
    try:
        load_field(market)
    except StaleField:
        return True
    return False


def thousand(market: str, tick: Tick) -> Thousand:
    """Return the thousand on a market: as they are kept, or played anew, which takes some minutes."""

    def make() -> Thousand:
        try:
            return load_field(market)
        except StaleField:
            tick(0, (MANY + len(library_strategies())) * len(SEEDS))
            return play_field(market, tick)

    return THOUSANDS.get(stamp(market), make, tick.wait)


def played(choices: Choices, tick: Tick) -> Played:
    """Play the strategy."""
    field = thousand(choices.market, tick)
    tick(0, RUNS)

    def make() -> Played:
        result = results_of(choices.market, [choices.by_name], tick)[0]
        return Played(choices, field, landing(result, field), result)

    made = PLAYED.get((stamp(choices.market), choices.knobs), make, tick.wait)
    return replace(made, choices=choices)  # the goal may be another


def with_hints(made: Played, tick: Tick) -> Played:
    """Try the hints for the goal chosen."""
    choices = made.choices

    def make() -> Played:
        found = hints(choices.by_name, made.field, choices.goal)
        return replace(
            made, tried=tuple(try_hints(choices.market, choices.by_name, made.result, found, choices.goal, tick))
        )

    return TRIED.get((stamp(choices.market), choices), make, tick.wait)
