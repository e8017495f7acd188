"""`simulate`: the same results as everywhere else, from plain numbers, for other people's tools."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import scenarios.simulation
from scenarios import simulate
from scenarios.scenario import ScenarioError, load
from sim.ensemble import run
from sim.final import units

SMALL = {"customers": 30, "periods": 12}


def test_it_is_a_run_of_the_scenario_with_these_quantities(regime):
    overrides = SMALL | {"complexity": 0.8, "turnover": 0.05}
    expected = run(load(regime, overrides).market, 7).results()
    assert simulate(regime, seed=7, **overrides) == pytest.approx(expected, rel=0, abs=0, nan_ok=True)
    assert list(expected) == list(units())
    assert all(type(value) is float for value in simulate(regime, seed=7, **overrides).values())


def test_names_with_dots_and_scenarios_that_are_loaded():
    effort = {"strategies.partnership.effort": 0.9}
    market = load("partnership", SMALL | effort | {"firms": 5}).market
    given = simulate(load("partnership", SMALL), 3, values=effort, firms=np.float64(5))
    assert given["value_total"] == run(market, 3).results()["value_total"]
    assert given["value_total"] != simulate("partnership", 3, firms=5, **SMALL)["value_total"]


def test_a_network_goes_with_its_scenario():
    scenario = load("bitcoin-otc:platform", {"periods": 3})
    there = run(scenario.market, 1, scenario.network).results()
    assert simulate("bitcoin-otc:platform", np.int64(1), np.int32(3))["value_total"] == there["value_total"]


def test_a_scenario_of_the_library_is_loaded_once_a_file_each_time(tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr(scenarios.simulation, "load", lambda *given: loaded.append(given) or load(*given))
    scenarios.simulation._loaded.cache_clear()
    for seed in (1, 2):
        simulate("transactional", seed, **SMALL)
    assert loaded == [("transactional", {"periods": 12})]
    file = tmp_path / "own.toml"
    results = []
    for value in (10.0, 20.0):  # a file that changes is read again
        file.write_text(f'title = "Own"\ndescription = "Mine"\n[exchange]\nvalue = {value}\n', "utf-8")
        results.append(simulate(file, 1, **SMALL)["value_total"])
    assert results[0] < results[1]


def test_threads_do_not_matter():
    seeds = range(8)
    alone = [simulate("platform", seed, **SMALL)["value_total"] for seed in seeds]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: simulate("platform", seed, **SMALL)["value_total"], seeds))
    assert together == alone and len(set(alone)) == 8


@pytest.mark.parametrize(("given", "sentence"), [
    ({"scenario": "platfrm"}, "platfrm: there is no such scenario; did you mean platform"),
    ({"complexty": 0.1}, "complexty.*did you mean complexity"),
    ({"complexity": 1.5}, "platform: exchange.complexity = 1.5 is out of range: 0 to 1"),
    ({"complexity": "high"}, 'exchange.complexity = "high" is not a number'),
    ({"complexity": 0.5, "values": {"complexity": 0.6}}, "complexity is given twice"),
    ({"complexity": 0.5, "values": {"exchange.complexity": 0.6}}, "are the same quantity"),
    ({"values": {"strategies.none.effort": 0.6}}, "there is no strategies.none"),
    ({"seed": -1}, "seed: -1 is not a whole number from 0 to"),
    ({"seed": 2**64}, "seed: 18446744073709551616 is not a whole number|seed: a number of 65 bits is not"),
    ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
    ({"seed": np.array([1, 2])}, r"seed: .* is not a whole number"),
    ({"seed": None}, "seed: None is not a whole number"),
    ({"seed": True}, "seed: true is not a whole number"),
    ({"periods": 0}, "periods = 0 is out of range: 1 to 100000"),
    ({"periods": 1.5}, "periods = 1.5 is not a whole number"),
    ({"periods": 12.0}, "periods = 12.0 is not a whole number"),
    ({"periods": True}, "periods = true is not a whole number"),
    ({"scenario": load("platform"), "periods": 12}, "platform: periods = 12 goes with a name only"),
])  # fmt: skip
def test_a_mistake_gets_a_sentence(given, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        simulate(**{"scenario": "platform"} | given)
