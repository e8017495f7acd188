"""The pattern the model must produce: three regimes, each the best in a connected region of its own."""

import numpy as np
import pytest

from scenarios.maps import StrategyMap, strategy_map
from scenarios.scenario import load

REGIMES = ("transactional", "partnership", "platform")
LEAST_SHARE = 0.15


@pytest.fixture(scope="module")
def maps() -> list[StrategyMap]:
    """Return the two maps, 8 x 8, on few seeds."""
    regimes = [load(name) for name in REGIMES]
    return [strategy_map(regimes, x=x, y="turnover", size=8, replications=2) for x in ("complexity", "specificity")]


def test_each_regime_is_the_best_in_a_fair_share_of_the_two_maps(maps: list[StrategyMap]) -> None:
    winners = np.concatenate([found.winners().ravel() for found in maps])
    shares = {name: float((winners == k).mean()) for k, name in enumerate(REGIMES)}
    assert min(shares.values()) >= LEAST_SHARE, shares


def test_each_regime_wins_in_one_connected_region_of_each_map(maps: list[StrategyMap]) -> None:
    for found in maps:
        assert [region.pieces for region in found.regions()] == [1, 1, 1], found.x


def test_each_regime_wins_where_its_conditions_hold(maps: list[StrategyMap]) -> None:
    complexity, specificity = (found.winners() for found in maps)  # rows: turnover ascending
    assert REGIMES[complexity[0, 0]] == "transactional"  # simple exchange, lasting relations
    assert REGIMES[complexity[0, -1]] == "partnership"  # complex exchange, lasting relations
    assert REGIMES[complexity[-1, 0]] == "platform"  # simple exchange, short relations
    assert REGIMES[specificity[-1, 0]] == "transactional"  # alike needs, short relations
    assert REGIMES[specificity[0, 0]] == "partnership"  # alike needs, lasting relations
    assert REGIMES[specificity[-1, -1]] == "platform"  # specific needs, short relations
