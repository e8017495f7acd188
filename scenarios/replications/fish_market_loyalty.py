"""Loyalty at the fish market (`fish-market-loyalty.toml`): Weisbuch, Kirman & Herreiner 2000.

Money is in the paper's unit throughout: the most that fish can bring a buyer in, `value` in EUR.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.config import Market
from sim.create import create
from sim.ensemble import run
from sim.rules import step
from sim.state import World
from sim.variants.choose.loyalty import chances, expect

RUNS = 30
BURNT_IN = 100  # steps
DEAREST = 3.0  # mark-up
K_OF_TWO = 3.0  # beta*pi/gamma at which two sellers are looked at
SETTLED = 100_000  # steps after which a mean field is at rest
LEANING = 1e-5  # of a buyer without preference, as a share of pi/gamma
FROM_K, TO_K, FINE = 2.0, 4.0, 1e-3  # where K is searched, and how finely
GOLDEN = (5**0.5 - 1) / 2


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    markup = highest(lambda markup: margin(opened(preset, markup)), 0.0, DEAREST)
    first = opened(preset, markup)
    profit, per_k = profit_of(first), forgetting(first) / profit_of(first)
    ends = limit(lambda k: keeps_order(opened(preset, markup, k * per_k)))
    begins = limit(lambda k: keeps_order(opened(preset, markup, k * per_k), LEANING))
    threshold = begins * per_k
    orders = {beta: runs(preset, markup, beta, order) for beta in (threshold / 2, threshold * 2)}
    gains = {beta: runs(preset, markup, beta, mean_gain)[:, BURNT_IN:] for beta in (10.0, 0.8 * threshold)}
    return {
        "price": price_of(first),
        "quantity": quantity_of(first),
        "profit": profit,
        "threshold": threshold,
        "order_below": float(orders[threshold / 2][:, BURNT_IN:].mean()),
        "order_above": float(orders[threshold * 2][:, -1].mean()),
        "profit_ordered": float(gains[10.0].mean()),
        "profit_disordered": float(gains[0.8 * threshold].mean()),
        "difference": difference(preset, markup),
        "order_ends": ends,
        "disorder_ends": begins,
    }


def stalls(preset: Preset, markup: float, beta: float = 0.0, regime: str = "") -> Market:
    """Return the market at a mark-up of the sellers', and an intensity of choice in the paper's unit of money."""
    settings = {"strategies.fishmonger.markup": markup}
    market = preset.scenario(regime, settings).market
    return preset.scenario(regime, settings | {"beta": beta / market.exchange.value}).market


def opened(preset: Preset, markup: float, beta: float = 0.0, regime: str = "") -> World:
    """Return the market after its first morning."""
    world = create(stalls(preset, markup, beta, regime), preset.seed)
    step(world)
    return world


# what the offers of the market come to, before money is rounded


def margin(world: World) -> float:
    """Return what a seller keeps of one purchase."""
    return float(world.ties["price"][0, 0] - _spent(world)) / _unit(world)


def profit_of(world: World) -> float:
    """Return what a buyer keeps of one purchase."""
    return float(world.ties["value"][0, 0] - world.ties["price"][0, 0]) / _unit(world)


def quantity_of(world: World) -> float:
    """Return what a buyer takes in one purchase."""
    return _spent(world) / float(world.market["cost"][0])


def price_of(world: World) -> float:
    """Return the price of a unit of fish."""
    return float(world.ties["price"][0, 0]) / quantity_of(world) / _unit(world)


def _spent(world: World) -> float:
    """Return what the fish of one purchase cost the seller, in EUR."""
    return float(world.terms["unit_cost"][world.ties["provider"][0, 0]])


def _unit(world: World) -> float:
    """Return the paper's unit of money, in EUR."""
    return float(world.market["value"][0])


def forgetting(world: World) -> float:
    """Return gamma."""
    return 1.0 - float(world.market["memory"][0])


def highest(of: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function of one peak is highest, by golden sections."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = of(left), of(right)
    while right - left > 1e-7:
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = of(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = of(right)
    return (low + high) / 2


# what becomes of the buyers' memories, in simulated worlds


def order(world: World) -> float:
    """Return the mean over buyers of sum P^2."""
    return float((chances(world) ** 2).sum(axis=1).mean())


def mean_gain(world: World) -> float:
    """Return the buyers' mean profit this morning."""
    met = world.encounters
    return float((met["value"] - met["price"]).mean()) / _unit(world)


def runs(preset: Preset, markup: float, beta: float, look: Callable[[World], float]) -> NDArray:
    """Return what is seen after each step of each run, shape (runs, steps)."""
    market = stalls(preset, markup, beta)
    seen = np.zeros((RUNS, market.periods))
    for row, seed in zip(seen, preset.seeds(RUNS), strict=True):

        def note(period: int, world: World, row: NDArray = row) -> None:
            row[period - 1] = look(world)

        run(market, seed, looks=range(market.periods), look=note)
    return seen


def difference(preset: Preset, markup: float) -> float:
    """Return the mean of |J1 - J2| over buyers and the last half of a run with two sellers, in pi/gamma."""
    world = opened(preset, markup, regime="two-sellers")
    most = profit_of(world) / forgetting(world)
    market, found = stalls(preset, markup, K_OF_TWO / most, "two-sellers"), []

    def note(period: int, world: World) -> None:
        remembered = world.ties["pos"] - world.ties["neg"]
        found.append(np.abs(remembered[:, 0] - remembered[:, 1]).mean() / _unit(world) / most)

    run(market, preset.seed, looks=range(market.periods // 2, market.periods, 10), look=note)
    return float(np.mean(found))


# the mean field: expectations in place of chance


def keeps_order(world: World, preference: float = 1.0) -> bool:
    """Whether a buyer who prefers one of three sellers, by a share of pi/gamma, comes to rest in order."""
    profit = profit_of(world) * _unit(world)
    steady = profit / forgetting(world)
    world.ties["neg"] = 0.0
    world.ties["pos"] = steady * (1.0 - preference) / world.ties.shape[1]
    world.ties["pos"][:, 0] += steady * preference
    expect(world, profit, SETTLED)
    return bool(chances(world).max() > 1.0 / 2.0)


def limit(orderly: Callable[[float], bool]) -> float:
    """Return the K above which there is order, by bisection."""
    low, high = FROM_K, TO_K
    while high - low > FINE:
        middle = (low + high) / 2
        low, high = (low, middle) if orderly(middle) else (middle, high)
    return (low + high) / 2
