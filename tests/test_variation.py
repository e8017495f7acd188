"""Variation: every numeric quantity can be an axis, and only values that a market allows."""

import numpy as np
import pytest

from scenarios.scenario import ScenarioError, load
from scenarios.variation import SPANS, axis, find, value_of, vary
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


def test_nothing_else_changes():
    scenario = load("partnership")
    varied = vary(scenario, "complexity", 0.25)
    assert varied.market.exchange.complexity == 0.25
    assert vary(varied, "complexity", scenario.market.exchange.complexity) == scenario


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
