"""The market a visitor chose, under the three regimes: its films and its comparison, kept for whoever asks next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from typing import TypeVar

from dashboards.choices import Choices
from dashboards.trajectory import Film, record, seats
from scenarios.comparison import Comparison
from scenarios.outcome import observe
from scenarios.scenario import Scenario, load
from sim.config import Market

REGIMES = ("transactional", "partnership", "platform")
REPLICATIONS = 10
WORKERS = 2
KEPT = 64  # markets; about 2 MB each at the most customers

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Pictures:
    """The films of one seed, one per regime, and where everybody sits in them."""

    films: tuple[Film, ...]
    seats: dict[str, list[float]]


class Shelf:
    """What was made last, by what it was made from: shared by all sessions, with room for so many.

    One is made at a time; who asks for the same meanwhile waits and finds it here. What fails or is
    stopped leaves nothing behind.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under `key`, or make it and keep it in place of the oldest."""
        with self._turn:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
            return self._kept[key]  # type: ignore[return-value]


# All that sessions share: results that depend on nothing but the choices.
PICTURES, COMPARISONS = Shelf(KEPT), Shelf(KEPT)


def scenarios_of(choices: Choices) -> tuple[Scenario, ...]:
    """Return the market chosen under each regime."""
    settings = {name: value for name, value in asdict(choices).items() if name not in ("seed", "lang")}
    return tuple(load(regime, settings) for regime in REGIMES)


def pictures(choices: Choices, tick: Callable[[], None]) -> Pictures:
    """Return the films of the chosen seed, made or kept; `tick` as in `comparison`."""

    def film(market: Market) -> Film:
        tick()
        return record(market, choices.seed)

    def make() -> Pictures:
        markets = [scenario.market for scenario in scenarios_of(choices)]
        return Pictures(tuple(film(market) for market in markets), seats(markets[0], choices.seed))

    return PICTURES.get(choices.market, make)


def comparison(choices: Choices, tick: Callable[[], None]) -> Comparison:
    """Return the paired comparison over the chosen seed and those after it, made or kept.

    `tick` is called with each run; what it raises stops the making.
    """

    def make() -> Comparison:
        seeds = range(choices.seed, choices.seed + REPLICATIONS)
        outcomes = tuple(observe(scenario, seeds, WORKERS, tick) for scenario in scenarios_of(choices))
        return Comparison(outcomes, REPLICATIONS, choices.seed, nearby=())

    return COMPARISONS.get(choices.market, make)
