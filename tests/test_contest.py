"""The contest: the thousand are what the engine gives today, everybody is fair game, mistakes get a sentence."""

import re

import numpy as np
import pytest

import scenarios.contest.field as kept
from scenarios.cli import main
from scenarios.contest.field import (
    MANY,
    StaleField,
    library_strategies,
    load_field,
    play_field,
    save_fields,
    the_thousand,
)
from scenarios.contest.game import (
    GROUPS,
    KNOBS,
    MARKETS,
    MEASURES,
    SEEDS,
    YOU,
    market_of,
    results_of,
    results_of_firm,
    row_of_yours,
    with_knobs,
)
from scenarios.contest.hints import HINTS, STEP, correlations, hints, try_hints, whole
from scenarios.contest.landing import landing
from scenarios.scenario import load
from sim import Firm
from sim.create import create
from sim.ensemble import run
from sim.sections import Strategy

DOZEN = np.random.default_rng(2026).choice(MANY, 12, replace=False).tolist()


@pytest.fixture(scope="module", params=MARKETS)
def field(request):
    return load_field(request.param)


# The thousand


def test_a_random_dozen_of_the_thousand_is_reproduced_to_the_bit(field):
    again = results_of(field.name, [the_thousand()[k] for k in DOZEN])
    assert again.dtype == field.results.dtype
    assert again.tobytes() == field.results[DOZEN].tobytes()


def test_the_named_strategies_are_reproduced_to_the_bit(field):
    names = list(library_strategies())
    assert len(field.named) == len(names)
    some = [names.index("partnership"), names.index("shopkeeper")]
    again = results_of(field.name, [library_strategies()[names[k]] for k in some])
    assert again.tobytes() == field.named[some].tobytes()


def test_the_thousand_cover_what_a_player_may_set():
    for name, knob in KNOBS.items():
        values = np.array([one[name] for one in the_thousand()])
        assert values.min() >= knob.low and values.max() <= knob.high
        slices = np.histogram(values, 20, (knob.low, knob.high))[0]
        assert slices.min() >= 30, name  # a Latin hypercube: 50 in each, but for what rounding moves


def test_what_the_library_sets_a_player_may_set():
    knobs = {name for strategy in library_strategies().values() for name in strategy}
    assert knobs == set(KNOBS) == {name for names in GROUPS.values() for name in names}
    for strategy in library_strategies().values():
        assert all(KNOBS[name].low <= value <= KNOBS[name].high for name, value in strategy.items())


def test_no_market_is_won_by_doing_nothing_and_each_asks_for_something_else():
    tops = {name: [the_thousand()[k] for k in np.argsort(-profits(load_field(name)))[:10]] for name in MARKETS}
    invest = {name: np.mean([one["invest"] for one in top]) for name, top in tops.items()}
    assert invest["simple"] < 0.3 < 0.5 < invest["lasting"]
    for name in MARKETS:
        nothing = results_of(name, [dict.fromkeys(KNOBS, 0.0)])[0]
        assert landing(nothing, load_field(name)).places["profit"].better_than < 100


def profits(field) -> np.ndarray:
    return field.results[:, :, 0].astype(float).mean(axis=1)


def test_the_profits_of_the_thousand_are_spread(field):
    low, middle, high = np.quantile(profits(field), (0.05, 0.5, 0.95))
    assert high > 1.5 * middle > 0 and low < middle / 2


# The game


def test_exactly_one_firm_is_the_players_and_all_meet_the_same_people():
    for name in MARKETS:
        market, row = market_of(name), row_of_yours(market_of(name))
        worlds = [create(with_knobs(market, knobs), 3) for knobs in ({}, {"effort": 1.0, "advertising": 0.0})]
        mine = list(market.strategies).index(YOU)
        firms = worlds[0].actors[market.customers.customers : market.customers.customers + market.providers.firms]
        assert (firms["strategy"] == mine).sum() == 1 and worlds[0].actors["strategy"][row] == mine
        assert np.array_equal(worlds[0].needs, worlds[1].needs)
        assert np.array_equal(worlds[0].actors["capability"], worlds[1].actors["capability"])


def test_what_is_measured_is_what_a_run_of_the_scenario_says():
    knobs = {"effort": 0.9, "share": 0.3}
    profit, gain, total = results_of("lasting", [knobs])[0, 0].tolist()
    settings = {f"strategies.{YOU}.{name}": value for name, value in knobs.items()}
    done = run(load("contest:lasting", settings).market, SEEDS[0])
    mine = done.by_strategy()[YOU]
    assert profit == pytest.approx(mine["profit"], rel=1e-6)
    assert total == pytest.approx(done.results()["value_total"], rel=1e-6)
    yours = done.totals[done.settled][:, list(done.market.strategies).index(YOU)]
    assert gain == pytest.approx(yours["gain_customers"].mean(), rel=1e-6)


def test_a_firm_in_python_that_decides_nothing_changes_no_bit(monkeypatch):
    monkeypatch.setattr("scenarios.contest.game.SEEDS", SEEDS[:2])

    class Same(Firm):
        pass

    plain, coded = results_of("simple", [{"effort": 0.7}]), results_of_firm("simple", {"effort": 0.7}, Same)
    assert plain.tobytes() == coded.tobytes()


def test_a_firm_in_python_plays_its_own_prices(monkeypatch):
    monkeypatch.setattr("scenarios.contest.game.SEEDS", SEEDS[:2])

    class Gift(Firm):
        def price(self, tie):
            return 0.0

    mine = results_of_firm("simple", {}, Gift)[0]
    assert (mine[:, 0] < 0).all() and (mine[:, 1] > results_of("simple", [{}])[0][:, 1]).all()


def test_what_a_tick_raises_stops_the_playing():
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        results_of("simple", [{}], stop)


# Where it landed


def test_a_strategy_of_the_thousand_lands_at_its_own_place(field):
    order = np.argsort(-profits(field), kind="stable").tolist()
    for place in (0, 99, 999):
        place_found = landing(field.results[order[place]], field).places["profit"]
        assert place_found.rank == place + 1 and place_found.better_than == MANY - 1 - place
        assert place_found.least <= place_found.better_than <= place_found.most


def test_who_beats_it_in_both_is_counted(field):
    means = field.results.astype(float).mean(axis=1)
    k = int(np.argsort(means[:, 0])[500])
    both = sum(one[0] > means[k, 0] and one[1] > means[k, 1] for one in means)
    assert landing(field.results[k], field).both == both


def test_luck_that_helps_everybody_moves_no_place(field):
    lucky = field.results + np.linspace(-50, 50, len(SEEDS), dtype=np.float32)[None, :, None]
    plain = landing(field.results[7], field).places["profit"]
    moved = landing(lucky[7], kept.Field(field.name, lucky, field.named)).places["profit"]
    assert abs(moved.least - plain.least) <= 3 and abs(moved.most - plain.most) <= 3
    assert moved.value.high - moved.value.low > plain.value.high - plain.value.low


@pytest.mark.parametrize(
    ("profit", "gain", "trade"),
    [(1e3, 1e4, "both"), (1e3, -1e4, "firm"), (-1e3, 1e4, "customers"), (-1e3, -1e4, "neither")],
)
def test_the_trade_off_has_a_name(profit, gain, trade):
    result = np.tile(np.array([profit, gain, 0.0], np.float32), (len(SEEDS), 1))
    assert landing(result, load_field("simple")).trade == trade


# Hints


def test_the_knob_that_matters_most_is_found():
    found = correlations(load_field("lasting"), "profit")
    assert next(iter(found)) == "effort" and found["effort"] > 0.5 and set(found) == set(KNOBS)


def test_hints_turn_knobs_within_their_range_and_mostly_help():
    field, gains = load_field("lasting"), []
    for knobs in (whole({}), dict(the_thousand()[3]), whole(library_strategies()["partnership"])):
        found = hints(knobs, field, "profit")
        assert 0 < len(found) <= HINTS and len({hint.knob for hint in found}) == len(found)
        for hint in found:
            low, high, _ = KNOBS[hint.knob]
            assert hint.before == knobs[hint.knob] and low <= hint.after <= high
            assert abs(hint.after - hint.before) <= STEP * (high - low) + 0.051
        tried = try_hints("lasting", knobs, results_of("lasting", [knobs])[0], found, "profit")
        gains.append([one.change.difference for one in tried])
        assert gains[-1] == sorted(gains[-1], reverse=True)
    assert all(best[0] > 0 for best in gains)


# Files of the thousand


def test_fields_are_kept_and_read_again(tmp_path, monkeypatch):
    today, two = load_field("simple").results[:2].tobytes(), the_thousand()[:2]
    monkeypatch.setattr(kept, "the_thousand", lambda: two)
    monkeypatch.setattr(kept, "MANY", 2)
    made = play_field("simple")
    save_fields([made], tmp_path / "small.npz")
    again = load_field("simple", tmp_path / "small.npz")
    assert again.results.tobytes() == made.results.tobytes() == today


def test_another_model_says_how_to_make_them_anew(monkeypatch, capsys):
    kept.stamp.cache_clear()
    monkeypatch.setattr(kept, "MODEL_VERSION", 10_000)
    try:
        with pytest.raises(StaleField, match=r"another model or market .*python docs/make_contest\.py"):
            load_field("simple")
        assert main(["play", "shopkeeper"]) == 1
        assert re.fullmatch(r"valuenet: contest\.npz: .*make them anew with: .*\n", capsys.readouterr().err)
    finally:
        kept.stamp.cache_clear()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_a_damaged_or_missing_file_is_told(tmp_path, content):
    with pytest.raises(StaleField, match="missing; make them anew"):
        load_field("simple", tmp_path / "contest.npz")
    (tmp_path / "contest.npz").write_bytes(content)
    with pytest.raises(StaleField, match="damaged; make them anew"):
        load_field("simple", tmp_path / "contest.npz")


def test_defaults_are_those_of_a_scenario():
    assert whole({}) == {name: Strategy.model_fields[name].default for name in KNOBS}
    assert tuple(regime.partition(":")[2] for regime in load("contest").regimes) == MARKETS
    assert len(MEASURES) == 3
