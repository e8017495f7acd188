"""Scenario files: what they mean."""

import re
import tracemalloc
from pathlib import Path

import pytest

from scenarios.catalogue import library, parse_settings, regimes_of
from scenarios.scenario import Scenario, ScenarioError, dump_scenario, load
from scenarios.size import LARGEST, memory
from sim.config import Exchange, Strategy
from sim.create import create
from sim.ensemble import run

HEAD = 'title = "T"\ndescription = "D"\n'
NAMES = [full for name, _, _ in library() for full in dict.fromkeys((name, *regimes_of(name)))]
DEALS = "buyer,provider,trust\nAnna,Shop,0.9\nBert,Shop,0.5\nBert,Cafe,0.4\n"


def write(folder: Path, text: str) -> str:
    path = folder / "my.toml"
    path.write_text(text, "utf-8", newline="")
    return str(path)


@pytest.mark.parametrize("name", NAMES)
def test_effective_scenario_loads_back_to_the_same_market(name: str, tmp_path: Path) -> None:
    one = load(name)
    two = load(write(tmp_path, dump_scenario(one)))
    assert two.market == one.market
    assert list(two.market.strategies) == list(one.market.strategies)  # rows of the compiled table
    assert (two.title, two.description, two.network_file) == (one.title, one.description, one.network_file)
    assert dump_scenario(two) == dump_scenario(one)


def test_dump_keeps_odd_names_and_texts(tmp_path: Path) -> None:
    text = 'title = "a \\"b\\" \\\\ ä"\ndescription = "D"\n[strategies."x.y \\"z\\""]\nshare = 0.25\n'
    one = load(write(tmp_path, text), {'strategies.x.y "z".markup': 0.5})
    assert one.market.strategies['x.y "z"'] == Strategy(share=0.25, markup=0.5)
    assert load(write(tmp_path, dump_scenario(one))).market == one.market


def test_library_has_titles_and_descriptions() -> None:
    assert {"transactional", "partnership", "platform"} <= {name for name, _, _ in library()}
    assert all(title and description for _, title, description in library())


def test_layers_lie_over_each_other(tmp_path: Path) -> None:
    text = """
periods = 50
[exchange]
complexity = 0.1
value = 10.0
[providers]
firm_strategies = {transactional = 0.5, partnership = 0.5}
[regime.a]
periods = 60
[regime.a.exchange]
complexity = 0.2
[regime.a.providers]
firm_strategies = {partnership = 1.0}
"""
    path = write(tmp_path, HEAD + text)
    base, over, top = load(path), load(f"{path}:a"), load(f"{path}:a", {"complexity": 0.3})
    assert [s.market.exchange.complexity for s in (base, over, top)] == [0.1, 0.2, 0.3]
    assert [s.market.periods for s in (base, over, top)] == [50, 60, 60]
    assert over.market.exchange.value == 10.0
    assert over.market.exchange.noise == Exchange().noise
    assert over.market.providers.firm_strategies == {"partnership": 1.0}
    assert (base.name, over.name, over.title) == ("my", "my:a", "T: a")
    assert base.regimes == over.regimes == (f"{path}:a",)
    assert regimes_of(path) == [f"{path}:a"] and regimes_of(f"{path}:a") == [f"{path}:a"]


def test_strategies_in_play(tmp_path: Path) -> None:
    text = """
[providers]
firms = 4
firm_strategies = {own = 0.5, partnership = 0.5}
peer_strategies = {peer = 1.0}
[strategies.partnership]
share = 0.3
[strategies.own]
effort = 0.9
"""
    market = load(write(tmp_path, HEAD + text)).market
    assert list(market.strategies) == ["partnership", "own"]  # no peers: 'peer' plays no part
    assert market.strategies["own"] == Strategy(effort=0.9)
    assert market.strategies["partnership"].share == 0.3
    assert market.strategies["partnership"].invest == load("partnership").market.strategies["partnership"].invest


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("complexity", 0.3, lambda m: m.exchange.complexity),
        ("exchange.complexity", 0, lambda m: m.exchange.complexity),
        ("customers", 50, lambda m: m.customers.customers),
        ("customers.customers", 50, lambda m: m.customers.customers),
        ("partners", 3, lambda m: m.partners.partners),
        ("periods", 7, lambda m: m.periods),
        ("strategies.transactional.share", 0.4, lambda m: m.strategies["transactional"].share),
        ("social", "none", lambda m: m.networks.social),
    ],
)
def test_settings_reach_their_quantity(name: str, value: object, read) -> None:
    assert read(load("transactional", {name: value}).market) == value


def test_settings_of_shares() -> None:
    both = {"firm_strategies.transactional": 0.25, "firm_strategies.partnership": 0.75}
    whole = {"providers.firm_strategies": {"transactional": 0.25, "partnership": 0.75}}
    assert load("transactional", both).market == load("transactional", whole).market
    assert list(load("transactional", both).market.strategies) == ["transactional", "partnership"]


def test_values_of_settings() -> None:
    assert parse_settings(["a=0.3", "b=true", 'c="x"', "d={x = 1}"]) == {"a": 0.3, "b": True, "c": "x", "d": {"x": 1}}
    texts = {"e": "word", "f": "1.2.3", "g": "a=b", "h": "1\ni=2"}
    assert parse_settings(f"{key} = {text}" for key, text in texts.items()) == texts
    for wrong in ("x", "=3", "x=", ""):
        with pytest.raises(ScenarioError, match="NAME=VALUE"):
            parse_settings([wrong])


def deals(folder: Path, text: str = DEALS) -> Path:
    path = folder / "deals.csv"
    path.write_text(text, "utf-8")
    return path


def sizes(scenario: Scenario) -> tuple[int, int, int]:
    market = scenario.market
    return market.customers.customers, market.providers.firms, market.peers


def test_the_network_says_who_takes_part(tmp_path: Path) -> None:
    given_ = load("transactional", network=deals(tmp_path))
    assert sizes(given_) == (2, 2, 0)
    assert (given_.market.networks.social, given_.market.networks.market) == ("imported", "imported")
    own = load(write(tmp_path, HEAD + 'network = "deals.csv"\n[networks]\nsocial = "none"\n'))
    assert sizes(own) == (2, 2, 0)
    assert (own.market.networks.social, own.market.networks.market) == ("none", "imported")
    create(own.market, 1, own.network)
    again = load(write(tmp_path / "..", dump_scenario(own)))  # from another folder
    assert again.market == own.market and again.network is not None and again.network.names == own.network.names


def test_numbers_that_differ_from_the_network_are_refused(tmp_path: Path) -> None:
    deals(tmp_path)
    with pytest.raises(ScenarioError, match=r"my.toml: providers.firms = 3 is not the network's 2; leave it out"):
        load(write(tmp_path, HEAD + 'network = "deals.csv"\n[providers]\nfirms = 3\n'))
    with pytest.raises(ScenarioError, match=r"setting: customers.customers = 9 is not the network's 2"):
        load("transactional", {"customers": 9}, tmp_path / "deals.csv")


def test_strategies_of_the_network_take_part(tmp_path: Path) -> None:
    network = deals(tmp_path)
    people = tmp_path / "deals.participants.csv"
    table = "name,kind,strategy\nAnna,customer,\nBert,customer,\nShop,firm,partnership\nCafe,firm,\n"
    people.write_text(table, "utf-8")
    assert list(load("transactional", network=network).market.strategies) == ["transactional", "partnership"]
    people.write_text(table.replace("partnership", "partnershp"), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("transactional", network=network)
    assert str(caught.value) == 'deals.csv: strategy: there is no strategy "partnershp"; did you mean partnership?'


def test_a_broken_network_gets_its_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"deals.csv, line 3"):
        load("transactional", network=deals(tmp_path, "buyer,provider,trust\nA,B,1\nC,D,7\n"))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"slots": 1, "dimensions": 8},
        {"social_degree": 100},
        {"market": "random", "market_degree": 100, "firms": 200},
        {"firms": 30_000},
        {"periods": 10_000, "customers": 50},
    ],
    ids=str,
)
def test_memory_is_estimated(more: dict[str, object]) -> None:
    market = load("transactional", {"customers": 4000, "periods": 1} | more).market
    run(load("transactional", {"periods": 1}).market, 1)  # what is compiled or imported is not counted
    tracemalloc.start()
    run(market, 1).series()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.6 * memory(market) < peak < 1.2 * memory(market)


def test_memory_is_limited() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("transactional", {"customers": 2_000_000, "slots": 32})
    assert "8.9 GB" in str(caught.value) and "customers.customers = 890000 would fit" in str(caught.value)
    largest = load("transactional", {"customers": 890_000, "slots": 32}).market
    assert 0.95 * LARGEST < memory(largest) <= LARGEST


@pytest.mark.parametrize(
    "largest", [{"slots": 32}, {"social_degree": 1000}, {"market": "random", "market_degree": 1000}, {"dimensions": 8}]
)
def test_what_is_too_large_gets_a_size_that_fits(largest: dict[str, object]) -> None:
    many = {f"strategies.s{n}.share": 0.0 for n in range(63)} | {"periods": 100_000, "firms": 100_000}
    with pytest.raises(ScenarioError) as caught:
        load("transactional", many | largest | {"customers": 2_000_000})
    fitting = re.findall(r"customers.customers = (\d+) would fit", str(caught.value))
    assert load("transactional", many | largest | {"customers": int(fitting[0])}).market.customers.customers >= 5_000


def test_a_mistake_in_a_regime_shows_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "[regime.a.providrs]\nfirms = 3\n")
    with pytest.raises(ScenarioError, match=r"regime\.a\.providrs is not a known key; did you mean providers"):
        load(path)
