"""One thrifty customer and one firm that sells at cost, in a market of compiled agents.

python docs/examples/custom_agents.py
"""

from scenarios import load
from sim import Customer, Firm, ValueNetwork


class Thrifty(Customer):
    """Takes the cheapest offer, whoever makes it."""

    def choose(self, offers):
        """Return one of the offers, or None without any."""
        return min(offers, key=lambda offer: offer.price, default=None)


class AtCost(Firm):
    """Asks what a delivery costs, and counts how often it was asked."""

    def __init__(self, model, row):
        super().__init__(model, row)
        self.asked = 0

    def price(self, tie):
        """Return EUR."""
        self.asked += 1
        return tie.cost


market = load("transactional").market
first_firm = market.customers.customers
model = ValueNetwork(market, rng=1, agents={0: Thrifty, first_firm: AtCost})
for _ in range(24):
    model.step()

thrifty, at_cost = model.agent(0), model.agent(first_firm)
others = list(model.agents_by_type[Firm])
usual = sum(len(firm.customers) for firm in others) / len(others)
print(
    f"{thrifty} has gained {thrifty.gains:.2f} EUR in {model.period} periods and buys from {thrifty.current_provider}."
)
print(f"{at_cost} was asked {at_cost.asked} times; it has {len(at_cost.customers)} customers, others {usual:.1f}.")
