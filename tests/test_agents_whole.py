"""The Mesa face of the whole model: chains, departments, partners, couriers, shocks by hand."""

import numpy as np
import pytest

from scenarios.scenario import load
from sim import Courier, Department, Firm, Market, Partner, Peer, Shock, ValueNetwork
from sim.ensemble import run
from tests.crowd import bits, everybody, stepped

SEED = 3


def whole() -> Market:
    """Return a market in which everybody takes part: 40 customers, 8 firms of 2 departments, a chain of 2 tiers."""
    tables = everybody().model_dump()
    tables["departments"] = {"development": {"work": 0.1}, "sales": {"work": 0.1, "orders": 1.0}}
    tables["chain"] = {"principal": {"firms": 2, "work": 0.1}, "wholesaler": {"firms": 3, "work": 0.1}}
    tables["partners"] |= {"firms_per_partner": 3, "revenue_share": 0.1}
    tables["couriers"] |= {"couriers": 4, "delivery_pay": 0.5, "delivery_weight": 0.2}
    tables["platform"] |= {"customer_subsidy": 2.0}
    tables["strategies"] |= load("platform").market.model_dump()["strategies"]
    tables["strategies"] |= load("transactional").market.model_dump()["strategies"]
    return Market.model_validate(tables)


@pytest.fixture(scope="module")
def model() -> ValueNetwork:
    """Return the whole market after 10 periods."""
    return stepped(ValueNetwork(whole(), rng=SEED), 10)


def test_steps_give_what_a_run_gives(model):
    assert bits(model) == bits(run(model.market.model_copy(update={"periods": 10}), SEED))


def test_everybody_is_there(model):
    found = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert found == {
        "Peer": 15, "Customer": 25, "Firm": 8 + 5, "Department": 16, "Partner": 4, "Courier": 4, "Platform": 1,
    }  # fmt: skip
    assert [agent.kind for agent in model.agents][-5:] == ["courier"] * 4 + ["platform"]


def test_each_next_link_is_a_customer(model):
    firms = model.agents_by_type[Firm]
    sellers = [firm for firm in firms if firm.tier == 0]
    for firm in sellers:
        sales = firm.providers[0]
        assert isinstance(sales, Department)
        assert [tie.origin for tie in firm.ties] == ["fixed"]
        assert [type(provider) for provider in sales.providers] == [Department]
        development = sales.providers[0]
        assert {provider.tier for provider in development.providers} == {3}
    principals = [firm for firm in firms if firm.tier == 4]
    assert len(principals) == 2
    assert all(firm.ties == [] and firm.encounter is None and np.isnan(firm.needs).all() for firm in principals)
    assert sum(firm.served for firm in sellers if firm.encounter) == sum(
        provider.served for firm in sellers for provider in firm.providers
    )


def test_columns_of_those_who_do_not_buy_hold_nothing(model):
    firms = model.agents_by_type[Firm]
    trust = np.array(firms.get("trust"))
    assert np.isnan(trust[-2:]).all()
    assert np.isfinite(trust).any()


def test_partners_work_with_many_firms(model):
    for partner in model.agents_by_type[Partner]:
        assert len(partner.firms) == 3
        assert all(partner in firm.partners for firm in partner.firms)
        assert 0 < partner.trust < 1
    assert {len(firm.partners) for firm in model.agents_by_type[Firm]} == {0, 1, 2}


def test_couriers_carry_what_the_platform_mediates(model):
    couriers = model.agents_by_type[Courier]
    assert sum(courier.served for courier in couriers) == model.totals["mediated"][-1].sum() > 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("demand fall", {"size": 0.7, "duration": 3}),
        ("supplier failure", {"size": 1.0, "tier": "wholesaler"}),
        ("new entrant", {"size": 0.3, "heard_by": 0.5, "strategy": "partnership"}),
        ("fee change", {"size": 0.2}),
        ("privacy breach", {"size": 0.9}),
    ],
)
def test_a_shock_by_hand_is_one_that_was_scheduled(kind, fields):
    by_hand = stepped(ValueNetwork(whole(), rng=SEED), 5)
    by_hand.shock(kind, **fields)
    stepped(by_hand, 7)
    tables = whole().model_dump() | {"shocks": {"planned": {"kind": kind, "period": 6, **fields}}, "periods": 12}
    planned, calm = run(Market.model_validate(tables), SEED), stepped(ValueNetwork(whole(), rng=SEED), 12)
    assert bits(by_hand)[3:] == bits(planned)[3:]
    assert bits(by_hand) != bits(calm)


def test_a_shock_by_hand_takes_no_other_ones_name():
    tables = whole().model_dump() | {"shocks": {"by hand 1": {"kind": "demand fall", "period": 3, "size": 0.5}}}
    model = ValueNetwork(Market.model_validate(tables), rng=SEED)
    model.shock("price war", size=0.1)
    assert [shock.kind for shock in model.market.shocks.values()] == ["demand fall", "price war"]


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("earthquake", {}, "kind = 'earthquake'"),
        ("fee change", {"size": 2.0}, "size: 2 is out of range for a fee change: -0.95 to 0.95"),
        ("need jump", {"duration": 3}, "duration: says nothing about a need jump"),
        ("supplier failure", {"tier": "moon"}, "there is no tier moon; the chain has development, sales, principal"),
        ("new entrant", {"strategy": "charity"}, "no such strategy charity"),
        ("demand fall", {"strength": 1}, "strength = 1"),
        ("demand fall", {"period": 9}, "leave it out"),
    ],
)
def test_a_wrong_shock_gets_a_sentence_and_changes_nothing(kind, fields, sentence):
    model = ValueNetwork(whole(), rng=SEED)
    with pytest.raises(ValueError, match="shocks") as told:
        model.shock(kind, **fields)
    assert sentence in str(told.value)
    assert len(model.world.shocks) == 0 == len(model.market.shocks)


class Cautious(Firm):
    """A wholesaler's firm that never buys, and asks a fixed price."""

    def choose(self, offers):
        """Take nothing."""
        return

    def price(self, tie):
        """Ask a cent."""
        return 0.01


def test_a_firm_of_the_chain_may_be_a_custom_agent():
    first = 40 + 8 + 16
    model = stepped(ValueNetwork(whole(), rng=SEED, agents={first: Cautious}), 6)
    agent = model.agent(first)
    assert agent.tier == 3
    assert agent.encounter is None
    assert agent.revenue == pytest.approx(agent.served * 0.01)
    assert agent.served > 0


class Loyal(Peer):
    """A customer who takes what the platform shows, or nothing."""

    def choose(self, offers):
        """Take the first offer of the platform."""
        return next((offer for offer in offers if offer.origin == "platform"), None)


def test_nobody_can_choose_what_nobody_carries():
    tables = whole().model_dump()
    tables["customers"]["turnover"] = 0.0
    model = ValueNetwork(Market.model_validate(tables), rng=SEED, agents={0: Loyal})
    stepped(model, 3)
    for courier in model.agents_by_type[Courier]:
        courier.takes_part = 0
    for _ in range(3):
        model.step()
        assert model.agent(0).encounter is None


def test_a_shock_is_a_frozen_value():
    assert Shock(kind="price war", size=0.2).duration == 0
