"""Tit for tat: from which chance to meet again, and from which share on, it holds its own (`tit-for-tat.toml`)."""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.replication import Preset
from sim.create import create
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS

TIT_FOR_TAT, DEFECT, ALTERNATE = NAMES = ("tit-for-tat", "always-defect", "alternation")
SETTLING = 60  # periods until relations of every age are there
COUNTED = 300  # periods that count
SPREADING = 2000  # periods of imitation
W = 0.9  # chance to meet again where shares are looked for
CLOSE = 0.0005


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks."""
    defection = root(lambda w: advantage(preset, DEFECT, w), 0.3, 0.95)
    alternation = root(lambda w: advantage(preset, ALTERNATE, w), 0.3, 0.95)
    return {
        "threshold": max(defection, alternation),
        "threshold_defection": defection,
        "tipping_share": root(lambda share: lead(preset, share), 0.02, 0.12),
        "above_tipping": spread(preset, W, {TIT_FOR_TAT: 0.12, DEFECT: 0.88})[TIT_FOR_TAT],
        "below_tipping": spread(preset, W, {TIT_FOR_TAT: 0.02, DEFECT: 0.98})[TIT_FOR_TAT],
        "alternation_repelled": spread(preset, 0.8, {TIT_FOR_TAT: 0.95, ALTERNATE: 0.05})[ALTERNATE],
        "alternation_invades": spread(preset, 0.5, {TIT_FOR_TAT: 0.95, ALTERNATE: 0.05})[ALTERNATE],
    }


def root(gain: Callable[[float], float], low: float, high: float) -> float:
    """Return where a measured quantity changes sign between `low` and `high`, by false position; NaN if nowhere."""
    below, above = gain(low), gain(high)
    if below * above > 0:
        return math.nan
    guess = low
    while True:
        before, guess = guess, low - below * (high - low) / (above - below)
        if abs(guess - before) < CLOSE:
            return guess
        found = gain(guess)
        if found * below > 0:
            low, below = guess, found
        else:
            high, above = guess, found


def advantage(preset: Preset, invader: str, w: float) -> float:
    """Return by how much an invader gains more from a follower of tit for tat than such followers from each other."""
    world = market(preset, w, {TIT_FOR_TAT: 0.5, invader: 0.5})
    gained = gains(world)
    return float(gained[NAMES.index(invader), 0] - gained[0, 0])


def lead(preset: Preset, share: float) -> float:
    """Return by how much followers of tit for tat gain more than defectors in a population with this share of them.

    Everybody meets everybody with the same chance: gains are weighed by shares, not by who happened to meet whom.
    """
    world = market(preset, W, {TIT_FOR_TAT: share, DEFECT: 1 - share})
    there = np.bincount(strategies(world), minlength=len(NAMES)) / len(world.encounters)
    mean = (gains(world) * there).sum(axis=1)
    return float(mean[0] - mean[1])


def spread(preset: Preset, w: float, mix: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each strategy after imitation by profit."""
    scenario = preset.scenario(settings={"turnover": 1 - w, "peer_strategies": dict(mix)})
    world = create(scenario.market, preset.seed)
    advance(world, np.zeros((SPREADING, len(NAMES) + 1), TOTALS))
    followers = np.bincount(strategies(world), minlength=len(NAMES)) / scenario.market.peers
    return dict(zip(NAMES, followers.tolist(), strict=True))


def market(preset: Preset, w: float, mix: Mapping[str, float]) -> World:
    """Make a market in which nobody imitates, and let relations of every age arise."""
    settings = {"turnover": 1 - w, "peer_strategies": dict(mix), "imitate": 0.0}
    world = create(preset.scenario(settings=settings).market, preset.seed)
    advance(world, np.zeros((SETTLING, len(NAMES) + 1), TOTALS))
    return world


def gains(world: World) -> NDArray:
    """Return the mean gain in EUR of a strategy (row) from an encounter with another (column); 0 where none met."""
    kinds = len(NAMES)
    total, count = np.zeros((kinds, kinds)), np.zeros((kinds, kinds))
    for _ in range(COUNTED):
        advance(world, np.zeros((1, kinds + 1), TOTALS))
        deals = world.encounters
        pair = kinds * strategies(world) + world.actors["strategy"][deals["provider"]]
        bought, sold, met = (
            np.bincount(pair, amounts, kinds**2).reshape(kinds, kinds)
            for amounts in (deals["value"] - deals["price"], deals["margin"], np.ones(len(pair)))
        )
        total += bought + sold.T
        count += met + met.T
    return total / np.maximum(count, 1)


def strategies(world: World) -> NDArray:
    """Return the strategy of everybody, as its number."""
    return world.actors["strategy"][: len(world.encounters)]
