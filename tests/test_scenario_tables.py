"""Scenario files: tiers, departments, shocks and texts of the author's; their order, layers and settings."""

import re
from pathlib import Path

import pytest

from scenarios.catalogue import LANGUAGES, STRATEGIES, TEXTS, library, names, read_toml
from scenarios.scenario import ScenarioError, dump_scenario, load
from scenarios.size import memory, seconds
from scenarios.texts import Texts

TEXT = """
title = "T"
description = "D"
question = "Q?"
[departments.stock]
[departments.sales]
orders = 0.5
strategies = {transactional = 0.5, careful = 0.5}
[chain."of origin"]
firms = 3
[chain.middle]
strategies = {partnership = 1.0}
[shocks.war]
kind = "price war"
size = 0.2
[shocks.new]
kind = "new entrant"
strategy = "peer"
[strategies.careful]
effort = 0.9
[fi]
title = "O"
look_at = "K"
[regime.near]
[regime.near.chain.middle]
work = 0.1
strategies = {transactional = 0.5, partnership = 0.5}
[regime.near.chain.last]
[regime.near.shocks.war]
size = 0.3
[regime.near.shocks.out]
kind = "supplier failure"
tier = "last"
[regime.own]
title = "Own"
[regime.own.fi]
title = "Oma"
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "my.toml").write_text(TEXT, "utf-8")
    return str(tmp_path / "my.toml")


def test_the_order_of_the_file_is_kept(path: str) -> None:
    base, near = load(path).market, load(f"{path}:near").market
    assert (list(base.departments), list(base.chain)) == (["stock", "sales"], ["of origin", "middle"])
    assert [name for name, _ in base.upstream] == ["sales", "stock", "middle", "of origin"]
    assert list(near.chain) == ["of origin", "middle", "last"] and list(near.shocks) == ["war", "new", "out"]


def test_a_regime_replaces_and_adds(path: str) -> None:
    near = load(f"{path}:near").market
    assert near.chain["middle"].strategies == {"transactional": 0.5, "partnership": 0.5}
    assert near.chain["middle"].work == 0.1 and near.chain["of origin"].firms == 3
    assert (near.shocks["war"].size, near.shocks["war"].kind, near.shocks["out"].tier) == (0.3, "price war", "last")


def test_who_is_in_play(path: str) -> None:
    everybody = ["careful", "transactional", "partnership", "peer"]  # as first mentioned; the entrant's the last
    assert list(load(path).market.strategies) == everybody
    one = load("transactional", {"chain.a": {"strategies": {"partnership": 1.0}}}).market
    assert list(one.strategies) == ["transactional", "partnership"]
    assert list(load("partnership", {"chain.a": {}}).market.strategies) == ["partnership", "transactional"]
    assert "peer" not in load("transactional").market.strategies  # there are no couriers


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("chain.middle.firms", 3, lambda m: m.chain["middle"].firms),
        ("chain.of origin.work", 0.1, lambda m: m.chain["of origin"].work),
        ("shocks.war.size", 0.8, lambda m: m.shocks["war"].size),
        ("departments.sales.orders", 1, lambda m: m.departments["sales"].orders),
        ("strategies.careful.effort", 0.5, lambda m: m.strategies["careful"].effort),
        ("chain.middle", {"firms": 2}, lambda m: {"firms": m.chain["middle"].firms}),
        ("chain.middle.strategies", {"peer": 1.0}, lambda m: m.chain["middle"].strategies),
        ("couriers", 0, lambda m: m.couriers.couriers),
    ],
)
def test_settings_by_path(path: str, name: str, value: object, read) -> None:
    assert read(load(path, {name: value}).market) == value


def test_settings_of_one_share(path: str) -> None:
    halves = {"chain.middle.strategies.partnership": 0.5, "chain.middle.strategies.careful": 0.5}
    assert load(path, halves).market.chain["middle"].strategies == {"partnership": 0.5, "careful": 0.5}
    new = {"chain.x.y": {"firms": 2}, "chain.x.y.strategies.transactional": 0.5, "chain.x.y.strategies.peer": 0.5}
    assert load("transactional", new).market.chain["x.y"].strategies == {"transactional": 0.5, "peer": 0.5}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"chain.midle.firms": 3}, "setting: chain.midle.firms: there is no chain.midle; did you mean middle?"),
        ({"shocks.zzz.size": 0.1}, "setting: shocks.zzz.size: there is no shocks.zzz; there are war, new"),
        ({"chain.middle.firms": 0}, "setting: chain.middle.firms = 0 is out of range: 1 to 100000 (actors)"),
        ({"chain.middle.frms": 2}, "setting: chain.middle.frms is not a known key; did you mean chain.middle.firms?"),
        ({"shocks.war.size": 2.0}, "setting: shocks.war.size: 2 is out of range for a price war: 0 to 1"),
        ({"departments.sales.orders": "a"}, 'setting: departments.sales.orders = "a" is not a number: 0 to 1 (share)'),
        ({f"chain.t{n}": {} for n in range(15)}, "setting: chain: there are 17; a market may have 16"),
        ({f"shocks.s{n}": {"kind": "need jump"} for n in range(63)},
         "setting: shocks: there are 65; a market may have 64"),
        ({"fi.title": ""}, 'setting: fi.title = "" is not a text of 1 to 2000 characters'),
    ],
)  # fmt: skip
def test_settings_that_are_refused(path: str, settings: dict, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(path, settings)
    assert str(caught.value).replace(path, "my.toml") == said


def test_texts_by_language(path: str) -> None:
    one, near, own = load(path), load(f"{path}:near"), load(f"{path}:own")
    assert (one.question, one.look_at, one.source) == ("Q?", "", "")
    assert one.told("fi") == Texts("O", "D", "Q?", "K") and one.told("sv") == one.told("en") == Texts("T", "D", "Q?")
    assert (near.title, near.told("fi").title) == ("T: near", "O: near")
    assert (own.title, own.told("fi").title, own.told("sv").title) == ("Own", "Oma", "Own")


@pytest.mark.parametrize("regime", ["", ":near", ":own"])
def test_everything_is_written_and_read_again(path: str, regime: str, tmp_path: Path) -> None:
    one = load(path + regime)
    (tmp_path / "again.toml").write_text(dump_scenario(one), "utf-8")
    two = load(tmp_path / "again.toml")
    assert (two.market, two.texts) == (one.market, one.texts) and dump_scenario(two) == dump_scenario(one)
    assert all(list(getattr(two.market, kind)) == list(getattr(one.market, kind)) for kind in ("chain", "shocks"))


@pytest.mark.parametrize("name", [name for name, _, _ in library()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_says_everything_in_every_language(name: str, language: str) -> None:
    scenario = load(name)
    assert [key for key in TEXTS if not scenario.texts[language].given().get(key)] == []
    for regime in scenario.regimes:
        titled = load(regime).texts[language].title
        assert titled and titled != f"{scenario.texts[language].title}: {regime.rpartition(':')[2]}", regime
    others = [scenario.texts[other].question for other in LANGUAGES if other != language]
    assert scenario.texts[language].question not in others, "not translated"


def test_the_document_asks_what_the_library_asks() -> None:
    text = (Path(__file__).parent.parent / "docs" / "scenarios.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text.partition("## The library")[2], re.MULTILINE)
    assert rows == [(name, load(name).question) for name, _, _ in library()]


def test_upstream_tiers_and_couriers_count() -> None:
    plain = load("transactional").market
    chain = {"chain.a": {"firms": 1000, "known": 6}, "chain.b": {"firms": 1000, "known": 6}}
    longer = load("transactional", chain).market
    assert memory(longer) > memory(plain) + 2000 * 500 + 1000 * 6 * 64
    assert seconds(longer, 1, 1) > 3 * seconds(plain, 1, 1)
    riders = load("platform", {"couriers": 10_000}).market
    assert memory(riders) > memory(load("platform").market) + 10_000 * 500
    assert seconds(riders, 1, 1) > seconds(load("platform").market, 1, 1)


def test_too_large_a_chain_gets_a_sentence() -> None:
    huge = {f"chain.t{n}": {"firms": 100_000, "known": 32, "work": 0.05} for n in range(16)}
    with pytest.raises(ScenarioError, match="take fewer firms, tiers or slots"):
        load("transactional", huge | {"slots": 32})


@pytest.mark.parametrize("name", names(STRATEGIES))
def test_every_strategy_of_the_library_can_be_followed(name: str) -> None:
    content = read_toml(STRATEGIES / f"{name}.toml", name)
    assert set(content) == {"title", "description", "knobs"} and content["title"] and content["description"]
    followed = load("transactional", {"firm_strategies": {name: 1.0}}).market.strategies[name].model_dump()
    assert {key: followed[key] for key in content["knobs"]} == content["knobs"]


def test_a_shock_after_the_end_of_the_run_is_refused():
    with pytest.raises(ScenarioError, match="period = 60 is after the run's last period, 24"):
        load("price-war:transactional", {"periods": 24})
