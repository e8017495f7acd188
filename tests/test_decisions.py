"""Custom agents: plain Python that decides between the compiled rules."""

import math
import re

import pytest

from sim import Customer, Firm, Peer, ValueNetwork
from sim.ensemble import run
from sim.state import check
from tests.crowd import FIRST_FIRM, bits, everybody

EVERYBODY = everybody()


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


def test_custom_agents_that_decide_the_same_change_no_bit():
    agents = {0: SamePeer, 3: SamePeer, 20: Same, FIRST_FIRM: SameFirm}
    model = ValueNetwork(EVERYBODY, rng=9, agents=agents)
    model.run_model()
    assert bits(model) == bits(run(EVERYBODY, 9))
    assert {kind: model.agents_by_type[kind].rows.tolist() for kind in (SamePeer, Same, SameFirm)} == {
        SamePeer: [0, 3], Same: [20], SameFirm: [FIRST_FIRM]}  # fmt: skip
    assert len(model.agents.select(agent_type=Customer)) == 40
    assert model.agents[20] is model.custom[20]
    assert isinstance(model.agents[20], Same)


def test_a_custom_customer_buys_as_it_says():
    model, bought = ValueNetwork(EVERYBODY, rng=2, agents={20: Thrifty}), 0
    for _ in range(EVERYBODY.periods):
        model.step()
        thrifty = model.agent(20)
        if encounter := thrifty.encounter:
            bought += 1
            assert encounter["price"] == pytest.approx(min(tie.price for tie in thrifty.ties), abs=0.005)
        assert check(model.world) == []
    assert bought > 10
    assert bits(model) != bits(run(EVERYBODY, 2))


def test_a_custom_firm_sells_as_it_says(market):
    asked = market("transactional", {"customers": 60, "firms": 6})
    model, ordinary = ValueNetwork(asked, rng=2, agents={60: AtCost}), ValueNetwork(asked, rng=2)
    for _ in range(24):
        model.step()
        ordinary.step()
        assert [tie.price for tie in model.agent(60).customer_ties] == [
            tie.cost for tie in model.agent(60).customer_ties
        ]
        assert check(model.world) == []
    assert len(model.agent(60).customers) > len(ordinary.agent(60).customers)
    assert abs(model.agent(60).cash) < 0.02 * model.totals["encounters"].sum()  # half a cent of rounding at most, twice


def test_the_order_of_custom_agents_does_not_matter():
    class Undercutter(Firm):
        def price(self, tie):
            return 0.9 * min(other.price for other in tie.buyer.ties)

    rows = range(FIRST_FIRM, FIRST_FIRM + 8)
    forth = ValueNetwork(EVERYBODY, rng=2, agents=dict.fromkeys(rows, Undercutter))
    back = ValueNetwork(EVERYBODY, rng=2, agents=dict.fromkeys(reversed(rows), Undercutter))
    for model in (forth, back):
        model.run_model()
    assert bits(forth) == bits(back)


def test_a_custom_agent_remembers_and_is_reported_on():
    class Diarist(Customer):
        def __init__(self, model, row):
            super().__init__(model, row)
            self.offers_seen = 0

        def choose(self, offers):
            self.offers_seen += len(offers)
            return super().choose(offers)

    model = ValueNetwork(EVERYBODY, rng=2, agents={20: Diarist}, agent_reporters=["offers_seen"])
    model.run_model()
    seen = model.datacollector.get_agent_vars_dataframe()["offers_seen"].unstack()
    assert list(seen[20]) == sorted(seen[20])
    assert seen[20].iloc[-1] == model.agent(20).offers_seen > 0
    assert seen[21].isna().all()


def test_a_custom_customer_without_a_need_is_not_asked():
    asked = deciding(Customer, "choose", lambda offers: pytest.fail("asked without a need"))
    model = ValueNetwork(EVERYBODY, rng=2, agents={20: asked}, frequency=0.0)
    model.run_model()
    nobody = deciding(Customer, "choose", None)
    model = ValueNetwork(EVERYBODY, rng=2, agents={20: nobody}, frequency=1.0)
    model.run_model()
    assert model.agent(20).bought == 0
    assert model.agent(21).bought > 0


@pytest.mark.parametrize("price", [-0.01, math.nan, math.inf, 2e9, "4", None])
def test_an_impossible_price_is_refused(price):
    model = ValueNetwork(EVERYBODY, rng=2, agents={FIRST_FIRM: deciding(Firm, "price", price)})
    with pytest.raises(ValueError, match=re.escape(f"<Odd 40>.price returned {price!r}: a price is a number of EUR")):
        model.run_model()


@pytest.mark.parametrize("choice", [0, "firm", lambda offers: type(offers[0])(offers[0].buyer.model.agent(21), 0)])
def test_an_impossible_choice_is_refused(choice):
    model = ValueNetwork(EVERYBODY, rng=2, agents={20: deciding(Customer, "choose", choice)})
    with pytest.raises(ValueError, match=r"<Odd 20>\.choose returned .*: it must return one of the offers, or None"):
        model.run_model()
