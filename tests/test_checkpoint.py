"""A world saved and read back goes on as if nothing had happened; a damaged file is noticed."""

from pathlib import Path

import numpy as np
import pytest

from scenarios import ScenarioError, load, load_world, save_world
from sim.create import create
from sim.ensemble import run
from sim.period import advance
from sim.state import World
from sim.totals import TOTALS
from tests.reference.lively import lively
from tests.soak import times

PERIODS = 12


def go_on(world: World, periods: int) -> np.ndarray:
    """Advance a world and return what was counted."""
    totals = np.zeros((periods, len(world.strategies) + 1), TOTALS)
    advance(world, totals)
    return totals


@pytest.mark.parametrize("number", range(50))
def test_the_rest_of_a_run_is_the_same_after_a_checkpoint(number: int, tmp_path: Path) -> None:
    market = lively(number).model_copy(update={"periods": PERIODS})
    undisturbed, world = run(market, number), create(market, number)
    before = number % (PERIODS + 1)
    totals = go_on(world, before)
    restored = load_world(save_world(world, tmp_path / "world.npz"))
    totals = np.concatenate([totals, go_on(restored, PERIODS - before)])
    assert totals.tobytes() == undisturbed.totals.tobytes()
    assert all(a.tobytes() == b.tobytes() for a, b in zip(restored, undisturbed.world, strict=True))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkpoint of a small platform market."""
    world = create(load("platform", {"customers": 20}).market, 1)
    go_on(world, 5)
    return save_world(world, tmp_path_factory.mktemp("saved") / "world.npz")


@pytest.mark.parametrize("trial", range(times(100, 1000)))
def test_a_flipped_bit_or_a_lost_end_is_noticed(trial: int, saved: Path, tmp_path: Path) -> None:
    content, luck = bytearray(saved.read_bytes()), np.random.default_rng(trial)
    place = int(luck.integers(len(content)))
    if trial % 2:
        content = content[:place]
    else:
        content[place] ^= 1 << int(luck.integers(8))
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(content)
    try:
        same = load_world(damaged)
    except ScenarioError as error:
        assert str(damaged) in str(error)
    else:  # a bit of the file that says nothing, such as the time a part was written
        assert all(a.tobytes() == b.tobytes() for a, b in zip(same, load_world(saved), strict=True))


def test_a_world_that_points_beyond_its_rows_is_refused(saved: Path, tmp_path: Path) -> None:
    world = load_world(saved)
    world.ties["provider"][0, 0] = 10_000
    with pytest.raises(ScenarioError, match=r"ties.provider: .* points beyond 21"):
        load_world(save_world(world, tmp_path / "wrong.npz"))


def test_arrays_that_do_not_fit_together_are_refused(saved: Path, tmp_path: Path) -> None:
    world = load_world(saved)
    with pytest.raises(ScenarioError, match="the shape of needs"):
        load_world(save_world(world._replace(needs=world.needs[:-1]), tmp_path / "wrong.npz"))


@pytest.mark.parametrize("name", ["customers", "peers", "firms", "partners", "couriers", "platform_slots"])
@pytest.mark.parametrize("number", [-1, 10**6])
def test_numbers_that_disagree_with_the_rows_are_refused(name: str, number: int, saved: Path, tmp_path: Path) -> None:
    world = load_world(saved)
    world.market[name][1] = number
    with pytest.raises(ScenarioError, match="the number of"):
        load_world(save_world(world, tmp_path / "wrong.npz"))


def test_another_model_version_is_refused(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.checkpoint.MODEL_VERSION", 1)
    old = save_world(load_world_of_any_version(saved), tmp_path / "old.npz")
    monkeypatch.undo()
    with pytest.raises(ScenarioError, match="written by model version 1, this is version"):
        load_world(old)


def load_world_of_any_version(file: Path) -> World:
    """Read a checkpoint without looking at its version."""
    with np.load(file) as arrays:
        return World(*(arrays[name] for name in World._fields))


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no such file"):
        load_world(tmp_path / "none.npz")
    other = tmp_path / "other.npz"
    other.write_text("transactional")
    with pytest.raises(ScenarioError, match="this is not a checkpoint"):
        load_world(other)


def test_a_world_of_other_rules_goes_on_by_them(tmp_path: Path) -> None:
    market = load("transactional", {"customers": 30, "firms": 5, "periods": PERIODS, "trust_rule": "two-layer"}).market
    undisturbed, world = run(market, 1), create(market, 1)
    first = go_on(world, 5)
    rest = go_on(load_world(save_world(world, tmp_path / "world.npz")), PERIODS - 5)
    assert np.concatenate([first, rest]).tobytes() == undisturbed.totals.tobytes()


def test_a_rule_that_is_not_there_is_refused(saved: Path, tmp_path: Path) -> None:
    world = load_world(saved)
    world.rules["trust_rule"] = b"../../tests/soak"
    with pytest.raises(ScenarioError, match="not sound .*trust_rule"):
        load_world(save_world(world, tmp_path / "other.npz"))


def test_notes_that_its_rules_would_not_find_are_refused(saved: Path, tmp_path: Path) -> None:
    market = load("transactional", {"customers": 30, "firms": 5, "deliver_rule": "stalls"}).market
    world = create(market, 1)
    assert load_world(save_world(world, tmp_path / "whole.npz")).notes.shape == world.notes.shape
    with pytest.raises(ScenarioError, match="the columns of notes"):
        load_world(save_world(world._replace(notes=world.notes[:, :0].copy()), tmp_path / "fewer.npz"))
