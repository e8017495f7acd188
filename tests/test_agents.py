"""Views: they show the world, they link to each other, they act like a Mesa AgentSet, and some decide."""

import gc
import math
import operator
import re
from dataclasses import FrozenInstanceError

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim import Customer, Firm, Partner, Peer, Platform, ValueNetwork
from sim.agents import Provider
from sim.ensemble import run
from sim.network import CUSTOMER, FIRM, PARTNER, PEER, PLATFORM, Network
from sim.state import NOBODY, ORIGINS, check

EVERYBODY = {"customers": 40, "peers": 15, "firms": 8, "partners": 4, "platform_slots": 2, "periods": 24}
CLASSES = {CUSTOMER: Customer, PEER: Peer, FIRM: Firm, PARTNER: Partner, PLATFORM: Platform}
FIRST_FIRM = 40


@pytest.fixture
def everybody(market):
    """Return a market in which there are agents of every kind, with two strategies."""
    mix = {"firm_strategies": {"transactional": 0.5, "partnership": 0.5}}
    return market("partnership", {**EVERYBODY, **mix})


@pytest.fixture
def model(everybody):
    """Return such a market after ten periods."""
    model = ValueNetwork(everybody, rng=1)
    for _ in range(10):
        model.step()
    return model


def bits(model_or_run):
    return [array.tobytes() for array in model_or_run.world] + [model_or_run.totals.tobytes()]


# What a view shows


def test_each_row_has_the_view_of_its_kind(model):
    actors = model.world.actors
    assert [type(agent) for agent in model.agents] == [CLASSES[kind] for kind in actors["kind"].tolist()]
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in model.agents)
    assert model.agents.get("unique_id") == list(range(len(actors)))
    assert model.agents[7] is model.agents[7] is model.agent(7)
    assert {kind: len(found) for kind, found in model.agents_by_type.items()} == {
        Customer: 25, Peer: 15, Firm: 8, Partner: 4, Platform: 1}  # fmt: skip
    assert set(model.agent_types) == set(CLASSES.values())


def test_a_market_without_platform_slots_has_no_platform(market):
    plain = ValueNetwork(market("transactional"), rng=1)
    assert Platform not in plain.agents_by_type
    assert len(plain.agents) == len(plain.world.actors) - 1


@pytest.mark.parametrize(("row", "array", "names"), [
    (3, "actors", "values consents influencer aspiration recommends bought gains"),
    (FIRST_FIRM, "actors", "values capability engagement capacity load profit pleased mean_skill"),
    (FIRST_FIRM, "tallies", "served revenue margin"),
    (FIRST_FIRM, "terms", "effort unit_cost"),
    (FIRST_FIRM + 8, "actors", "engagement load profit pleased"),
])  # fmt: skip
def test_an_attribute_is_the_field_of_the_world_now(model, row, array, names):
    agent = model.agent(row)
    for _ in range(2):
        for name in names.split():
            assert getattr(agent, name) == getattr(model.world, array)[name][row], name
        model.step()


def test_attributes_in_other_words(model):
    actors, firm, customer = model.world.actors, model.agent(FIRST_FIRM), model.agent(3)
    assert (firm.kind, customer.kind) == ("firm", "peer")
    assert firm.cents == actors["cash"][FIRST_FIRM] == round(firm.cash * 100) != 0
    assert [firm.strategy for firm in model.agents_by_type[Firm]] == ["transactional", "partnership"] * 4
    good, bad = actors["rating_pos"][FIRST_FIRM], actors["rating_neg"][FIRST_FIRM]
    assert firm.rating == pytest.approx((good + 1) / (good + bad + 2), rel=1e-15)
    assert firm.offering == model.world.offerings[FIRST_FIRM].tolist()
    assert customer.needs == model.world.needs[3].tolist()
    assert (customer.name, repr(customer)) == ("peer 3", "<Peer 3>")


def test_names_come_from_an_imported_network(market):
    nobody = np.zeros(0, np.int32)
    kinds = np.array([CUSTOMER] * 2 + [FIRM], np.int8)
    people = Network(("Anna", "Ben", "Sisu Oy"), kinds, ("", "", ""), nobody, nobody, np.zeros(0))
    model = ValueNetwork(market("transactional", {"customers": 2, "firms": 1}), rng=1, network=people)
    assert model.agents.get("name") == ["Anna", "Ben", "Sisu Oy"]
    assert model.agent(3).name == "platform 3"


def test_ties_show_what_a_buyer_has_with_its_providers(model):
    for customer in model.agents.select(agent_type=Customer):
        records = model.world.ties[customer.row]
        assert [tie.slot for tie in customer.ties] == np.flatnonzero(records["provider"] != NOBODY).tolist()
        for tie in customer.ties:
            record = records[tie.slot]
            assert tie.provider.row == record["provider"]
            assert tie.origin == ORIGINS[record["origin"]]
            assert all(
                getattr(tie, name) == record[name]
                for name in ("tenure", "trust", "skill", "insight", "known", "cooperation", "value", "price")
            )
            assert tie.goodwill == pytest.approx(
                (record["gpos"] + 1) / (record["gpos"] + record["gneg"] + 2), rel=1e-15
            )
            fee = model.market.platform.operating_cost if tie.origin == "platform" else 0
            assert tie.cost == tie.provider.unit_cost + fee
            assert customer.trust_in(tie.provider) == tie.trust
    assert math.isnan(model.agent(0).trust_in(model.agent(0)))
    with pytest.raises(FrozenInstanceError):
        tie.slot = 0


def test_links_lead_there_and_back(model):
    for customer in model.agents.select(agent_type=Customer):
        assert all(customer in friend.friends for friend in customer.friends)
        assert all(customer in [tie.buyer for tie in provider.customer_ties] for provider in customer.providers)
        provider = customer.current_provider
        assert provider is None or (customer in provider.customers and provider in customer.providers)
        assert customer.trust == pytest.approx(customer.trust_in(provider), nan_ok=True)
    buyers = [customer for customer in model.agents.select(agent_type=Customer) if customer.current_provider]
    providers = model.agents.select(agent_type=Provider)
    assert sum(len(provider.customers) for provider in providers) == len(buyers) > 20
    assert [partner.firm.partner for partner in model.agents_by_type[Partner]] == list(model.agents_by_type[Partner])
    assert [partner.trust for partner in model.agents_by_type[Partner]] == model.world.alliances["trust"].tolist()
    assert sum(firm.partner is None for firm in model.agents_by_type[Firm]) == 4


def test_an_encounter_is_told_in_full(model):
    dealt = [customer for customer in model.agents.select(agent_type=Customer) if customer.encounter]
    assert len(dealt) == model.totals["encounters"][-1].sum()
    assert sum(customer.encounter["price"] for customer in dealt) == pytest.approx(model.totals["revenue"][-1].sum())
    fresh = ValueNetwork(model.market, rng=1).agent(0)
    assert (fresh.current_tie, fresh.current_provider) == (None, None)
    assert math.isnan(fresh.trust)


# What may be set


def test_what_is_set_is_in_the_world_and_nowhere_else(model):
    customer, firm = model.agent(3), model.agent(FIRST_FIRM)
    customer.needs, customer.values, customer.consents = (0.25, 1), 0.5, 1
    firm.strategy, firm.capacity, firm.offering = "partnership", np.int64(7), np.array([0.0, 0.125])
    assert model.world.needs[3].tolist() == [0.25, 1]
    assert model.world.actors[["values", "consents"]][3].tolist() == (0.5, 1)
    assert model.world.actors["capacity"][FIRST_FIRM] == 7
    assert (firm.strategy, firm.offering) == ("partnership", [0.0, 0.125])
    assert check(model.world) == []
    model.step()


@pytest.mark.parametrize(("row", "name", "value", "error", "sentence"), [
    (3, "values", 1.5, ValueError, "values: 1.5 is not a number from 0 to 1"),
    (3, "values", math.nan, ValueError, "values: nan is not a number"),
    (3, "values", "much", ValueError, "values: 'much' is not a number"),
    (3, "consents", 0.5, ValueError, "consents: 0.5 is not a whole number from 0 to 1"),
    (3, "needs", [0.5], ValueError, "needs: [0.5] is not 2 numbers from 0 to 1"),
    (3, "needs", [0.5, math.nan], ValueError, "needs: [0.5, nan] is not 2 numbers from 0 to 1"),
    (3, "needs", ["a", "b"], ValueError, "needs: ['a', 'b'] is not 2 numbers from 0 to 1"),
    (3, "cash", 100.0, AttributeError, "cash: the market's rules set it, it can only be read"),
    (3, "kind", "firm", AttributeError, "kind: the market's rules set it"),
    (FIRST_FIRM, "strategy", "partnrship", ValueError, "did you mean partnership?"),
])  # fmt: skip
def test_what_may_not_be_set_stays(model, row, name, value, error, sentence):
    before = bits(model)
    with pytest.raises(error, match=re.escape(sentence)):
        setattr(model.agent(row), name, value)
    assert bits(model) == before


def test_an_agent_cannot_be_removed(model):
    with pytest.raises(TypeError, match="an agent is a place in the market"):
        model.agents[0].remove()


# The population acts like an AgentSet


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
        orders.append([agent.row for agent in met])
    assert orders[0] == orders[1]
    assert set(model.agents_by_type[Firm].get("engagement")) == {0.25}
    with pytest.raises(AttributeError, match="rating"):
        model.agents.get("rating")
    with pytest.raises(ValueError, match="handle_missing"):
        model.agents.get("cash", handle_missing="maybe")


def test_columns_are_read_without_making_agents(everybody):
    model = ValueNetwork(everybody, rng=1)
    model.step()
    assert 0 < model.agents.select(agent_type=Customer).agg("trust", np.nanmean) < 1
    assert len(model.agents_by_type[Firm].get(["strategy", "rating", "offering", "cash"])) == 8
    assert [thing for thing in gc.get_objects() if isinstance(thing, Customer | Firm) and thing.model is model] == []
    foreign = ValueNetwork(everybody, rng=1).agent(0)
    assert foreign not in model.agents
    assert foreign != model.agent(0)


# Custom agents


class Same(Customer):
    """Decides what the compiled rule decided."""


class SamePeer(Peer):
    """Decides what the compiled rule decided, by passing it on."""

    def choose(self, offers):
        return super().choose(offers)

    def price(self, tie):
        return super().price(tie)


class SameFirm(Firm):
    """Decides what the compiled rule decided."""


class Thrifty(Customer):
    """Takes the cheapest offer."""

    def choose(self, offers):
        return min(offers, key=lambda offer: offer.price, default=None)


class AtCost(Firm):
    """Asks what a delivery costs."""

    def price(self, tie):
        return tie.cost


def deciding(base, decision, answer):
    """Return a subclass of `base` whose decision is always the answer, or what it makes of the argument."""

    def decide(self, given):
        return answer(given) if callable(answer) else answer

    return type("Odd", (base,), {decision: decide})


def test_custom_agents_that_decide_the_same_change_no_bit(everybody):
    agents = {0: SamePeer, 3: SamePeer, 20: Same, FIRST_FIRM: SameFirm}
    model = ValueNetwork(everybody, rng=9, agents=agents)
    model.run_model()
    assert bits(model) == bits(run(everybody, 9))
    assert {kind: model.agents_by_type[kind].rows.tolist() for kind in (SamePeer, Same, SameFirm)} == {
        SamePeer: [0, 3], Same: [20], SameFirm: [FIRST_FIRM]}  # fmt: skip
    assert len(model.agents.select(agent_type=Customer)) == 40
    assert model.agents[20] is model.custom[20]
    assert isinstance(model.agents[20], Same)


def test_a_custom_customer_buys_as_it_says(everybody):
    model, bought = ValueNetwork(everybody, rng=2, agents={20: Thrifty}), 0
    for _ in range(everybody.periods):
        model.step()
        thrifty = model.agent(20)
        if encounter := thrifty.encounter:
            bought += 1
            assert encounter["price"] == pytest.approx(min(tie.price for tie in thrifty.ties), abs=0.005)
        assert check(model.world) == []
    assert bought > 10
    assert bits(model) != bits(run(everybody, 2))


def test_a_custom_firm_sells_as_it_says(market):
    model = ValueNetwork(market("transactional", {"customers": 60, "firms": 6}), rng=2, agents={60: AtCost})
    for _ in range(24):
        model.step()
        assert [tie.price for tie in model.agent(60).customer_ties] == [
            tie.cost for tie in model.agent(60).customer_ties
        ]
        assert check(model.world) == []
    others = [len(firm.customers) for firm in model.agents_by_type[Firm]]
    assert len(model.agent(60).customers) > max(others)
    assert abs(model.agent(60).cash) < 0.02 * model.totals["encounters"].sum()  # half a cent of rounding at most, twice


def test_the_order_of_custom_agents_does_not_matter(everybody):
    seen = []

    class Follower(Firm):
        def price(self, tie):
            seen.append(min(other.price for other in tie.buyer.ties))
            return seen[-1]

    rows = range(FIRST_FIRM, FIRST_FIRM + 8)
    forth = ValueNetwork(everybody, rng=2, agents=dict.fromkeys(rows, Follower))
    back = ValueNetwork(everybody, rng=2, agents=dict.fromkeys(reversed(rows), Follower))
    for model in (forth, back):
        model.run_model()
    assert bits(forth) == bits(back)


def test_a_custom_customer_without_a_need_is_not_asked(everybody):
    asked = deciding(Customer, "choose", lambda offers: pytest.fail("asked without a need"))
    model = ValueNetwork(everybody, rng=2, agents={20: asked}, frequency=0.0)
    model.run_model()
    nobody = deciding(Customer, "choose", None)
    model = ValueNetwork(everybody, rng=2, agents={20: nobody}, frequency=1.0)
    model.run_model()
    assert model.agent(20).bought == 0
    assert model.agent(21).bought > 0


@pytest.mark.parametrize("price", [-0.01, math.nan, math.inf, 2e9, "4", None])
def test_an_impossible_price_is_refused(everybody, price):
    model = ValueNetwork(everybody, rng=2, agents={FIRST_FIRM: deciding(Firm, "price", price)})
    with pytest.raises(ValueError, match=re.escape(f"<Odd 40>.price returned {price!r}: a price is a number of EUR")):
        model.run_model()


@pytest.mark.parametrize("choice", [0, "firm", lambda offers: type(offers[0])(offers[0].buyer.model.agent(21), 0)])
def test_an_impossible_choice_is_refused(everybody, choice):
    model = ValueNetwork(everybody, rng=2, agents={20: deciding(Customer, "choose", choice)})
    with pytest.raises(ValueError, match=r"<Odd 20>\.choose returned .*: it must return one of the offers, or None"):
        model.run_model()
