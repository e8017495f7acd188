"""Views: they show the world, link to each other, and may be set within limits."""

import math
import re
from dataclasses import FrozenInstanceError

import mesa
import numpy as np
import pytest

from sim import Customer, Firm, Partner, Peer, Platform, ValueNetwork
from sim.agents import Provider
from sim.network import CUSTOMER, FIRM, PARTNER, PEER, PLATFORM, Network
from sim.records import NOBODY, ORIGINS
from sim.state import check
from tests.crowd import FIRST_FIRM, bits, everybody, stepped

CLASSES = {CUSTOMER: Customer, PEER: Peer, FIRM: Firm, PARTNER: Partner, PLATFORM: Platform}


@pytest.fixture
def model():
    """Return a market with agents of every kind after ten periods."""
    return stepped(ValueNetwork(everybody(), rng=1), 10)


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
