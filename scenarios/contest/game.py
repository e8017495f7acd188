"""The game: three markets, the knobs of one firm, and what a strategy gets there.

All strategies meet the same people, needs and luck (the same seeds), so that only the strategy makes the difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import load
from sim.agents import Firm
from sim.config import Market
from sim.ensemble import Run, simulate
from sim.metrics import value_total
from sim.model import ValueNetwork
from sim.sections import Strategy
from sim.totals import pooled

SCENARIO, YOU = "contest", "you"
MARKETS = ("simple", "lasting", "platform")  # the regimes of the scenario
SEEDS = tuple(range(1, 17))
MEASURES = ("profit", "gain_customers", "value_total")
UNITS = {
    "profit": "EUR per period",  # of your firm
    "gain_customers": "EUR per period",  # what all its customers together gain with it
    "value_total": "EUR per customer and period",  # what everybody in the market gains
}
WORKERS = 2

Knobs = Mapping[str, float]
Tick = Callable[[], None]


class Knob(NamedTuple):
    """What a player may set a knob to."""

    low: float
    high: float
    step: float


SHARE = Knob(0.0, 1.0, 0.01)
KNOBS = {
    "markup": Knob(-0.2, 0.6, 0.01),
    "share": Knob(0.0, 0.5, 0.01),
    "patience": SHARE,
    "effort": SHARE,
    "repair": SHARE,
    "role_clarity": SHARE,
    "invest": SHARE,
    "dialogue": SHARE,
    "transparency": SHARE,
    "spillover": SHARE,
    "innovate": SHARE,
    "orientation": SHARE,
    "community": Knob(0.0, 10.0, 0.1),
    "advertising": SHARE,
}
GROUPS = {
    "price": ("markup", "share", "patience"),
    "delivery": ("effort", "repair", "role_clarity"),
    "relation": ("invest", "dialogue", "transparency", "spillover"),
    "offering": ("innovate", "orientation", "community", "advertising"),
}


def nothing() -> None:
    """Tell nobody how far it is."""


@cache
def market_of(name: str) -> Market:
    """Return a market of the contest, in which the one firm that follows YOU is the player's."""
    return load(f"{SCENARIO}:{name}").market


def with_knobs(market: Market, knobs: Knobs) -> Market:
    """Return the market in which the player's firm has these knobs; the rest is as by default."""
    return market.model_copy(update={"strategies": {**market.strategies, YOU: Strategy(**knobs)}})


def measured(run: Run) -> tuple[float, ...]:
    """Return MEASURES of a run, as means over the last two thirds of its periods."""
    settled = run.totals[run.settled]
    yours = settled[:, list(run.market.strategies).index(YOU)]
    profit, gain = (float(yours[name].sum()) / len(settled) for name in ("gain_firms", "gain_customers"))
    return profit, gain, float(value_total(pooled(settled, 1)).mean())


def results_of(name: str, strategies: Sequence[Knobs], tick: Tick = nothing) -> NDArray:
    """Play every strategy on a market with all seeds, calling `tick` after each run.

    Parameters
    ----------
    name : str
        One of MARKETS.
    strategies : sequence of mappings
        The knobs of each.
    tick : callable, optional
        What it raises stops the playing.

    Returns
    -------
    ndarray, shape (strategies, seeds, measures)
        In single precision: the same bits on every machine.
    """
    market = market_of(name)
    markets = (with_knobs(market, knobs) for knobs in strategies)
    return _kept(simulate([(one, seed) for one in markets for seed in SEEDS], None, WORKERS, measured), tick)


def results_of_firm(name: str, knobs: Knobs, firm: type[Firm], tick: Tick = nothing) -> NDArray:
    """Play a firm written in Python, with all seeds; its decisions lie over those the knobs make.

    Parameters
    ----------
    name : str
        One of MARKETS.
    knobs : mapping
        As in a strategy without code.
    firm : subclass of Firm
        With a `price` of its own.
    tick : callable, optional
        Called after each run.

    Returns
    -------
    ndarray, shape (1, seeds, measures)
    """
    market = with_knobs(market_of(name), knobs)
    agents = {row_of_yours(market): firm}
    return _kept((measured(_run(ValueNetwork(market, seed, agents=agents))) for seed in SEEDS), tick)


def _run(model: ValueNetwork) -> Run:
    model.run_model()
    return model.as_run()


def row_of_yours(market: Market) -> int:
    """Return the row of the firm that follows YOU; it is the same for all seeds."""
    firms = ValueNetwork(market, SEEDS[0]).agents_by_type[Firm]
    return next(firm.row for firm in firms if firm.strategy == YOU)


def _kept(results: Iterable[tuple[float, ...]], tick: Tick) -> NDArray:
    kept = []
    for result in results:
        kept.append(result)
        tick()
    return np.array(kept, np.float32).reshape(-1, len(SEEDS), len(MEASURES))
