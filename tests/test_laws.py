"""Laws that hold in every market: money, bounds, finite numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import Market
from sim.create import create
from sim.ensemble import Run, run
from sim.metrics import MEASURES
from sim.network import DEPARTMENT
from sim.period import advance
from sim.state import check
from sim.totals import TOTALS
from tests.markets import markets
from tests.relabelling import changed
from tests.soak import times

SHARE_UNITS = ("share",)


@settings(max_examples=times(500, 10_000))
@given(market=markets(), seed=st.integers(0, 2**64 - 1))
def test_every_period_of_any_market_is_sound(market: Market, seed: int) -> None:
    world = create(market, seed)
    assert check(world) == []
    for _ in range(market.periods):
        totals = np.zeros((1, len(market.strategies) + 1), TOTALS)
        advance(world, totals)
        assert check(world) == []
        assert not world.actors["cash"][world.actors["kind"] == DEPARTMENT].any()


@settings(max_examples=times(100, 2_000))
@given(market=markets(), seed=st.integers(0, 2**64 - 1))
def test_measures_are_finite_or_say_that_there_is_nothing(market: Market, seed: int) -> None:
    outcome = run(market, seed)
    deals = outcome.series()["encounters"] > 0
    for name, values in outcome.series().items():
        assert not np.isinf(values).any(), name
        if MEASURES[name].unit in SHARE_UNITS and name != "value_without_money":
            there = values[np.isfinite(values)]
            assert ((there >= 0) & (there <= 1 + 1e-12)).all(), name
        if name in ("trust", "fit", "satisfaction", "price", "nps"):
            assert (np.isfinite(values) == deals).all(), name


def value_adds_up(outcome: Run) -> np.ndarray:
    """Return the difference between total value and value delivered minus all costs, per period."""
    t = outcome.totals
    gains = sum(t[role].sum(axis=1) for role in TOTALS.names if role.startswith("gain_"))
    return gains - (t["value"] - t["cost"]).sum(axis=1)


@settings(max_examples=times(100, 2_000))
@given(market=markets(), seed=st.integers(0, 1000))
def test_what_the_roles_gain_is_value_minus_cost(market: Market, seed: int) -> None:
    outcome = run(market, seed)
    scale = 1 + np.abs(outcome.totals["value"]).sum() + np.abs(outcome.totals["cost"]).sum()
    assert np.abs(value_adds_up(outcome)).max() <= 1e-9 * scale


@settings(max_examples=times(60, 1_000))
@given(market=markets(), seed=st.integers(0, 1000))
def test_without_fee_and_subsidy_the_platform_earns_nothing(market: Market, seed: int) -> None:
    free = {"fee": 0.0, "customer_subsidy": 0.0, "peer_subsidy": 0.0, "without": ("fee change",)}
    outcome = run(changed(market, **free), seed)
    assert outcome.world.actors["cash"][-1] == 0
    assert not outcome.totals["gain_platform"].any()


@settings(max_examples=times(60, 1_000))
@given(market=markets(), seed=st.integers(0, 1000))
def test_a_strategy_nobody_follows_changes_nothing(market: Market, seed: int) -> None:
    still = market.model_copy(update={"competition": market.competition.model_copy(update={"mutation": 0.0})})
    more = still.model_copy(update={"strategies": {**market.strategies, "unused": market.strategies["first"]}})
    one, other = run(still, seed), run(more, seed)
    assert one.world.ties.tobytes() == other.world.ties.tobytes()
    assert one.world.actors.tobytes() == other.world.actors.tobytes()
