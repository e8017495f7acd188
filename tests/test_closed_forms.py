"""Markets so plain that what must come out can be written down: every buyer deals with one provider every period.

A perfect delivery is worth far more than it costs, so that satisfaction is 1 to the last bit (or 0, if it fails).
"""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import draws
from sim.config import Market
from sim.create import create
from sim.draws import draw
from sim.ensemble import run
from sim.final import gini_gains
from sim.metrics import read
from sim.records import NOBODY
from sim.state import World
from sim.totals import pooled
from tests.relabelling import changed, live

EXACT = 1e-12
N = 40  # periods
CUSTOMERS = 12
COST, PRICE, VALUE = 4.0, 5.0, 5000.0  # EUR
GAIN, MARGIN = VALUE - PRICE, PRICE - COST
BASELINE = 0.5  # capability that does not age

PLAIN = Market.model_validate(
    {
        "exchange": {
            "value": VALUE / BASELINE, "complexity": 0.0, "specificity": 0.0, "reciprocity": 0.0, "incident": 0.0,
            "noise": 0.0, "memory": 1.0, "tolerance": 0.5, "roles_effect": 0.0,
        },
        "costs": {"cost": COST, "scale_economy": 0.0} | dict.fromkeys(
            ("c_effort", "c_invest", "c_dialogue", "c_transparency", "c_repair", "c_innovate"), 0.0
        ),
        "customers": {
            "customers": CUSTOMERS, "slots": 1, "frequency": 1.0, "turnover": 0.0, "drift": 0.0, "beta": 1.0,
            "risk": 0.0, "switching": 0.0, "search": 0.0, "talk": 0.0,
        },
        "providers": {"firms": 1, "firm_strategies": {"plain": 1.0}},
        "strategies": {"plain": {"markup": PRICE / COST - 1, "transparency": 1.0, "innovate": 0.0}},
    }
)  # fmt: skip


def plain(**quantities: object) -> World:
    """Make a plain market with these quantities; nobody's capability ages."""
    world = create(changed(PLAIN, **quantities), 1)
    world.actors["capability"] = BASELINE
    return world


def firm(world: World) -> np.record:
    return world.actors[CUSTOMERS]


def beta_mean(good: float, bad: float) -> float:
    return (good + 1) / (good + bad + 2)


def exactly(array: NDArray, expected: float) -> bool:
    """Whether all of an array is a number, to 1e-12."""
    return len(array) > 0 and bool(np.allclose(array, expected, EXACT, EXACT))


# evidence


def test_trust_after_n_good_encounters_is_n_plus_1_of_n_plus_2() -> None:
    world = plain()
    for n in range(1, N):
        live(world, 1)
        assert (world.ties["trust"] == (n + 1) / (n + 2)).all()
        assert exactly((world.ties["gpos"] + 1) / (world.ties["gpos"] + world.ties["gneg"] + 2), (n + 1) / (n + 2))


def test_trust_after_n_failures_is_1_of_n_plus_2() -> None:
    world = plain(incident=1.0, loss=1.0, repair=0.0, cost=3200.0)
    for n in range(1, N):
        life = live(world, 1)
        assert exactly(world.ties["trust"], 1 / (n + 2))
        assert read(pooled(life.totals, 1))["nps"] == -100


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_fading_evidence_is_a_geometric_sum(memory: float) -> None:
    world = plain(memory=memory)
    for n in range(1, N):
        live(world, 1)
        assert exactly(world.ties["pos"], (1 - memory**n) / (1 - memory))
        assert exactly(world.ties["trust"], beta_mean((1 - memory**n) / (1 - memory), 0.0))


def test_an_unequal_split_costs_trust() -> None:
    world = plain(share=0.9, markup=0.0, tolerance=0.2)  # 0.9 of the surplus: half way to outrage
    live(world, N)
    assert exactly(world.ties["trust"], beta_mean(0.7 * N, 0.3 * N))


def test_other_values_cost_trust() -> None:
    world = plain(alignment=0.4)
    world.actors["values"][:CUSTOMERS], firm(world).values = 0.25, 0.75
    live(world, N)
    assert exactly(world.ties["trust"], beta_mean(0.7 * N, 0.3 * N))


def test_a_rating_counts_each_encounter_and_fades() -> None:
    world = plain()
    live(world, N)
    assert math.isclose(firm(world).rating_pos, CUSTOMERS * (1 - 0.98**N) / 0.02, rel_tol=EXACT)
    rated = firm(world).rating_pos
    world.market["frequency"] = 0.0
    live(world, N)
    assert math.isclose(firm(world).rating_pos, rated * 0.98**N, rel_tol=EXACT)
    assert firm(world).rating_neg == 0


# what is learned and forgotten


def test_skill_and_insight_close_a_share_of_the_gap_at_each_use() -> None:
    world = plain(memory=0.0, invest=0.8, dialogue=0.6)  # trust and goodwill: 1/2 at first, then 2/3
    for n in range(1, N):
        live(world, 1)
        assert exactly(world.ties["skill"], 1 - (1 - 0.08 / 2) * (1 - 0.08 * 2 / 3) ** (n - 1))
        assert exactly(world.ties["insight"], 1 - (1 - 0.18 / 2) * (1 - 0.18 * 2 / 3) ** (n - 1))


def test_what_is_not_used_is_forgotten() -> None:
    world = plain(frequency=0.0, drift=0.05, consent=1.0)
    world.ties["skill"] = world.ties["insight"] = 1.0
    live(world, N)
    assert exactly(world.ties["skill"], 0.97**N)
    assert exactly(world.ties["insight"], (0.97 * (1 - 3 * 0.05 * 0.5)) ** N)


@pytest.mark.parametrize(("innovate", "orientation"), [(0.0, 0.0), (0.5, 0.0), (1.0, 0.25), (1.0, 1.0)])
def test_capability_comes_to_where_growth_and_ageing_balance(innovate: float, orientation: float) -> None:
    world = plain(innovate=innovate, orientation=orientation)
    firm(world).capability = 0.9
    live(world, N)
    growth = 0.02 * innovate * (1 - orientation)
    balance = (growth + 0.002 * BASELINE) / (growth + 0.002)
    assert math.isclose(firm(world).capability, balance + (0.9 - balance) * (1 - growth - 0.002) ** N, rel_tol=EXACT)


def test_engagement_follows_satisfaction_a_period_later() -> None:
    world = plain()
    live(world, N)
    assert math.isclose(firm(world).engagement, 1 - 0.5 * 0.95 ** (N - 1), rel_tol=EXACT)


def test_an_offering_goes_a_tenth_of_the_way_to_the_mean_need() -> None:
    world = plain(innovate=0.5, orientation=0.4, dialogue=1.0)
    first, mean = world.offerings[CUSTOMERS].copy(), world.needs.mean(axis=0)
    live(world, N)
    assert exactly(world.offerings[CUSTOMERS] - mean - (first - mean) * (1 - 0.1 * 0.5 * 0.4) ** N, 0.0)


# money


def test_accounts_gains_aspiration_and_profit_add_up() -> None:
    world = plain()
    life = live(world, N)
    people = world.actors[:CUSTOMERS]
    assert (people["cash"] == -100 * PRICE * N).all() and firm(world).cash == 100 * MARGIN * N * CUSTOMERS
    assert world.clock["outside"] == 100 * COST * N * CUSTOMERS
    assert exactly(people["gains"], N * GAIN)
    assert exactly(people["aspiration"], GAIN + (1 - GAIN) * 0.95**N)
    assert math.isclose(firm(world).profit, MARGIN * CUSTOMERS * (1 - 0.9**N), rel_tol=EXACT)
    assert exactly(read(pooled(life.totals, 1))["value_total"], VALUE - COST)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_surplus_is_split(share: float) -> None:
    world = plain(share=share, markup=0.0)
    live(world, 1)
    assert exactly(world.ties["price"], (1 - share) * COST + share * VALUE)


@pytest.mark.parametrize("fee", [0.0, 0.375, 0.5])  # prices in whole cents
def test_a_fee_is_passed_on_and_the_margin_stays(fee: float) -> None:
    sizes = {"firms": 0, "peer_share": 1.0, "platform_slots": 1, "peer_strategies": {"plain": 1.0}, "leak": 0.0}
    world = plain(**sizes, fee=fee, operating_cost=1.0, peer_capacity=CUSTOMERS)
    live(world, 1)
    met = world.encounters[world.encounters["slot"] != NOBODY]
    assert met["mediated"].all() and exactly(met["price"], 1.25 * (COST + 1.0) / (1 - fee))
    assert exactly(met["margin"], 0.25 * (COST + 1.0))
    assert exactly(met["fee"], fee * met["price"][0])


def test_the_crowded_serve_worse_and_cheaper() -> None:
    world = plain(firm_capacity=CUSTOMERS // 3, scale_economy=0.5)
    live(world, 2)
    assert exactly(world.ties["value"], VALUE / 3)
    assert exactly(world.ties["price"], PRICE / COST * (COST - 0.5 * math.log(1 + CUSTOMERS)))


def test_a_repaired_incident_leaves_95_per_cent_and_thanks() -> None:
    world = plain(incident=1.0, repair=1.0, c_repair=1.5, alignment=0.4)
    world.actors["values"][:CUSTOMERS], firm(world).values = 0.25, 0.75
    live(world, 1)
    assert exactly(world.encounters["value"], 0.95 * VALUE)
    assert exactly(world.encounters["cost"], COST + 1.5)
    assert exactly(world.encounters["satisfaction"], 0.7 + 0.2)


# choice and measures


@pytest.mark.parametrize("beta", [0.0, 0.5, 2.0])
def test_a_provider_is_taken_by_those_whose_draw_the_logit_gives_it(beta: float) -> None:
    world = plain(customers=500, value=2 * PRICE + 2.0, beta=beta, risk=0.0)  # worth 1 more than it costs
    world.actors["capability"] = BASELINE
    live(world, 1)
    luck = np.array([draw(world.clock["key"][0], draws.CHOOSE, 1, i, 0)[1] for i in range(500)])
    buys = luck >= 1 / (1 + math.exp(beta))
    assert (buys == (world.encounters["slot"] != NOBODY)).all()
    assert abs(buys.mean() - 1 / (1 + math.exp(-beta))) < 0.1


def test_without_intensity_of_choice_every_option_is_as_likely() -> None:
    world = plain(customers=2000, firms=4, slots=4, beta=0.0)
    life = live(world, 1)
    assert abs(life.totals["encounters"].sum() / 2000 - 4 / 5) < 0.04
    served = np.bincount(world.encounters["provider"] + 1, minlength=2005)[[0, *range(2001, 2005)]]
    assert (np.abs(served / 2000 - 1 / 5) < 0.04).all()


def test_a_need_comes_with_its_frequency() -> None:
    life = live(plain(customers=1000, frequency=0.3), N)
    assert abs(life.totals["needs"].sum() / (1000 * N) - 0.3) < 0.01


@pytest.mark.parametrize("alone", [0, 3, 11])
def test_inequality_is_the_share_of_those_who_get_nothing(alone: int) -> None:
    world = plain()
    world.ties["provider"][:alone] = NOBODY
    life = live(world, N)
    assert math.isclose(gini_gains(world), alone / CUSTOMERS, abs_tol=EXACT)
    measures = read(pooled(life.totals, 1))
    assert (measures["nps"] == 100).all() and (measures["concentration"] == 1).all()
    assert exactly(measures["encounters"], 1 - alone / CUSTOMERS)


def test_concentration_is_the_sum_of_squared_market_shares() -> None:
    world = plain(firms=3)
    world.ties["provider"][:, 0] = CUSTOMERS + np.repeat([0, 1, 2], [6, 4, 2])
    life = live(world, N)
    assert exactly(read(pooled(life.totals, 1))["concentration"], (36 + 16 + 4) / 144)


def test_results_are_means_over_the_last_two_thirds() -> None:
    outcome = run(changed(PLAIN, memory=1.0).model_copy(update={"periods": 9}), 1)
    trust = [(n + 1) / (n + 2) for n in range(4, 10)]
    assert math.isclose(outcome.results()["trust"], sum(trust) / 6, rel_tol=EXACT)
