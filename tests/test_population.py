"""A population answers like a Mesa AgentSet of the same agents, without making them where it can."""

import gc
import operator

import numpy as np
import pytest
from mesa.agent import AgentSet

from sim import Customer, Firm, ValueNetwork
from sim.agents import Provider
from tests.crowd import everybody, stepped


@pytest.fixture
def model():
    """Return a market with agents of every kind after ten periods."""
    return stepped(ValueNetwork(everybody(), rng=1), 10)


@pytest.fixture
def real(model):
    """Return a Mesa AgentSet of the same agents, with random numbers in the same state."""
    model.random.seed(1)
    return AgentSet(list(model.agents), random=model.random)


@pytest.mark.filterwarnings("ignore:AgentSet.__getitem__ is deprecated")
@pytest.mark.parametrize("ask", [
    len, list, operator.itemgetter(5), operator.itemgetter(slice(3, 6)),
    operator.methodcaller("get", "cash"), operator.methodcaller("get", ["kind", "cents"]),
    operator.methodcaller("get", "rating", handle_missing="default", default_value=-1),
    operator.methodcaller("agg", "cents", sum), operator.methodcaller("agg", "cash", [min, max]),
    operator.methodcaller("map", repr), operator.methodcaller("map", "__repr__"),
    lambda agents: agents.select(agent_type=Customer).get(["trust", "strategy"], handle_missing="default"),
    lambda agents: list(agents.select(lambda agent: agent.cash > 0)),
    lambda agents: list(agents.select(lambda agent: agent.cash > 0, at_most=3, agent_type=Firm)),
    lambda agents: list(agents.select(at_most=0.25)), lambda agents: list(agents.select(at_most=7)),
    lambda agents: list(agents.select()), lambda agents: list(agents.select(agent_type=Provider)),
    lambda agents: list(agents.sort("cents")), lambda agents: list(agents.sort(repr, ascending=True)),
    lambda agents: list(agents.shuffle()), lambda agents: list(agents.shuffle(inplace=True)),
    lambda agents: agents.groupby("kind").count(), lambda agents: agents.groupby("kind").agg("cents", sum),
    lambda agents: agents.groupby(type, result_type="list").groups,
    lambda agents: [agent in agents for agent in agents],
    lambda agents: agents.index(agents[9]),
])  # fmt: skip
def test_a_population_answers_like_an_agentset(model, real, ask):
    answer = ask(real)
    model.random.seed(1)
    np.testing.assert_equal(ask(model.agents), answer)


def test_a_population_does_like_an_agentset(model, real):
    orders = []
    for agents in (real, model.agents):
        model.random.seed(1)
        met = []
        assert agents.do(met.append) is agents
        agents.shuffle_do(met.append)
        agents.select(agent_type=Firm).set("engagement", 0.25).do("step")
        firms = agents.select(agent_type=Firm)
        assert firms.sort("cents", inplace=True) is firms
        assert firms.select(at_most=3, inplace=True).shuffle(inplace=True) is firms
        orders.append([agent.row for agent in [*met, *firms]])
    assert orders[0] == orders[1]
    assert set(model.agents_by_type[Firm].get("engagement")) == {0.25}
    with pytest.raises(AttributeError, match="rating"):
        model.agents.get("rating")
    with pytest.raises(ValueError, match="handle_missing"):
        model.agents.get("cash", handle_missing="maybe")


def test_columns_are_read_without_making_agents():
    model = ValueNetwork(everybody(), rng=1)
    model.step()
    assert 0 < model.agents.select(agent_type=Customer).agg("trust", np.nanmean) < 1
    assert len(model.agents_by_type[Firm].get(["strategy", "rating", "offering", "cash"])) == 8
    assert [thing for thing in gc.get_objects() if isinstance(thing, Customer | Firm) and thing.model is model] == []
    foreign = ValueNetwork(everybody(), rng=1).agent(0)
    assert foreign not in model.agents
    assert foreign != model.agent(0)
