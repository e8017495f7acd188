"""Variation: every numeric quantity can be an axis, and only values that a market allows."""

from argparse import Namespace

import numpy as np
import pytest

from scenarios.commands.map import _refuse_settings_of_the_axes
from scenarios.scenario import ScenarioError, load
from scenarios.variation import SPANS, axis, find, set_quantities, value_of, vary
from sim.config import quantities

NUMERIC = [name for _, name, field in quantities() if field.annotation in (int, float)]


@pytest.mark.parametrize("name", NUMERIC)
def test_every_quantity_can_be_set(name):
    scenario = load("mixed-market")
    now = value_of(scenario.market, name)
    same = vary(scenario, name, now)
    assert same == scenario
    section, key, field = find(name)
    if field.default:
        assert value_of(vary(scenario, f"{section}.{key}", field.default).market, name) == field.default


NAMED = {
    "strategies.partnership.effort": 0.5,
    "chain.of origin.firms": 4,
    "chain.of origin.input_weight": 0.25,
    "departments.sales.orders": 0.75,
    "shocks.war.size": 0.4,
    "shocks.war.period": 7,
}


def everything():
    tables = {"chain.of origin": {}, "departments.sales": {}, "shocks.war": {"kind": "price war"}}
    return load("partnership", tables)


@pytest.mark.parametrize("name", NAMED)
def test_every_quantity_of_a_named_table_can_be_set(name):
    scenario = everything()
    varied = vary(scenario, name, NAMED[name])
    assert value_of(varied.market, name) == NAMED[name] != value_of(scenario.market, name)
    assert vary(varied, name, value_of(scenario.market, name)) == scenario
    section, key, _ = find(name)
    assert f"{section}.{key}" == name
    assert len(axis(name, 3)[1]) == 3


@pytest.mark.parametrize(("name", "sentence"), [
    ("strategies.partnership.efort", "strategies.partnership has no numeric quantity of this name; did you mean eff"),
    ("strategies.partnership", "strategies have markup, share"),
    ("chain.of origin.strategies", "chain have firms, known, work, input_weight"),
    ("chain.of origin.strategies.transactional", "chain.of origin has no numeric quantity"),
    ("shocks.war.kind", "shocks have period, duration, size, heard_by"),
    ("shock.war.size", "no numeric quantity of a market has this name; did you mean shocks.NAME.size"),
])  # fmt: skip
def test_wrong_names_in_named_tables(name, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        find(name)


@pytest.mark.parametrize(("name", "sentence"), [
    ("strategies.partnershp.effort", "there is no strategies.partnershp; did you mean partnership"),
    ("chain.principal.firms", "there is no chain.principal; there are of origin"),
    ("shocks.breach.size", "there is no shocks.breach; there are war"),
])  # fmt: skip
def test_tables_that_are_not_there(name, sentence):
    for ask in (lambda: value_of(everything().market, name), lambda: vary(everything(), name, 0.5)):
        with pytest.raises(ScenarioError, match=sentence):
            ask()


def test_only_the_axes_themselves_are_refused_as_settings():
    args = Namespace(
        x="strategies.partnership.effort", y="turnover=0.01:0.1", set=["strategies.transactional.effort=0.5"]
    )
    _refuse_settings_of_the_axes(args)
    for setting in ("strategies.partnership.effort=0.5", "turnover=0.1", "customers.turnover=0.1"):
        with pytest.raises(ScenarioError, match="is an axis of the map"):
            _refuse_settings_of_the_axes(Namespace(x=args.x, y=args.y, set=[setting]))


def test_a_number_of_somebody_nobody_follows():
    with pytest.raises(ScenarioError, match="partners.partners cannot be varied: nobody follows a strategy"):
        vary(load("transactional"), "partners", 3)
    with pytest.raises(ScenarioError, match="there is no platform to work for"):
        vary(load("transactional"), "couriers", 3)
    with pytest.raises(ScenarioError, match=r"partnership: shocks.war.size: 1.5 is out of range for a price war"):
        vary(everything(), "shocks.war.size", 1.5)


def test_nothing_else_changes():
    scenario = load("partnership")
    varied = vary(scenario, "complexity", 0.25)
    assert varied.market.exchange.complexity == 0.25
    assert vary(varied, "complexity", scenario.market.exchange.complexity) == scenario


def test_several_at_once_are_one_after_the_other():
    scenario = everything()
    values = NAMED | {"complexity": 0.25, "customers.turnover": 0.1, "firms": 12}
    together = one_by_one = scenario
    for name, value in values.items():
        one_by_one = vary(one_by_one, name, value)
    together = set_quantities(scenario, values)
    assert together == one_by_one != scenario
    assert all(value_of(together.market, name) == value for name, value in values.items())
    assert scenario == everything()
    assert set_quantities(scenario, {}) == scenario


def test_values_that_need_each_other_come_together():
    with pytest.raises(ScenarioError, match="platform_slots"):
        vary(load("platform"), "platform_slots", 8)
    assert set_quantities(load("platform"), {"platform_slots": 8, "slots": 8}).market.customers.slots == 8


@pytest.mark.parametrize(("values", "sentence"), [
    ({"turnover": 0.1, "customers.turnover": 0.2}, "turnover and customers.turnover are the same quantity"),
    ({"turnover": 0.1, "partners": 3}, "transactional: partners.partners cannot be varied: nobody follows"),
    ({"turnover": 0.1, "complexity": 1.5}, r"transactional: exchange.complexity = 1.5 is out of range: 0 to 1"),
    ({"turnover": 0.1, "complexty": 0.5}, "did you mean complexity"),
    ({"turnover": "much"}, r'turnover = "much" is not a number: 0 to 1'),
    ({"turnover": True}, "turnover = true is not a number"),
    ({"turnover": None}, "turnover = None is not a number"),
    ({"firms": np.nan}, "firms = nan is not a whole number: 0 to 100000"),
    ({"firms": np.inf}, "firms = inf is not"),
    ({"firms": 10**400}, "firms = a number of 1329 bits is out of range"),
    ({"turnover": 10**400}, "turnover = a number of 1329 bits is"),
    ({"turnover": -np.inf}, "turnover = -inf is"),
    ({"customers": 2_000_000, "slots": 32}, "more than the 4 GB allowed"),
])  # fmt: skip
def test_wrong_values_get_a_sentence(values, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        set_quantities(load("transactional"), values)


def test_counts_are_rounded_and_numbers_of_numpy_are_numbers():
    market = set_quantities(load("transactional"), {"firms": np.float64(11.6), "turnover": np.float32(0.5)}).market
    assert market.providers.firms == 12 and type(market.providers.firms) is int
    assert market.customers.turnover == 0.5 and type(market.customers.turnover) is float


@pytest.mark.parametrize(("text", "first", "last", "by_factors"), [
    ("incident", 0, 1, False),
    ("complexity", *SPANS["complexity"], False),
    ("turnover", *SPANS["turnover"], True),
    ("customers.turnover", *SPANS["turnover"], True),
    ("specificity", *SPANS["specificity"], False),
    ("value", 4, 64, False),
    ("turnover=0.1:0.2", 0.1, 0.2, False),
    ("firms=2:16", 2, 16, False),
])  # fmt: skip
def test_axes_run_from_end_to_end(text, first, last, by_factors):
    name, values = axis(text, 8)
    assert text.startswith(name)
    assert (values[0], values[-1], len(values)) == (first, last, 8)
    steps = np.diff(np.log(values)) if by_factors else np.diff(values)
    assert steps == pytest.approx(steps[0])


@pytest.mark.parametrize(("text", "sentence"), [
    ("complexty", "did you mean complexity"),
    ("firm_strategies", "no numeric quantity"),
    ("turnover=0.3:0.1", "customers.turnover: 0.3 to 0.1 is not a range .* within 0 to 1"),
    ("turnover=0:2", "within 0 to 1"),
    ("turnover=nan:1", "is not a range"),
    ("turnover=0.1", "NAME=LOW:HIGH"),
    ("turnover=a:b", "NAME=LOW:HIGH"),
    ("firms=2:4", "fewer than 8 different whole numbers"),
    ("customer_subsidy", "give two ends"),
])  # fmt: skip
def test_wrong_axes_get_a_sentence(text, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        axis(text, 8)


def test_values_that_a_market_refuses_get_a_sentence():
    with pytest.raises(ScenarioError, match=r"exchange\.complexity"):
        vary(load("partnership"), "complexity", 1.5)
    with pytest.raises(ScenarioError, match="platform_slots"):
        vary(load("platform"), "slots", 1)
