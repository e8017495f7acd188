"""A result is a function of (scenario, seed, model version): the same bits alone, among others, interpreted."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenarios.scenario import load
from sim.config import Market
from sim.create import create
from sim.decisions import advance_with
from sim.ensemble import Run, run, simulate
from sim.rules import step
from sim.version import MODEL_VERSION
from tests.reference.lively import lively
from tests.soak import times

GOLDEN = Path(__file__).parent / "golden.json"
SMALL = {"customers": 40, "periods": 24}
NAMED: dict[str, tuple[str, dict[str, object]]] = {
    "transactional": ("transactional", {"firms": 8}),
    "partnership": ("partnership", {"firms": 8}),
    "platform": ("platform", {}),
    "partners": ("partnership", {"firms": 8, "partners": 5}),
    "competition": ("mixed-market", {"firms": 8, "peer_share": 0.5, "imitate": 0.3, "mutation": 0.1, "credit": 5.0}),
    "scale-free": (
        "platform",
        {"peer_share": 0.75, "platform_slots": 3, "social": "scale-free", "market": "scale-free"},
    ),
    "random": ("mixed-market", {"firms": 8, "peer_share": 0.5, "social": "random", "market": "random", "command": 0.4}),
    "small-world": ("partnership", {"firms": 12, "market": "small-world", "market_degree": 4, "turnover": 0.1}),
    "drift": ("partnership", {"firms": 8, "drift": 0.1, "dimensions": 3, "incident": 0.3}),
    "chain": ("smartphone-chain:partnership", {}),
    "departments": ("internal-customers:command", {}),
    "partners of many": ("it-partner:partner", {}),
    "couriers": ("food-delivery:fair-pay", {}),
    "breach": ("privacy-breach:with-rights", {"shocks.breach.period": 8}),
    "newcomer": ("community:ambassadors", {"shocks.newcomer.period": 8}),
}
HASHED = [{"PYTHONHASHSEED": str(seed)} for seed in range(times(5, 10))]
RANDOM = {f"random {number}": number for number in range(1000, 1010)}
CASES = (*NAMED, *RANDOM)


def case(name: str) -> Market:
    """Return the market of a golden case: of the library with changes, or a random one by its number."""
    if name in RANDOM:
        return lively(RANDOM[name]).model_copy(update={"periods": SMALL["periods"]})
    scenario, overrides = NAMED[name]
    return load(scenario, {**SMALL, **overrides}).market


def fingerprint(outcome: Run) -> str:
    """Return a hash of every bit of a run: the final world, all totals, all measures."""
    digest = hashlib.sha256(outcome.totals.tobytes())
    for array in outcome.world[5:]:  # all but market, tiers, shocks, strategies and rules, which are what was asked
        for name in array.dtype.names or ("",):
            digest.update(np.ascontiguousarray(array[name] if name else array).tobytes())
    digest.update(json.dumps({name: value.hex() for name, value in outcome.results().items()}).encode())
    return digest.hexdigest()


def fingerprints() -> dict[str, str]:
    """Return the fingerprint of every golden case for seed 7."""
    return {name: fingerprint(run(case(name), 7)) for name in CASES}


@pytest.fixture(scope="module")
def alone() -> dict[str, str]:
    """Return every case's fingerprint, run alone in this process."""
    return fingerprints()


def test_golden_results_belong_to_the_model_version(alone: dict[str, str]) -> None:
    golden = json.loads(GOLDEN.read_text())
    assert golden["model_version"] == MODEL_VERSION, "write new golden results: python -m tests.test_reproducible"
    assert golden["fingerprints"] == alone, "results changed: raise MODEL_VERSION and say so in CHANGELOG.md"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("order", [1, -1])
def test_a_world_among_others_is_the_same_as_alone(alone: dict[str, str], workers: int, order: int) -> None:
    names = [*CASES, *CASES][::order]
    together = simulate(((case(name), 7) for name in names), workers=workers, keep=fingerprint)
    assert list(together) == [alone[name] for name in names]


@pytest.mark.parametrize("environment", [{"NUMBA_DISABLE_JIT": "1"}, *HASHED])
def test_interpreted_and_rehashed_runs_give_the_same_bits(alone: dict[str, str], environment: dict[str, str]) -> None:
    code = "import json; from tests.test_reproducible import fingerprints; print(json.dumps(fingerprints()))"
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=GOLDEN.parent.parent,
        env={**os.environ, **environment},
    )
    assert json.loads(done.stdout) == alone


@pytest.mark.parametrize("name", ["partnership", "mixed-market"])
def test_threads_inside_a_market_and_rule_by_rule_give_the_same_bits(name: str) -> None:
    market = load(name, {"customers": 9_000, "firms": 700, "periods": 4, "talk": 0.2, "search": 0.2}).market
    one, world = run(market, 7), create(market, 7)
    totals = np.zeros_like(one.totals)
    for row in totals:
        advance_with((), world, row)
    threaded = [run(market, 7, threads=threads) for threads in (2, 3)]
    for other, counted in [(world, totals), *((same.world, same.totals) for same in threaded)]:
        assert counted.tobytes() == one.totals.tobytes()
        assert all(a.tobytes() == b.tobytes() for a, b in zip(other, one.world, strict=True))


def test_measuring_changes_nothing(alone: dict[str, str]) -> None:
    for name in CASES:
        market = case(name)
        outcome, world = run(market, 7), create(market, 7)
        for _ in range(market.periods):
            step(world)
        assert all(a.tobytes() == b.tobytes() for a, b in zip(world, outcome.world, strict=True)), name


def test_seeds_give_different_worlds() -> None:
    prints = list(simulate(((case("platform"), seed) for seed in range(20)), keep=fingerprint))
    assert len(set(prints)) == 20


def test_regimes_share_customers_needs_and_luck(market: Callable[..., Market]) -> None:
    worlds = [run(market(regime, SMALL), 5).world for regime in ("transactional", "partnership", "platform")]
    for world in worlds[1:]:
        assert np.array_equal(world.needs, worlds[0].needs)
        assert np.array_equal(world.encounters["wants"], worlds[0].encounters["wants"])
        assert np.array_equal(world.friends, worlds[0].friends)
        for field in ("values", "consents", "influencer"):
            assert np.array_equal(world.actors[field][:40], worlds[0].actors[field][:40]), field


if __name__ == "__main__":
    golden = {"model_version": MODEL_VERSION, "fingerprints": fingerprints()}
    GOLDEN.write_text(json.dumps(golden, indent=2) + "\n")
