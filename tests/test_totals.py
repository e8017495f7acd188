"""Totals and measures against the same sums taken by NumPy, and against cases worked out by hand."""

import numpy as np
import pytest

from sim.create import create
from sim.final import gini
from sim.metrics import read
from sim.network import COURIER, FIRM, PARTNER
from sim.period import advance
from sim.records import NOBODY
from sim.roles import spread
from sim.rules import step
from sim.state import World
from sim.totals import TOTALS, count, pooled
from tests.reference.lively import lively
from tests.relabelling import changed, customers_of
from tests.worlds import world_of

ALL_SORTS = 15  # the number of a random market with departments, a chain, partners and couriers


def counted(world: World) -> np.ndarray:
    """Return the totals of a world's last period."""
    totals = np.zeros(len(world.strategies) + 1, TOTALS)
    count(world, totals)
    return totals


@pytest.fixture(scope="module")
def world() -> World:
    """Return a market of everybody after 16 periods."""
    often = {"incident": 0.4, "value": 60.0, "leak": 1.0, "fee": 0.3, "memory": 1.0, "tolerance": 1.0, "alignment": 1.0}
    fixed = {"imitate": 0.0, "mutation": 0.0, "credit": 1e9, "turnover": 0.01, "shocks": {}}
    sizes = {"customers": 60, "partners": 6, "firms_per_partner": 2}
    world = create(changed(lively(ALL_SORTS), **often, **fixed, **sizes), ALL_SORTS)
    for _ in range(16):
        step(world)
    return world


def dealt(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the customers who dealt with somebody, and those of the firms who were supplied."""
    rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
    return rows[rows < customers_of(world)], rows[rows >= customers_of(world)]


def test_totals_are_the_sums_of_what_happened(world: World) -> None:
    rows, supplied = dealt(world)
    met, supplies = world.encounters[rows], world.encounters[supplied]
    ties, people = world.ties[rows, met["slot"]], slice(customers_of(world))
    worth = world.tiers["worth"][world.actors["tier"][supplied] + 1]
    providers = world.providers[: world.tiers["providers"][0]]
    gains = (world.encounters["value"] - world.encounters["price"] + world.encounters["subsidy"])[people]
    new = world.clock["period"] < world.actors["arrived"][people] + 12
    cost = met["cost"].sum() - world.terms["inputs"][met["provider"]].sum() + met["partner_cost"].sum()
    cost += met["courier_cost"].sum() - (met["courier"] != NOBODY).sum() * world.market["delivery_pay"][0]
    cost += supplies["volume"] @ (supplies["cost"] - world.terms["inputs"][supplies["provider"]])
    firm = world.actors["kind"][met["provider"]] == FIRM
    points = np.floor(10 * world.actors["recommends"][rows] + 0.5)
    expected = {
        "customers": customers_of(world),
        "needs": world.encounters["wants"][people].sum(),
        "encounters": len(met),
        "mediated": met["mediated"].sum(),
        "left": met["left"].sum(),
        "incidents": met["incident"].sum(),
        "repaired": met["repaired"].sum(),
        "returning": (met["first"] == 0).sum(),
        "retained": met["retained"].sum(),
        "promoters": (points >= 9).sum(),
        "detractors": (points <= 6).sum(),
        "cost": cost,
        "revenue": met["price"].sum(),
        "gain_customers": gains.sum(),
        "gain_firms": met["margin"][firm].sum(),
        "gain_peers": met["margin"][~firm].sum(),
        "gain_partners": met["partner_margin"].sum(),
        "gain_couriers": met["courier_margin"].sum(),
        "gain_suppliers": supplies["margin"] @ supplies["volume"],
        "gain_platform": met["platform_margin"].sum(),
        "goodwill": ((ties["gpos"] + 1) / (ties["gpos"] + ties["gneg"] + 2)).sum(),
        "trust": ties["trust"].sum(),
        "skill": ties["skill"].sum(),
        "insight": ties["insight"].sum(),
        "providers": len(providers),
        "capability": world.actors["capability"][providers].sum(),
        "engagement": world.actors["engagement"][providers].sum(),
        "volume_squared": (np.bincount(met["provider"]) ** 2).sum(),
        "newcomers": new.sum(),
        "newcomers_gain": gains[new].sum(),
        "supplies": len(supplies),
        "supply_trust": world.ties["trust"][supplied, supplies["slot"]].sum(),
        "supply_quality": (supplies["value"] / worth).sum(),
    }
    expected |= {name: met[name].sum() for name in ("value", "relational", "fit", "satisfaction")}
    got = pooled(counted(world), 0)
    assert all(got[name] > 0 for name in ("incidents", "repaired", "mediated", "left", "supplies", "newcomers"))
    assert all(got[f"gain_{role}"] != 0 for role in ("partners", "couriers", "suppliers"))
    for name, total in expected.items():
        assert got[name] == pytest.approx(total), name


def test_the_advantage_is_over_the_best_untried_alternative(world: World) -> None:
    advantage, alternatives = 0.0, 0
    people = slice(customers_of(world))
    for encounter, ties in zip(world.encounters[people], world.ties[people], strict=True):
        untried = ties["value"][(ties["provider"] != NOBODY) & (ties["tenure"] == 0)]
        if encounter.slot != NOBODY and len(untried):
            advantage += ties["value"][encounter.slot] - untried.max()
            alternatives += 1
    got = pooled(counted(world), 0)
    assert alternatives > 0
    assert (got["advantage"], got["alternatives"]) == (pytest.approx(advantage), alternatives)


def test_totals_belong_to_the_strategy_of_the_provider(world: World) -> None:
    totals, strategies = counted(world), len(world.strategies)
    for rows, name in zip(dealt(world), ("encounters", "supplies"), strict=True):
        followed = world.actors["strategy"][world.encounters["provider"][rows]]
        assert totals[name].tolist() == [*np.bincount(followed, minlength=strategies), 0]
    assert totals["customers"][-1] == customers_of(world) - len(dealt(world)[0])


def test_a_providers_and_a_partners_period_are_tallied(world: World) -> None:
    met = world.encounters[world.encounters["slot"] != NOBODY]
    for j in world.providers:
        mine = met[met["provider"] == j]
        tally, units = world.tallies[j], mine["volume"].sum()
        assert (tally.served, world.actors["load"][j]) == (units, units)
        assert tally.revenue == pytest.approx(mine["price"] @ mine["volume"])
        assert tally.margin == pytest.approx(mine["margin"] @ mine["volume"])
    shared = (met["partner_margin"] + met["partner_cost"]) / np.maximum(world.actors["partners"][met["provider"]], 1)
    for p in np.flatnonzero(world.actors["kind"] == PARTNER):
        firms = customers_of(world) + np.flatnonzero((world.alliances["provider"] == p).any(axis=1))
        mine = np.isin(met["provider"], firms)
        assert world.tallies["served"][p] == mine.sum()
        assert world.tallies["revenue"][p] == pytest.approx(shared[mine].sum())
    kept = world.tallies["margin"][world.actors["kind"] == PARTNER].sum()
    assert kept == pytest.approx(met["partner_margin"].sum()) != 0
    for c in np.flatnonzero(world.actors["kind"] == COURIER):
        mine = met[met["courier"] == c]
        assert world.tallies["served"][c] == len(mine)
        assert world.tallies["margin"][c] == pytest.approx(mine["courier_margin"].sum())


def test_a_period_belongs_to_the_strategies_that_lived_it() -> None:
    world = world_of("mixed-market", firms=20, peer_share=0.0, platform_slots=0, mutation=1.0)
    before = np.bincount(world.actors["strategy"][world.providers], minlength=len(world.strategies))
    totals = np.zeros((1, len(world.strategies) + 1), TOTALS)
    advance(world, totals)
    assert totals["providers"][0, :-1].tolist() == before.tolist()
    after = np.bincount(world.actors["strategy"][world.providers], minlength=len(world.strategies))
    assert after.tolist() != before.tolist()


@pytest.mark.parametrize("shares", [(1.0, 0.0), (0.5, 0.5), (0.3, 0.7), (0.1, 0.9), (0.25, 0.75)])
def test_strategies_are_spread_evenly(shares: tuple[float, float]) -> None:
    places = spread(np.array(shares), 40)
    for upto in (10, 20, 40):
        assert abs((places[:upto] == 0).sum() - shares[0] * upto) <= 1


@pytest.mark.parametrize(
    ("gains", "coefficient"),
    [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 3], 0.25), ([-5, 1], 0.5), ([0, 0], 0.0), ([], 0.0)],
)
def test_gini(gains: list[float], coefficient: float) -> None:
    assert gini(np.array(gains, float)) == pytest.approx(coefficient)


def test_measures_of_a_period_by_hand() -> None:
    totals = np.zeros(1, TOTALS)
    for name, number in {
        "customers": 10, "needs": 8, "encounters": 4, "returning": 3, "retained": 2, "promoters": 1, "detractors": 2,
        "incidents": 2, "repaired": 1, "value": 40, "relational": 10, "revenue": 20, "cost": 12, "gain_customers": 20,
        "gain_firms": 5, "gain_peers": 2, "gain_platform": 1, "providers": 2, "volume_squared": 10, "left": 1,
        "mediated": 3,
    }.items():  # fmt: skip
        totals[name] = number
    got = {name: float(value[0]) for name, value in read(totals).items()}
    by_hand = {
        "value_total": 2.8, "value_providers": 0.7, "encounters": 0.4, "needs_met": 0.5, "retention": 2 / 3,
        "churn": 1 / 3, "nps": -25, "green_light": 0.75, "value_without_money": 0.25, "price": 5, "unit_cost": 3,
        "profit": 3.5, "margin": 0.35, "concentration": 0.625, "left_platform": 0.25,
    }  # fmt: skip
    assert {name: got[name] for name in by_hand} == pytest.approx(by_hand)
