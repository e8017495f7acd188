"""Scenario files: every mistake gets one sentence that says what is allowed."""

import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.scenario import ScenarioError, dump_scenario, load
from sim.config import quantities
from sim.sections import Strategy
from sim.shocks import MEANT_FOR, SHOCKS

HEAD = 'title = "T"\ndescription = "D"\n'


def mistake(folder: Path, text: str, regime: str = "") -> str:
    """Return the sentence a file gets, without the folder it is in."""
    path = folder / "my.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(f"{path}{regime}")
    return str(caught.value).replace(f"{folder}/", "")


MISTAKES = """\
exchange.complexty = 0.3
  exchange.complexty is not a known key; did you mean exchange.complexity?
exchange.complexity = 1.5
  exchange.complexity = 1.5 is out of range: 0 to 1 (share)
exchange.complexity = nan
  exchange.complexity = nan is not a finite number: 0 to 1 (share)
exchange.value = -inf
  exchange.value = -inf is not a finite number: 0 to 10000 (EUR)
exchange.complexity = true
  exchange.complexity = true is not a number: 0 to 1 (share)
exchange.complexity = '0.3'
  exchange.complexity = "0.3" is not a number: 0 to 1 (share)
exchange.complexity = 1979-05-27
  exchange.complexity = 1979-05-27 is not a number: 0 to 1 (share)
providers.firms = 2.0
  providers.firms = 2.0 is not a whole number: 0 to 100000 (actors)
costs.complexity = 0.3
  costs.complexity is not a known key; did you mean exchange.complexity?
complexity = 0.3
  complexity is not a known key; did you mean exchange.complexity?
exchnge.complexity = 0.3
  exchnge is not a known key; did you mean exchange?
competition.zzz = 1
  competition.zzz is not a known key; [competition] has imitate, selection, mutation, credit
exchange = 3
  exchange = 3 is not a table
exchange = [{}]
  exchange = [{}] is not a table
strategies = 3
  strategies = 3 is not a table
strategies.a.markp = 1
  strategies.a.markp is not a known key; did you mean strategies.a.markup?
strategies.a.markup = 11
  strategies.a.markup = 11 is out of range: -1 to 10 (share of cost)
strategies.partnership = 3
  strategies.partnership = 3 is not a table
strategies."" = {}
  strategies: "" is not 1 to 64 printable characters
providers.firm_strategies = {transactional = 0.5}
  providers.firm_strategies: the shares sum to 0.5, they must sum to 1
providers.firm_strategies = {transactional = 'x'}
  providers.firm_strategies.transactional = "x" is not a number: 0 to 1 (share)
providers.firm_strategies = {partnershp = 1.0}
  providers.firm_strategies.partnershp: there is no strategy "partnershp"; did you mean partnership?
providers.peer_strategies = {pear = 1.0} # nobody would follow it
  providers.peer_strategies.pear: there is no strategy "pear"; did you mean peer?
providers.firms = 0
  providers.firms and providers.peer_share are both 0: a market needs somebody who provides
partners = {partners = 7, firms_per_partner = 24}
  partners.revenue_share: 7 partners of one firm would get 1.05 of its price, at most 0.9 is possible
partners = {partners = 1, firms_per_partner = 25}
  partners.firms_per_partner: 25 is more than providers.firms = 24
couriers.couriers = 5
  couriers.couriers: there is no platform to work for; platform.platform_slots is 0
couriers.courier_strategies = {pear = 1.0}
  couriers.courier_strategies.pear: there is no strategy "pear"; did you mean peer?
chain = 3
  chain = 3 is not a table
chain.principal = 3
  chain.principal = 3 is not a table
chain.principal.firm = 3
  chain.principal.firm is not a known key; did you mean chain.principal.firms?
chain.principal.zzz = 3
  chain.principal.zzz is not a known key; it may be one of firms, known, work, input_weight, strategies
chain.principal.firms = 0
  chain.principal.firms = 0 is out of range: 1 to 100000 (actors)
chain.principal.strategies = {partnershp = 1.0}
  chain.principal.strategies.partnershp: there is no strategy "partnershp"; did you mean partnership?
chain.principal.strategies = {partnership = 0.4}
  chain.principal.strategies: the shares sum to 0.4, they must sum to 1
chain.principal.strategies = {partnership = 'all'}
  chain.principal.strategies.partnership = "all" is not a number: 0 to 1 (share)
chain.principal.strategies = 3
  chain.principal.strategies = 3 is not a table
chain."" = {}
  chain: "" is not 1 to 64 printable characters
chain = {a = {work = 0.6}, b = {work = 0.7}}
  chain: the work of all tiers sums to 1.3, it must be at most 1
departments.sales.order = 1.0
  departments.sales.order is not a known key; did you mean departments.sales.orders?
departments.sales.orders = 2
  departments.sales.orders = 2 is out of range: 0 to 1 (share)
departments = {sales = {}, "sa\\nles" = {}}
  departments: "sa\\nles" is not 1 to 64 printable characters
shocks.war = {}
  shocks.war.kind is missing: one of SHOCKS
shocks.war.kind = 'war'
  shocks.war.kind = "war" is not allowed: one of SHOCKS
shocks.war = {kind = 'price war', size = 2}
  shocks.war.size: 2 is out of range for a price war: 0 to 1
shocks.war = {kind = 'price war', size = 11}
  shocks.war.size = 11 is out of range: -0.95 to 10 (1)
shocks.war = {kind = 'price war', tier = 3}
  shocks.war.tier = 3 is not a text: a text of at most 64 characters (name)
shocks.war = {kind = 'price war', when = 3}
  shocks.war.when is not a known key; it may be one of kind, period, duration, size, tier, strategy, heard_by, seeds
shocks.cap.kind = 'fee cap'
  shocks.cap.kind: a fee cap needs a market with a platform
shocks.out = {kind = 'supplier failure', tier = 'principl'}
  shocks.out.tier: there is no tier "principl"; this scenario has no tiers
shocks.new = {kind = 'new entrant', strategy = 'partnershp'}
  shocks.new.strategy: there is no strategy "partnershp"; did you mean partnership?
shocks.breach = {kind = 'privacy breach', duration = 3}
  shocks.breach.duration: DURATION
fi.titel = 'Otsikko'
  fi.titel is not a known key; did you mean fi.title?
sv.title = 3
  sv.title = 3 is not a text of 1 to 2000 characters
fi = 3
  fi = 3 is not a table
question = ''
  question = "" is not a text of 1 to 2000 characters
networks.social = 'smal'
  networks.social = "smal" is not allowed: one of none, random, small-world, scale-free, imported
networks.market = 'imported'
  networks.market = "imported" needs a network: write network = "FILE" above the first table, or give --network FILE
network = 3
  network = 3 is not the name of a network
network = 'bitcon-otc'
  network = "bitcon-otc" is neither a file nor a shipped network; did you mean bitcoin-otc?
regime = 3
  regime must hold tables such as [regime.platform.providers]
regime."a:b" = {}
  regime: "a:b" is not 1 to 64 printable characters without a colon
regime."" = {}
  regime: "" is not 1 to 64 printable characters without a colon
periods = 0
  periods = 0 is out of range: 1 to 100000 (periods)
"""
WORDS = {
    "SHOCKS": ", ".join(SHOCKS),
    "DURATION": f"says nothing about a privacy breach, only about a {' or '.join(MEANT_FOR['duration'])}; leave it out",
}
MONSTERS = {
    "exchange.complexity = 0x"
    + "f" * 9999: "exchange.complexity = a number of 39996 bits is out of range: 0 to 1 (share)",
    "periods = " + "1" * 5000: "a number has too many digits",
    "a = " + "[" * 25 + "]" * 25: "tables are nested more than 20 deep",
    "a = " + "[" * 400_000 + "]" * 400_000: "tables are nested more than 20 deep",
    "a." * 400_000 + "a = 1": "tables are nested more than 20 deep",
    "# " + "x" * 1_000_000: "the file is larger than 1 MB, the most a scenario may have",
}


@pytest.mark.parametrize(("text", "said"), re.findall(r"^(\S.*)\n  (.*)", MISTAKES, re.MULTILINE))
def test_each_mistake_gets_its_sentence(text: str, said: str, tmp_path: Path) -> None:
    for word, meant in WORDS.items():
        said = said.replace(word, meant)
    assert mistake(tmp_path, HEAD + text) == f"my.toml: {said}"


@pytest.mark.parametrize("text", MONSTERS, ids=lambda text: text[:30])
def test_monsters_are_refused_at_once(text: str, tmp_path: Path) -> None:
    assert mistake(tmp_path, HEAD + text) == f"my.toml: {MONSTERS[text]}"


def test_what_is_not_toml_names_the_line(tmp_path: Path) -> None:
    twice = "my.toml is not valid TOML: The same key is given twice (at line 4, column 12)"
    assert mistake(tmp_path, HEAD + "periods = 1\nperiods = 2\n") == twice
    for again in ("[costs]\n[costs]\n", "costs = {}\n[costs.a]\n", "costs.a = 1\n[costs]\n"):
        assert "The same key is given twice (at line " in mistake(tmp_path, HEAD + again)
    assert mistake(tmp_path, HEAD + "periods =").startswith("my.toml is not valid TOML: Invalid value (at ")


def test_several_mistakes_are_counted(tmp_path: Path) -> None:
    said = mistake(tmp_path, HEAD + "[exchange]\nvalue = -1\nnoise = 3\nloss = 2\n")
    assert said == "my.toml: exchange.value = -1 is out of range: 0 to 10000 (EUR) (and 2 more)"


def test_texts_are_required_and_printable(tmp_path: Path) -> None:
    missing = 'my.toml: description is missing; write description = "..." above the first table'
    assert mistake(tmp_path, 'title = "T"\n') == missing
    assert mistake(tmp_path, 'title = ""\ndescription = "D"\n').startswith('my.toml: title = "" is not a text')
    assert "cannot be printed" in mistake(tmp_path, 'title = "\\u001b[31m"\ndescription = "D"\n')


def test_names_of_the_file_do_not_fill_a_message(tmp_path: Path) -> None:
    tables = "".join(f"[strategies.x{n}{'y' * 60}]\n[regime.r{n}]\n" for n in range(20))
    said = mistake(tmp_path, f"{HEAD}providers.firm_strategies = {{Q = 1}}\n{tables}")
    assert len(said) < 450 and said.endswith(", ...")
    assert mistake(tmp_path, HEAD + tables, ":Q").endswith("; there are r0, r1, r2, r3, r4, ...")
    odd = HEAD + 'providers.firm_strategies = {Q = 1}\n[strategies."\\u001b[31m"]\n'
    assert mistake(tmp_path, odd) == 'my.toml: strategies: "\\u001b[31m" is not 1 to 64 printable characters'


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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("transactionl", "transactionl: there is no such scenario; did you mean transactional?"),
        ("no/partnershp.toml", "no/partnershp.toml: there is no such file; did you mean partnership?"),
        ("platform:x", 'platform.toml: there is no regime "x"; this scenario has no regimes'),
    ],
)
def test_scenarios_that_are_not_there(name: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value) == said


@pytest.mark.parametrize("name", ["", ":", "..", "/", "a\0b.toml", "x" * 5000 + ".toml", "/dev/zero", "\x1b[31m.toml"])
def test_odd_names_get_a_sentence(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300


BOUNDARY = [0, -0.0, -1, 1, 1e-308, 1e308, 2**31, 2**63, 2**2000, float("nan"), float("inf"), True, "", [], {}, None]


@pytest.mark.parametrize("value", BOUNDARY, ids=lambda v: str(v)[:12])
def test_boundary_values_load_or_get_a_sentence(value: object) -> None:
    names = [f"{section}.{name}" for section, name, _ in quantities()] + ["periods", "strategies", "exchange"]
    for name in names + [f"strategies.transactional.{knob}" for knob in Strategy.model_fields]:
        try:
            load("transactional", {name: value})
        except ScenarioError as error:
            assert str(error).isprintable() and len(str(error)) < 400


TEXT = dump_scenario(load("platform"))
PIECES = (b"", b"\0", b"\xff", b"nan", b"-1", b"[", b"]]", b"{", b'"', b"'''", b"=", b".", b"1e999")


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
        raw = raw[:a] + chance.choice([*PIECES, raw[a:b]]) + raw[chance.choice([a, a + 1, b]) :]
    return raw


def test_many_regimes_are_refused_and_64_take_no_time(tmp_path: Path) -> None:
    tables = [f"[regime.r{n}]\n" for n in range(65)]
    assert mistake(tmp_path, HEAD + "".join(tables)) == "my.toml: regime: there are 65; a scenario may have 64"
    (tmp_path / "my.toml").write_text(HEAD + 'network = "bitcoin-otc"\n' + "".join(tables[1:]))
    began = time.perf_counter()
    assert len(load(tmp_path / "my.toml").regimes) == 64
    assert time.perf_counter() - began < 2
