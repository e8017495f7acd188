"""Notes: what rule variants remember beside the records."""

import numpy as np
import pytest

from scenarios import load, load_world, save_world
from sim.create import create
from sim.notes import columns, notes_of
from sim.period import advance
from sim.totals import TOTALS
from sim.variants.deliver import stalls
from sim.variants.settle import order_up_to

WINDOW = 7
BOTH = {"deliver_rule": "stalls", "settle_rule": "order-up-to", "forecast_window": WINDOW, "customers": 30}


def go_on(world, periods):
    advance(world, np.zeros((periods, len(world.strategies) + 1), TOTALS))


def test_standard_rules_keep_none():
    world = create(load("smartphone-chain").market, 1)
    assert columns(world) == 0
    assert world.notes.shape == (len(world.actors), 0)
    assert notes_of(world, "settle").shape == (len(world.actors), 0)


def test_every_rule_has_columns_of_its_own():
    world = create(load("smartphone-chain", BOTH).market, 1)
    widths = (stalls.COLUMNS, order_up_to.PAST + WINDOW)
    assert world.notes.shape[1] == columns(world) == sum(widths)
    mine, other = notes_of(world, "deliver"), notes_of(world, "settle")
    assert (mine.shape[1], other.shape[1]) == widths
    mine[...] = 1
    assert not other.any()
    assert np.shares_memory(mine, world.notes)
    assert np.shares_memory(other, world.notes)


def test_there_is_no_rule_of_another_name():
    with pytest.raises(KeyError):
        notes_of(create(load("transactional").market, 1), "rest")


def test_a_checkpoint_keeps_them(tmp_path):
    world = create(load("smartphone-chain", BOTH).market, 2)
    go_on(world, 5)
    restored = load_world(save_world(world, tmp_path / "world.npz"))
    assert restored.notes.any()
    for one in (world, restored):
        go_on(one, 5)
    assert [a.tobytes() for a in world] == [b.tobytes() for b in restored]
