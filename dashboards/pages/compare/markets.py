"""The market a visitor chose, under the three regimes: its films and its comparison, kept for whoever asks next."""

from dataclasses import asdict, dataclass

from dashboards.limits import CUSTOMERS, THREADS
from dashboards.links import SEED, Number
from dashboards.shelf import Shelf
from dashboards.trajectory import Film, record
from dashboards.working import Tick
from scenarios.comparison import Comparison
from scenarios.outcome import Outcome, observe
from scenarios.scenario import Scenario, load
from sim.config import Market

REGIMES = ("transactional", "partnership", "platform")
REPLICATIONS = 10
RUNS = len(REGIMES) * (1 + REPLICATIONS)  # a film and the replications
KEPT = 24  # markets, in each worker; 200 customers take 1 MB

EXACT = 12  # digits: a cell of a map leads to its very market

CONTROLS = {
    "complexity": Number(0.5, 0, 1, 0.05, EXACT),
    "specificity": Number(2.0, 0, 8, 0.25, EXACT),
    "turnover": Number(0.02, 0, 0.3, 0.005, EXACT),
    "fee": Number(0.15, 0, 0.5, 0.01, EXACT),
    "customers": Number(200, 20, CUSTOMERS, 20, 0),
    "seed": SEED,
}


@dataclass(frozen=True)
class Choices:
    """A market, as far as the page lets one choose it: what results depend on."""

    complexity: float = CONTROLS["complexity"].default
    specificity: float = CONTROLS["specificity"].default
    turnover: float = CONTROLS["turnover"].default
    fee: float = CONTROLS["fee"].default
    customers: int = int(CONTROLS["customers"].default)
    seed: int = int(CONTROLS["seed"].default)


@dataclass(frozen=True, eq=False)
class Pictures:
    """The films of one seed, one per regime."""

    films: tuple[Film, ...]


# All that sessions share: results that depend on nothing but the choices.
PICTURES, COMPARISONS = Shelf(KEPT), Shelf(KEPT)


def scenarios_of(choices: Choices) -> tuple[Scenario, ...]:
    """Return the market chosen under each regime."""
    settings = {name: value for name, value in asdict(choices).items() if name != "seed"}
    return tuple(load(regime, settings) for regime in REGIMES)


def pictures(choices: Choices, tick: Tick) -> Pictures:
    """Return the films of the chosen seed, made or kept."""

    def film(market: Market) -> Film:
        tick()
        return record(market, choices.seed)

    def make() -> Pictures:
        markets = [scenario.market for scenario in scenarios_of(choices)]
        return Pictures(tuple(film(market) for market in markets))

    return PICTURES.get(choices, make, tick.wait)


def comparison(choices: Choices, tick: Tick) -> Comparison:
    """Return the paired comparison over the chosen seed and those after it, made or kept; pictures go first."""

    def make() -> Comparison:
        outcomes = tuple(outcome(scenario) for scenario in scenarios_of(choices))
        return Comparison(outcomes, REPLICATIONS, choices.seed, nearby=())

    def outcome(scenario: Scenario) -> Outcome:
        PICTURES.calm(tick.wait)
        return observe(scenario, range(choices.seed, choices.seed + REPLICATIONS), THREADS, tick)

    return COMPARISONS.get(choices, make, tick.wait)
