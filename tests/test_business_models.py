"""Business models: each element becomes knobs of a strategy, or a sentence says why it cannot."""

import math
import re
from pathlib import Path

import pytest

from scenarios.business_models import Activity, BusinessModel, Customer, Earnings, Partnership, Resources
from scenarios.cli import main
from scenarios.scenario import ScenarioError, dump_scenario, load
from scenarios.variation import vary
from sim.sections import Costs, Strategy

HEAD = """title = "T"
description = "D"
providers.firm_strategies = {shop = 0.5, transactional = 0.5}
"""
MODEL = """
[business_models.shop]
value_proposition = "fit"
customer = {who = "a community", weight = 5.0}
earnings = {by = "shared surplus", rate = 0.4}
partners = {openness = 0.8, clear_roles = 0.7, shared_goals = 0.9}
resources = {shared_knowledge = 0.5}
[business_models.shop.activities]
mending = {kind = "value-adding", builds = "effort", cost = 0.5}
advising = {kind = "value-adding", builds = "effort", cost = 0.04}
listening = {kind = "value-adding", builds = "dialogue", cost = 0.4}
returns = {kind = "value-adding", builds = "repair", cost = 1.2}
parts = {kind = "necessary", cost = 3.5}
rent = {kind = "necessary", cost = 0.5}
forms = {kind = "waste", cost = 0.4}
"""


def scenario_of(folder: Path, text: str = MODEL, **settings: object):
    (folder / "my.toml").write_text(HEAD + text, "utf-8")
    return load(folder / "my.toml", {key.replace("__", "."): value for key, value in settings.items()})


def test_every_element_becomes_knobs(tmp_path: Path) -> None:
    shop = scenario_of(tmp_path).market.strategies["shop"]
    assert shop == Strategy(
        markup=0.0, share=0.4, patience=1.0, effort=0.6, invest=0.0, dialogue=0.5, transparency=0.8, repair=0.8,
        innovate=0.0, orientation=1.0, spillover=0.5, role_clarity=0.7, alignment=0.9, community=5.0, waste=0.1,
        advertising=0.0, end_user_focus=0.0,
    )  # fmt: skip


def test_its_costs_are_those_of_its_activities(tmp_path: Path) -> None:
    knobs, costs = scenario_of(tmp_path).market.strategies["shop"], Costs()
    assert costs.c_effort * knobs.effort**2 == pytest.approx(0.54)
    assert costs.c_dialogue * knobs.dialogue == pytest.approx(0.4) and costs.cost * knobs.waste == pytest.approx(0.4)
    other = scenario_of(tmp_path, costs__c_effort=6.0).market.strategies["shop"]
    assert other.effort == pytest.approx(math.sqrt(0.54 / 6), abs=1e-6)


def test_no_field_does_nothing(tmp_path: Path) -> None:
    changes = {
        "value_proposition": '"product"', "earnings.rate": "0.1",
        "customer.who": '"the end customer"\ncustomer.weight = 0.5',
        "customer.weight": "2.0", "earnings.patience": "0.3", "partners.openness": "0.1", "partners.clear_roles": "0.1",
        "partners.shared_goals": "0.1", "resources.shared_knowledge": "0.1",
        "earnings.by": '"mark-up"\nearnings.bargaining = 0.1',
    }  # fmt: skip
    models = (("customer", Customer), ("earnings", Earnings), ("partners", Partnership), ("resources", Resources))
    fields = {f"{table}.{field}" for table, model in models for field in model.model_fields}
    tables = {table for table, _ in models} | {"activities"}
    assert fields | set(BusinessModel.model_fields) - tables == set(changes) | {"earnings.bargaining"}
    assert set(Activity.model_fields) == {"kind", "cost", "builds"}
    usual = scenario_of(tmp_path).market.strategies["shop"]
    for key, value in changes.items():
        settings = dict(re.findall(r"(\S+) = (\S+.*)", f"{key} = {value}"))
        given = {f"business_models.shop.{name}": _read(text) for name, text in settings.items()}
        changed = load(tmp_path / "my.toml", given).market.strategies["shop"]
        assert changed != usual, key


def _read(text: str) -> object:
    return text.strip('"') if text.startswith('"') else float(text)


def test_knobs_lie_over_a_business_model(tmp_path: Path) -> None:
    both = scenario_of(tmp_path, MODEL + "[strategies.shop]\nshare = 0.3\n", strategies__shop__effort=0.2)
    shop = both.market.strategies["shop"]
    assert (shop.share, shop.effort, shop.dialogue) == (0.3, 0.2, 0.5)
    assert vary(both, "strategies.shop.effort", 0.9).market.strategies["shop"].effort == 0.9


def test_a_business_model_takes_the_place_of_the_librarys_strategy(tmp_path: Path) -> None:
    own = scenario_of(tmp_path, MODEL.replace("shop", "transactional").replace("0.4}\np", "0.3}\np") + MODEL)
    assert own.market.strategies["transactional"].share == 0.3


def test_a_regime_may_change_it(tmp_path: Path) -> None:
    scenario_of(tmp_path, MODEL + "[regime.fair.business_models.shop.earnings]\nrate = 0.5\n")
    assert load(f"{tmp_path / 'my.toml'}:fair").market.strategies["shop"].share == 0.5


def test_the_dump_holds_the_strategy(tmp_path: Path) -> None:
    one = scenario_of(tmp_path)
    (tmp_path / "again.toml").write_text(dump_scenario(one), "utf-8")
    again = load(tmp_path / "again.toml")
    assert again.market == one.market and not again.business_models and "business_models" not in dump_scenario(one)


def test_show_says_how(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    scenario_of(tmp_path)
    assert main(["show", str(tmp_path / "my.toml")]) == 0
    shown = re.sub(" +", " ", capsys.readouterr().out)
    assert "Business model shop" in shown
    assert "activities mending, advising effort 0.6 root of cost / costs.c_effort = 0.54 / 1.5" in shown
    assert "costs parts, rent costs.cost 4 necessary" in shown


MISTAKES = """\
"fit" -> "fitting"
  value_proposition = "fitting" is not allowed: one of product, both, fit
value_proposition = "fit" -> 
  value_proposition is missing: one of product, both, fit
earnings = {by = "shared surplus", rate = 0.4} -> 
  earnings is missing: a table
"a community", weight = 5.0 -> "somebody"
  customer.who = "somebody" is not allowed: one of everyone, a community, the end customer
"a community", weight = 5.0 -> "everyone", weight = 5.0
  customer.weight: says nothing about everyone, only about a community or the end customer
"a community", weight = 5.0 -> "the end customer", weight = 5.0
  customer.weight: 5 is out of range for the end customer: 0 to 1 (share)
"a community", weight = 5.0 -> "a community", wieght = 5.0
  customer.wieght is not a known key; did you mean business_models.shop.customer.weight?
rate = 0.4 -> rate = 1.4
  earnings.rate: 1.4 is out of range for a shared surplus: 0 to 1 (share)
rate = 0.4 -> rate = 0.4, bargaining = 0.1
  earnings.bargaining: "shared surplus" takes only patience and rate; leave it out
"shared surplus", rate = 0.4 -> "at cost", rate = 0.4
  earnings.rate: "at cost" takes no number; leave it out
"shared surplus", rate = 0.4 -> "mark-up"
  earnings.rate: "mark-up" needs a rate, such as rate = 0.2
openness = 0.8 -> openness = "wide"
  partners.openness = "wide" is not a number: 0 to 1 (share)
resources = {shared_knowledge = 0.5} -> resources = 3
  resources = 3 is not a table
resources = {shared_knowledge = 0.5} -> purpose = "joy"
  purpose is not a known key; it may be one of customer, value_proposition, earnings, partners, resources, activities
kind = "value-adding", builds = "dialogue" -> kind = "value-adding"
  activities.listening.builds: a value-adding activity builds one of effort, invest, dialogue, transparency, repair, innovate, advertising
kind = "value-adding", builds = "dialogue" -> kind = "waste", builds = "dialogue"
  activities.listening.builds: a waste activity builds nothing; leave it out, or say kind = "value-adding"
builds = "dialogue" -> builds = "dialog"
  activities.listening.builds = "dialog" is not allowed: one of nothing, effort, invest, dialogue, transparency, repair, innovate, advertising
builds = "dialogue" -> builds = "transparency"
  partners.openness: an activity builds transparency already; leave one of them out
{kind = "waste", cost = 0.4} -> {kind = "waste"}
  activities.forms.cost is missing: 0 to 10000 (EUR)
{kind = "waste", cost = 0.4} -> {cost = 0.4}
  activities.forms.kind is missing: one of value-adding, necessary, waste
cost = 3.5 -> cost = 3.0
  activities: the necessary ones cost 3.5 EUR; they must sum to costs.cost = 4, what every firm of this market must do
{kind = "waste", cost = 0.4} -> {kind = "waste", cost = 4.4}
  activities: the waste costs 4.4 EUR, it must be at most costs.cost = 4
builds = "dialogue", cost = 0.4 -> builds = "dialogue", cost = 0.9
  activities: what builds dialogue costs 0.9 EUR, at most costs.c_dialogue = 0.8 is possible
forms = -> "for\\nms" =
  activities: "for\\nms" is not 1 to 64 printable characters
"""  # noqa: E501, W291


@pytest.mark.parametrize(("change", "said"), re.findall(r"^(\S.*)\n  (.*)", MISTAKES, re.MULTILINE))
def test_each_mistake_gets_its_sentence(change: str, said: str, tmp_path: Path) -> None:
    before, _, after = change.partition(" -> ")
    assert before in MODEL
    with pytest.raises(ScenarioError) as caught:
        scenario_of(tmp_path, MODEL.replace(before, after))
    assert str(caught.value).replace(f"{tmp_path}/", "") == f"my.toml: business_models.shop.{said}"


def test_mistakes_beside_it_are_said(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"setting: costs.cost = -1.0 is out of range"):
        scenario_of(tmp_path, costs__cost=-1.0)
    with pytest.raises(ScenarioError, match=r"dialogue has no price here: costs.c_dialogue = 0, it must be above 0"):
        scenario_of(tmp_path, costs__c_dialogue=0.0)
    with pytest.raises(
        ScenarioError, match=r"setting: business_models.shp.earnings.rate: there is no business_models.shp"
    ):
        scenario_of(tmp_path, business_models__shp__earnings__rate=0.1)
    for wrong, said in (("business_models = 3", "= 3 is not a table"), ('business_models."" = {}', "printable")):
        with pytest.raises(ScenarioError, match=said):
            scenario_of(tmp_path, wrong)
