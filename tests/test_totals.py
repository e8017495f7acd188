"""Totals and measures against the same sums taken by NumPy, and against cases worked out by hand."""

import numpy as np
import pytest

from sim.final import gini
from sim.metrics import read
from sim.network import FIRM
from sim.period import advance
from sim.records import NOBODY
from sim.roles import spread
from sim.rules import step
from sim.state import World
from sim.totals import TOTALS, count, pooled
from tests.worlds import world_of

MONEY = ("partner_margin", "partner_cost")


def counted(world: World) -> np.ndarray:
    """Return the totals of a world's last period."""
    totals = np.zeros(len(world.strategies) + 1, TOTALS)
    count(world, totals)
    return totals


@pytest.fixture(scope="module")
def world() -> World:
    """Return a market of everybody after 15 periods."""
    changes = {"customers": 60, "firms": 8, "partners": 6, "peer_share": 0.05, "incident": 0.3, "operating_cost": 0.0}
    world = world_of("mixed-market", **changes, fee=0.02)
    for _ in range(15):
        step(world)
    return world


def test_totals_are_the_sums_of_what_happened(world: World) -> None:
    met = world.encounters[world.encounters["slot"] != NOBODY]
    rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
    ties = world.ties[rows, met["slot"]]
    firm = world.actors["kind"][met["provider"]] == FIRM
    points = np.floor(10 * world.actors["recommends"][rows] + 0.5)
    expected = {
        "customers": len(world.encounters),
        "needs": world.encounters["wants"].sum(),
        "encounters": len(met),
        "mediated": met["mediated"].sum(),
        "left": met["left"].sum(),
        "incidents": met["incident"].sum(),
        "repaired": met["repaired"].sum(),
        "returning": (met["first"] == 0).sum(),
        "retained": met["retained"].sum(),
        "promoters": (points >= 9).sum(),
        "detractors": (points <= 6).sum(),
        "cost": met["cost"].sum() + met["partner_cost"].sum(),
        "revenue": met["price"].sum(),
        "gain_customers": (met["value"] - met["price"] + met["subsidy"]).sum(),
        "gain_firms": met["margin"][firm].sum(),
        "gain_peers": met["margin"][~firm].sum(),
        "gain_partners": met["partner_margin"].sum(),
        "gain_platform": met["platform_margin"].sum(),
        "goodwill": ((ties["gpos"] + 1) / (ties["gpos"] + ties["gneg"] + 2)).sum(),
        "trust": ties["trust"].sum(),
        "skill": ties["skill"].sum(),
        "insight": ties["insight"].sum(),
        "providers": len(world.providers),
        "capability": world.actors["capability"][world.providers].sum(),
        "engagement": world.actors["engagement"][world.providers].sum(),
        "volume_squared": (np.bincount(met["provider"]) ** 2).sum(),
    }
    expected |= {name: met[name].sum() for name in ("value", "relational", "fit", "satisfaction")}
    got = pooled(counted(world), 0)
    assert got["incidents"] > 0 and got["gain_partners"] != 0 and got["mediated"] > 0
    for name, total in expected.items():
        assert got[name] == pytest.approx(total), name


def test_the_advantage_is_over_the_best_untried_alternative(world: World) -> None:
    advantage, alternatives = 0.0, 0
    for encounter, ties in zip(world.encounters, world.ties, strict=True):
        untried = ties["value"][(ties["provider"] != NOBODY) & (ties["tenure"] == 0)]
        if encounter.slot != NOBODY and len(untried):
            advantage += ties["value"][encounter.slot] - untried.max()
            alternatives += 1
    got = pooled(counted(world), 0)
    assert alternatives > 0
    assert (got["advantage"], got["alternatives"]) == (pytest.approx(advantage), alternatives)


def test_totals_belong_to_the_strategy_of_the_provider(world: World) -> None:
    totals = counted(world)
    met = world.encounters[world.encounters["slot"] != NOBODY]
    followed = world.actors["strategy"][met["provider"]]
    assert totals["encounters"].tolist() == [*np.bincount(followed, minlength=len(world.strategies)), 0]
    assert totals["customers"][-1] == (world.encounters["slot"] == NOBODY).sum()


def test_a_providers_and_a_partners_period_are_tallied(world: World) -> None:
    met = world.encounters[world.encounters["slot"] != NOBODY]
    for j in world.providers:
        mine = met[met["provider"] == j]
        tally = world.tallies[j]
        assert (tally.served, world.actors["load"][j]) == (len(mine), len(mine))
        assert tally.revenue == pytest.approx(mine["price"].sum())
        assert tally.margin == pytest.approx(mine["margin"].sum())
    first, alliances = int(world.market["customers"][0]), world.alliances["provider"]
    for p in np.unique(alliances[alliances != NOBODY]):
        firms = first + np.flatnonzero((alliances == p).any(axis=1))
        mine = met[np.isin(met["provider"], firms)]
        shared = [
            mine[mine["provider"] == j][name].sum() / world.actors["partners"][j] for name in MONEY for j in firms
        ]
        assert world.tallies["served"][p] == len(mine)
        assert world.tallies["margin"][p] == pytest.approx(sum(shared[: len(firms)]))
        assert world.tallies["revenue"][p] == pytest.approx(sum(shared))


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
