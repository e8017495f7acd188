"""Comparisons: the laws of pairing, what is refused, and the shape for scripts."""

import json

import numpy as np
import pytest

from scenarios.comparison import compare
from scenarios.outcome import fingerprint
from scenarios.scenario import ScenarioError, load
from sim.ensemble import run
from sim.final import units

SMALL = {"customers": 40, "periods": 30, "firms": 8}


def small(name, **settings):
    return load(name, SMALL | settings)


@pytest.fixture(scope="module")
def found():
    return compare([small("transactional"), small("partnership")], replications=4, seed=3)


def test_where_nobody_trades_nobody_wins():
    found = compare([small("transactional", cost=900.0), small("partnership", cost=900.0)], replications=2)
    assert found.answer().startswith("Hardly anybody trades")


def test_the_same_market_under_two_names_is_noted():
    found = compare([small("transactional"), small("transactional", loss=0.7)], replications=2)
    assert "is the same market as" in found.notes()[0]
    assert "is the same market as" not in " ".join(compare([small("transactional"), small("partnership")], 2).notes())


def test_results_are_those_of_single_runs(found):
    for outcome in found.outcomes:
        single = run(outcome.scenario.market, 5).results()
        for name, values in outcome.results.items():
            assert values[2] == pytest.approx(single[name], nan_ok=True, abs=0), name


def test_all_measures_are_compared(found):
    assert set(found.differences(1)) == set(units())
    assert found.differences(1)["value_total"].difference == pytest.approx(
        np.mean(found.outcomes[1].results["value_total"] - found.outcomes[0].results["value_total"])
    )


def test_identical_scenarios_do_not_differ():
    same = compare([small("partnership"), small("partnership")], replications=3)
    for change in same.differences(1).values():
        assert change.pairs == 0 or (change.difference, change.low, change.high, change.sign) == (0, 0, 0, 0)
    assert set(same.verdicts()[0].words.values()) == {"no clear change"}
    assert not same.best().sure
    assert "too little" in same.answer()
    assert same.labels == ("Win-win partnerships (1)", "Win-win partnerships (2)")


def test_order_flips_the_sign_and_keeps_the_winner(found):
    back = compare(found.scenarios[::-1], replications=4, seed=3)
    for name, change in found.differences(1).items():
        other = back.differences(1)[name]
        assert change.difference == pytest.approx(-other.difference, nan_ok=True), name
        assert change.sign == -other.sign
    assert found.scenarios[found.best().scenario] == back.scenarios[back.best().scenario]
    assert found.why().contributions == back.why().contributions


def test_workers_do_not_matter(found):
    alone = compare(found.scenarios, replications=4, seed=3, workers=1)
    assert json.dumps(alone.to_dict()) == json.dumps(found.to_dict())


def test_pairing_gains_on_the_flagship_comparison():
    pair = compare([small("transactional", customers=80), small("partnership", customers=80)], replications=12)
    assert pair.differences(1)["value_total"].variance_ratio < 1


def test_json_has_no_nan_and_all_parts(found):
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [s["name"] for s in record["scenarios"]] == ["transactional", "partnership"]
    assert record["scenarios"][0]["measures"]["left_platform"]["mean"] is None
    change = record["differences"][0]["measures"]["trust"]
    paired = ["difference", "low", "high", "effect_size", "pairs", "left_out", "variance_ratio"]
    assert list(change) == [*paired, "p_value", "p_holm", "a12", "a12_low", "a12_high"]
    assert len(record["scenarios"][1]["series"]["trust"]["mean"]) == 30
    for measure in ("value_total", "value_customers", "value_providers"):
        means = {s["name"]: s["measures"][measure]["mean"] for s in record["scenarios"]}
        assert record["best"][measure]["scenario"] == max(means, key=means.get)
        assert record["best"][measure]["value"]["mean"] == max(means.values())
    assert sum(record["contributions"][name]["mean"] for name in ("encounters", "first", "relation", "cost")) == (
        pytest.approx(abs(record["differences"][0]["measures"]["value_total"]["difference"]))
    )


def test_nearby_markets_are_other_markets(found):
    assert [(n.quantity, round(n.value, 4)) for n in found.nearby] == [
        ("complexity", 0.3),
        ("complexity", 0.7),
        ("turnover", 0.0067),
        ("turnover", 0.06),
    ]
    assert len({n.best.value.mean for n in found.nearby}) == 4


def test_nearby_stays_within_what_is_allowed():
    edge = compare([small("transactional", complexity=0.0), small("partnership", complexity=0.0)], replications=2)
    assert next((n.quantity, n.value) for n in edge.nearby) == ("complexity", 0.2)


def test_several_strategies_are_told_apart():
    halves = {
        "providers.firm_strategies": {"transactional": 0.25, "partnership": 0.75},
        "imitate": 0.0,
        "mutation": 0.0,
    }
    mixed = compare([small("transactional"), small("mixed-market", peer_share=0.2, **halves)], replications=2)
    outcome = mixed.outcomes[1]
    assert mixed.outcomes[0].strategies == {}
    assert list(outcome.strategies) == list(outcome.scenario.market.strategies)
    for share in ("share_providers", "share_encounters"):
        assert sum(measured[share] for measured in outcome.strategies.values()) == pytest.approx(1)
    heads = {name: measured["share_providers"].tolist() for name, measured in outcome.strategies.items()}
    assert heads == {"transactional": [2 / 16] * 2, "partnership": [6 / 16] * 2, "peer": [8 / 16] * 2}


def test_different_numbers_of_providers_are_noted(found):
    assert found.notes() == []
    notes = compare([small("transactional"), small("partnership", firms=4)], replications=2).notes()
    assert "8 firms" in notes[0]
    assert "4 firms" in notes[0]


def test_progress_counts_every_run():
    seen = []
    compare([small("transactional"), small("partnership")], replications=2, progress=lambda *done: seen.append(done))
    assert seen == [(n, 20) for n in range(1, 21)]


@pytest.mark.parametrize(("settings", "arguments", "sentence"), [
    ({"customers": 41}, {}, "customers.customers = 41, but transactional has 40"),
    ({"periods": 31}, {}, "periods = 31, but transactional has 30"),
    ({}, {"replications": 1}, "replications: 1 is too few"),
    ({}, {"seed": -1}, "seed: -1 is outside"),
    ({}, {"seed": 2**64 - 1}, "seed: .* is outside"),
    ({}, {"workers": 0}, "workers: 0 is too few"),
])  # fmt: skip
def test_what_cannot_be_paired_is_refused(settings, arguments, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        compare([small("transactional"), small("partnership", **settings)], **{"replications": 2} | arguments)


def test_one_scenario_is_no_comparison():
    with pytest.raises(ScenarioError, match="at least two scenarios, not 1"):
        compare([small("transactional")])


def test_fingerprints_tell_scenarios_apart():
    assert fingerprint(small("platform")) == fingerprint(small("platform"))
    assert fingerprint(small("platform")) != fingerprint(small("platform", fee=0.16))
