"""Scenario files: what they mean, and that every mistake gets one sentence."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.catalogue import library, parse_settings, regimes_of
from scenarios.scenario import Scenario, ScenarioError, dump_scenario, load
from scenarios.size import LARGEST, memory
from sim.config import Exchange, Strategy, quantities
from sim.create import create

HEAD = 'title = "T"\ndescription = "D"\n'
NAMES = [full for name, _, _ in library() for full in {name, *regimes_of(name)}]
DEALS = "buyer,provider,trust\nAnna,Shop,0.9\nBert,Shop,\nBert,Cafe,0.4\n"


def write(folder: Path, text: str) -> str:
    path = folder / "my.toml"
    path.write_text(text, "utf-8", newline="")
    return str(path)


def mistake(folder: Path, text: str, regime: str = "") -> str:
    """Return the sentence a file gets, without the folder it is in."""
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, text) + regime)
    return str(caught.value).replace(f"{folder}/", "")


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
    text = HEAD + """
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
    path = write(tmp_path, text)
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
    text = HEAD + """
[providers]
firms = 4
firm_strategies = {own = 0.5, partnership = 0.5}
peer_strategies = {peer = 1.0}
[strategies.partnership]
share = 0.3
[strategies.own]
effort = 0.9
"""
    market = load(write(tmp_path, text)).market
    assert list(market.strategies) == ["partnership", "own"]  # no peers: 'peer' plays no part
    assert market.strategies["own"] == Strategy(effort=0.9)
    assert market.strategies["partnership"].share == 0.3
    assert market.strategies["partnership"].invest == load("partnership").market.strategies["partnership"].invest


@pytest.mark.parametrize(("name", "value", "read"), [
    ("complexity", 0.3, lambda m: m.exchange.complexity),
    ("exchange.complexity", 0, lambda m: m.exchange.complexity),
    ("customers", 50, lambda m: m.customers.customers),
    ("customers.customers", 50, lambda m: m.customers.customers),
    ("partners", 3, lambda m: m.partners.partners),
    ("periods", 7, lambda m: m.periods),
    ("strategies.transactional.share", 0.4, lambda m: m.strategies["transactional"].share),
    ("social", "none", lambda m: m.networks.social),
])
def test_settings_reach_their_quantity(name: str, value: object, read) -> None:
    assert read(load("transactional", {name: value}).market) == value


def test_settings_of_shares() -> None:
    both = {"firm_strategies.transactional": 0.25, "firm_strategies.partnership": 0.75}
    whole = {"providers.firm_strategies": {"transactional": 0.25, "partnership": 0.75}}
    assert load("transactional", both).market == load("transactional", whole).market
    assert list(load("transactional", both).market.strategies) == ["transactional", "partnership"]


def test_values_of_settings() -> None:
    given = parse_settings(["a=0.3", "b=true", 'c="x"', "d={x = 1.0}", "e=word", "f = 1.2.3", "g=a=b", "h=1\ni=2"])
    assert given == {"a": 0.3, "b": True, "c": "x", "d": {"x": 1.0}, "e": "word", "f": "1.2.3", "g": "a=b", "h": "1\ni=2"}
    for wrong in ("x", "=3", "x=", ""):
        with pytest.raises(ScenarioError, match="NAME=VALUE"):
            parse_settings([wrong])


MISTAKES = {
    "[exchange]\ncomplexty = 0.3": "my.toml: exchange.complexty is not a known key; did you mean exchange.complexity?",
    "[exchange]\ncomplexity = 1.5": "my.toml: exchange.complexity = 1.5 is out of range: 0 to 1 (share)",
    "[exchange]\ncomplexity = nan": "my.toml: exchange.complexity = nan is not a finite number: 0 to 1 (share)",
    "[exchange]\nvalue = -inf": "my.toml: exchange.value = -inf is not a finite number: 0 to 10000 (EUR)",
    "[exchange]\ncomplexity = true": "my.toml: exchange.complexity = true is not a number: 0 to 1 (share)",
    "[exchange]\ncomplexity = '0.3'": 'my.toml: exchange.complexity = "0.3" is not a number: 0 to 1 (share)',
    "[exchange]\ncomplexity = 1979-05-27": "my.toml: exchange.complexity = 1979-05-27 is not a number: 0 to 1 (share)",
    "[exchange]\ncomplexity = 0x" + "f" * 9999: "my.toml: exchange.complexity = a number of 39996 bits is out of range: 0 to 1 (share)",
    "[providers]\nfirms = 2.0": "my.toml: providers.firms = 2.0 is not a whole number: 0 to 100000 (actors)",
    "[costs]\ncomplexity = 0.3": "my.toml: costs.complexity is not a known key; did you mean exchange.complexity?",
    "complexity = 0.3": "my.toml: complexity is not a known key; did you mean exchange.complexity?",
    "[exchnge]\ncomplexity = 0.3": "my.toml: exchnge is not a known key; did you mean exchange?",
    "exchange = 3": "my.toml: exchange = 3 is not a table",
    "[[exchange]]": "my.toml: exchange = [{}] is not a table",
    "strategies = 3": "my.toml: strategies = 3 is not a table",
    "[strategies.a]\nmarkp = 1": "my.toml: strategies.a.markp is not a known key; did you mean strategies.a.markup?",
    "[strategies.a]\nmarkup = 11": "my.toml: strategies.a.markup = 11 is out of range: -1 to 10 (share of cost)",
    "[strategies]\npartnership = 3": "my.toml: strategies.partnership = 3 is not a table",
    "[strategies.\"\"]": 'my.toml: strategies: "" is not 1 to 64 printable characters',
    "[providers]\nfirm_strategies = {transactional = 0.5}":
        "my.toml: providers.firm_strategies: the shares sum to 0.5, they must sum to 1",
    "[providers]\nfirm_strategies = {transactional = 'x'}":
        'my.toml: providers.firm_strategies.transactional = "x" is not a number: 0 to 1 (share)',
    "[providers]\nfirm_strategies = {partnershp = 1.0}":
        'my.toml: providers.firm_strategies.partnershp: there is no strategy "partnershp"; did you mean partnership?',
    "[providers]\npeers = 0\npeer_strategies = {pear = 1.0}":  # refused though nobody would follow it
        'my.toml: providers.peer_strategies.pear: there is no strategy "pear"; did you mean peer?',
    "[providers]\nfirms = 0": "my.toml: providers.firms and providers.peers are both 0: a market needs somebody who provides",
    "[providers]\npeers = 201": "my.toml: providers.peers: 201 is more than customers.customers = 200",
    "[networks]\nsocial = 'smal'":
        'my.toml: networks.social = "smal" is not allowed: one of none, random, small-world, scale-free, imported',
    "[networks]\nmarket = 'imported'": 'my.toml: networks.market = "imported" needs a network: write network = "FILE" '
                                       "above the first table, or give --network FILE",
    "network = 3": "my.toml: network = 3 is not the name of a network",
    "network = 'bitcon-otc'":
        'my.toml: network = "bitcon-otc" is neither a file nor a shipped network; did you mean bitcoin-otc?',
    "regime = 3": "my.toml: regime must hold tables such as [regime.platform.providers]",
    "periods = 0": "my.toml: periods = 0 is out of range: 1 to 100000 (periods)",
    "periods = 1\nperiods = 2": "my.toml is not valid TOML: The same key is given twice (at line 4, column 12)",
    "periods =": "my.toml is not valid TOML: Invalid value (at line 3, column 10)",
    "periods = " + "1" * 5000: "my.toml: a number has too many digits",
    "a = " + "[" * 25 + "]" * 25: "my.toml: tables are nested more than 20 deep",
    "a = " + "[" * 400_000 + "]" * 400_000: "my.toml: tables are nested more than 20 deep",
    "a." * 400_000 + "a = 1": "my.toml: tables are nested more than 20 deep",
    "# " + "x" * 1_000_000: "my.toml: the file is larger than 1 MB, the most a scenario may have",
}


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:40])
def test_each_mistake_gets_its_sentence(text: str, tmp_path: Path) -> None:
    assert mistake(tmp_path, HEAD + text + "\n") == MISTAKES[text]


def test_several_mistakes_are_counted(tmp_path: Path) -> None:
    said = mistake(tmp_path, HEAD + "[exchange]\nvalue = -1\nnoise = 3\nloss = 2\n")
    assert said == "my.toml: exchange.value = -1 is out of range: 0 to 10000 (EUR) (and 2 more)"


def test_texts_are_required_and_printable(tmp_path: Path) -> None:
    missing = 'my.toml: description is missing; write description = "..." above the first table'
    assert mistake(tmp_path, 'title = "T"\n') == missing
    assert mistake(tmp_path, 'title = ""\ndescription = "D"\n').startswith('my.toml: title = "" is not a text')
    assert "cannot be printed" in mistake(tmp_path, 'title = "\\u001b[31m"\ndescription = "D"\n')


def test_mistakes_in_a_regime_name_the_regime(tmp_path: Path) -> None:
    text = HEAD + "[exchange]\nvalue = 3\n[regime.a.exchange]\nvalue = -3\n[regime.b.exchange]\nvalu = 3\n"
    assert mistake(tmp_path, text, ":a") == "my.toml: regime.a.exchange.value = -3 is out of range: 0 to 10000 (EUR)"
    assert mistake(tmp_path, text, ":b").startswith("my.toml: regime.b.exchange.valu is not a known key")
    assert mistake(tmp_path, text, ":c") == 'my.toml: there is no regime "c"; there are a, b'


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_bytes(HEAD.encode() + b"# \xff\n")
    with pytest.raises(ScenarioError, match=r"my.toml: line 3 is not UTF-8 text; save the file as UTF-8"):
        load(tmp_path / "my.toml")
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())  # as Windows saves it
    assert load(tmp_path / "my.toml").title == "T"


@pytest.mark.parametrize(("name", "said"), [
    ("transactionl", "transactionl: there is no such scenario; did you mean transactional?"),
    ("no/partnershp.toml", "no/partnershp.toml: there is no such file; did you mean partnership?"),
    ("platform:x", 'platform.toml: there is no regime "x"; this scenario has no regimes'),
])
def test_scenarios_that_are_not_there(name: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value) == said


@pytest.mark.parametrize("name", ["", ":", "..", "/", "a\0b.toml", "x" * 5000 + ".toml", "/dev/zero", "\x1b[31m.toml"])
def test_odd_names_get_a_sentence(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300


BOUNDARY = [0, -0.0, -1, 1, 1e-308, 1e308, -1e308, 2**31, 2**63, 2**2000, float("nan"), float("inf"), True, "", [], {}, None]


@pytest.mark.parametrize("value", BOUNDARY, ids=lambda v: str(v)[:12])
def test_boundary_values_load_or_get_a_sentence(value: object) -> None:
    knobs = [f"strategies.transactional.{name}" for name in Strategy.model_fields]
    for name in [*(f"{section}.{name}" for section, name, _ in quantities()), *knobs, "periods", "strategies", "exchange"]:
        try:
            load("transactional", {name: value})
        except ScenarioError as error:
            assert str(error).isprintable() and len(str(error)) < 400


TEXT = dump_scenario(load("platform"))


@given(st.randoms(use_true_random=False))
def test_damaged_files_load_or_get_a_sentence(tmp_path_factory: pytest.TempPathFactory, chance: random.Random) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.toml"
    path.write_bytes(damaged(TEXT.encode(), chance))
    try:
        load(path)
    except ScenarioError as error:
        assert str(error).isprintable() and len(str(error)) < 700


def damaged(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        a, b = sorted(chance.choices(range(len(raw)), k=2))
        piece = chance.choice([b"", b"\0", b"\xff", b"nan", b"-1", b"[", b"]]", b"{", b'"', b"'''", b"=", b".", b"1e999", raw[a:b]])
        raw = raw[:a] + piece + raw[chance.choice([a, a + 1, b]):]
    return raw


def deals(folder: Path, text: str = DEALS) -> Path:
    path = folder / "deals.csv"
    path.write_text(text, "utf-8")
    return path


def sizes(scenario: Scenario) -> tuple[int, int, int]:
    market = scenario.market
    return market.customers.customers, market.providers.firms, market.providers.peers


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
    said = mistake(tmp_path, HEAD + 'network = "deals.csv"\n[providers]\nfirms = 3\n')
    assert said == "my.toml: providers.firms = 3 is not the network's 2; leave it out"
    with pytest.raises(ScenarioError, match=r"setting: customers.customers = 9 is not the network's 2"):
        load("transactional", {"customers": 9}, tmp_path / "deals.csv")


def test_strategies_of_the_network_take_part(tmp_path: Path) -> None:
    network = deals(tmp_path)
    people = tmp_path / "deals.participants.csv"
    people.write_text("name,kind,strategy\nAnna,customer,\nBert,customer,\nShop,firm,partnership\nCafe,firm,\n", "utf-8")
    assert list(load("transactional", network=network).market.strategies) == ["transactional", "partnership"]
    people.write_text("name,kind,strategy\nAnna,customer,\nBert,customer,\nShop,firm,partnershp\nCafe,firm,\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("transactional", network=network)
    assert str(caught.value) == 'deals.csv: strategy: there is no strategy "partnershp"; did you mean partnership?'


def test_a_broken_network_gets_its_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"deals.csv, line 3"):
        load("transactional", network=deals(tmp_path, "buyer,provider,trust\nA,B,1\nC,D,7\n"))


def test_memory_is_estimated_and_limited() -> None:
    for name in ("transactional", "platform"):
        market = load(name, {"customers": 2000, "periods": 1}).market
        real = sum(array.nbytes for array in create(market, 1) if isinstance(array, np.ndarray))
        assert real < memory(market) < 3 * real
    with pytest.raises(ScenarioError) as caught:
        load("transactional", {"customers": 2_000_000, "slots": 32})
    assert "8.6 GB" in str(caught.value) and "customers.customers = 920000 would fit" in str(caught.value)
    largest = load("transactional", {"customers": 920_000, "slots": 32}).market
    assert 0.95 * LARGEST < memory(largest) <= LARGEST


def test_too_long_a_run_is_refused_with_one_that_fits() -> None:
    many = {f"strategies.s{n}.share": 0.0 for n in range(63)} | {"periods": 100_000, "customers": 2_000_000}
    with pytest.raises(ScenarioError, match=r"would fit"):
        load("transactional", many)
