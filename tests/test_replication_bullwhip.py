"""Bullwhip: the published ratios, what one firm orders, and that nothing gets lost on the way."""

import numpy as np
import pytest

from scenarios import load
from scenarios.replication import Preset, read_replication
from scenarios.replications.bullwhip import WARM_UP, flows, measure, ratios, variances
from sim.create import create
from sim.notes import notes_of
from sim.period import advance
from sim.state import check
from sim.totals import TOTALS
from sim.variants.settle.order_up_to import POSITION

NAME = "bullwhip"
PERIODS = 60


def market_of(**settings):
    return load(NAME, settings | {"periods": PERIODS}).market


def go_on(world):
    advance(world, np.zeros((1, len(world.strategies) + 1), TOTALS))


def test_every_check_passes():
    found = measure(Preset(NAME))
    checks = read_replication(NAME).checks
    assert [check.measure for check in checks if not check.passes(found[check.measure])] == []
    assert set(found) == {check.measure for check in checks}


def test_orders_follow_the_equation_to_the_unit():
    """q_t = y_t - y_(t-1) + D_t, up to the rounding that the next order makes good."""
    units = flows(market_of(lead_time=3, forecast_window=4), 1)
    demand, ordered = units[:, 0], units[:, 1]
    target = 3 * np.array([demand[max(t - 3, 0) : t + 1].mean() for t in range(PERIODS)])
    assert ordered[0] == demand[0]
    assert np.abs(np.cumsum(ordered - demand) - (target - target[0])).max() <= 0.5 + 1e-9


def test_without_a_lead_time_orders_are_what_was_sold():
    units = flows(market_of(lead_time=0), 2)
    assert np.array_equal(units, np.repeat(units[:, :1], units.shape[1], axis=1))


def test_a_longer_memory_passes_on_less_variance():
    found = [ratios(Preset(NAME), {"forecast_window": window}, runs=1)[0] for window in (2, 5, 20)]
    assert found == sorted(found, reverse=True)


def test_the_standard_rule_orders_what_is_sold():
    units = flows(market_of(settle_rule="standard"), 3)
    assert np.allclose(variances(units[WARM_UP:]) / variances(units[WARM_UP:])[0], 1)


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_money_and_goods_add_up(shared):
    """What a firm has ordered beyond its sales is what it has paid beyond its margins, and what stands in its notes."""
    world = create(market_of(shared_demand=shared, lead_time=4), 1)
    seller, kept = int(world.tiers["row"][0]), notes_of(world, "settle")
    extra, first = 0, 0.0
    for period in range(PERIODS):
        before = int(world.actors["cash"][seller])
        go_on(world)
        assert check(world) == []
        beyond = int(world.encounters["volume"][seller] - world.tallies["served"][seller])
        price = round(100 * world.terms["inputs"][seller])
        assert world.actors["cash"][seller] - before == world.tallies["cents"][seller] - price * beyond
        extra += beyond
        first = kept[seller, POSITION] if period == 0 else first
        assert kept[seller, POSITION] == pytest.approx(first + extra)
