"""Who wins, for whom, and why: what the replications of several scenarios say, in numbers and plain words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.outcome import Outcome
from scenarios.statistics import CONFIDENCE, Estimate, Paired, estimate, paired
from sim.config import Market

ROLES = {
    "customers": "value_customers",
    "providers": "value_providers",
    "partners": "value_partners",
    "suppliers": "value_suppliers",
    "couriers": "value_couriers",
    "platform": "value_platform",
}
OPTIONAL: dict[str, Callable[[Market], bool]] = {
    "partners": lambda market: market.partners.partners > 0,
    "suppliers": lambda market: bool(market.chain),
    "couriers": lambda market: market.couriers.couriers > 0,
    "platform": lambda market: market.platform.platform_slots > 0,
}
WORDS = {1: "gains", -1: "loses", 0: "no clear change"}

# The accounting identity: value = encounters * (first + relation - cost), all per customer and period.
PARTS = {
    "encounters": "the number of encounters",
    "first": "what an encounter between strangers would give (fit, capability, effort, trust, luck)",
    "relation": "what skill and insight built up in the relation add",
    "cost": "the cost of an encounter",
}
FACTORS = {
    "fit": "fit of offering and need",
    "skill": "skill in the relation",
    "insight": "insight into the buyer",
    "trust": "trust",
    "goodwill": "goodwill of providers",
    "capability": "capability of providers",
    "incidents": "share of encounters that go wrong",
    "green_light": "share of encounters that end well",
    "retention": "share of buyers who stay",
}
FACTORS_NAMED, NOTICED = 4, 0.01


@dataclass(frozen=True)
class Verdict:
    """What a scenario changes for each role against the baseline; win-win is a gain for every role."""

    scenario: int
    roles: dict[str, Paired]

    @property
    def words(self) -> dict[str, str]:
        """'gains', 'loses' or 'no clear change' (the 95 % interval holds 0) for each role."""
        return {role: WORDS[change.sign] for role, change in self.roles.items()}

    @property
    def win_win(self) -> bool:
        """Whether every role gains."""
        return all(change.sign > 0 for change in self.roles.values())

    def say(self, labels: Sequence[str]) -> str:
        """Say in one sentence who gains and who loses."""
        told = [f"{role}: {word}" for role, word in self.words.items()]
        result = "a win-win" if self.win_win else "no win-win"
        return f'"{labels[self.scenario]}" against "{labels[0]}" is {result} ({", ".join(told)}).'


@dataclass(frozen=True)
class Best:
    """The scenario with the highest mean of a measure, and how surely it leads the next one.

    `share` is the share of the seeds in which it is ahead of all others.
    """

    scenario: int
    runner_up: int
    value: Estimate
    lead: Paired
    share: float

    @property
    def sure(self) -> bool:
        """Whether the interval of its lead over the runner-up excludes 0."""
        return self.lead.sign > 0


@dataclass(frozen=True)
class Reasons:
    """Why one scenario creates more or less than another: contributions to the difference, and what is behind."""

    scenario: int
    against: int
    difference: Paired
    contributions: dict[str, Estimate]
    factors: dict[str, Paired]


def roles_of(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Return the roles that are there in at least one of the scenarios, each with the measure of its value."""
    return roles_in([outcome.scenario.market for outcome in outcomes])


def roles_in(markets: Sequence[Market]) -> dict[str, str]:
    """Return the roles that are there in at least one of some markets, each with the measure of its value."""
    return {
        role: measure for role, measure in ROLES.items() if role not in OPTIONAL or any(map(OPTIONAL[role], markets))
    }


def verdict(outcomes: Sequence[Outcome], s: int) -> Verdict:
    """Compare scenario `s` with the first one by role; a role that only one of them has gains 0 in the other."""
    other, baseline = outcomes[s], outcomes[0]
    return Verdict(
        s,
        {
            role: paired(other.results[measure], baseline.results[measure])
            for role, measure in roles_of((other, baseline)).items()
        },
    )


def best(values: Sequence[NDArray], confidence: float = CONFIDENCE) -> Best:
    """Return which of several scenarios is the best.

    Parameters
    ----------
    values : sequence of ndarray, shape (replications,)
        One measure of two scenarios or more, over the same seeds; more is better.
    confidence : float
        Of the intervals, 0 .. 1.
    """
    means = [value.mean() for value in values]
    first, second = np.argsort(-np.array(means), kind="stable")[:2]
    rest = np.max([value for s, value in enumerate(values) if s != first], axis=0)
    return Best(
        int(first),
        int(second),
        estimate(values[first], confidence),
        paired(values[first], values[second], confidence),
        float(np.mean(values[first] > rest)),
    )


def reasons(outcomes: Sequence[Outcome], s: int, against: int) -> Reasons:
    """Explain the difference in total value between two scenarios."""
    other, baseline = outcomes[s], outcomes[against]
    shares = contributions(other.parts, baseline.parts)
    return Reasons(
        s,
        against,
        paired(other.results["value_total"], baseline.results["value_total"]),
        {name: estimate(share) for name, share in shares.items()},
        {name: paired(other.results[name], baseline.results[name]) for name in FACTORS},
    )


def contributions(other: dict[str, NDArray], baseline: dict[str, NDArray]) -> dict[str, NDArray]:
    """Split a difference in total value per customer and period exactly, each array of shape (replications,).

    value = encounters * (first + relation - cost). The part of each factor is its Shapley value (Shorrocks
    2013, J Econ Inequal 11:99-126), here its change at the mean of the other factor's two levels.
    """
    (e1, *worth1), (e0, *worth0) = _factors(other), _factors(baseline)
    # Without any encounter there is nothing per encounter to compare: then all is due to the encounters.
    pairs = [
        (np.where(e1 > 0, a, np.where(e0 > 0, b, 0.0)), np.where(e0 > 0, b, np.where(e1 > 0, a, 0.0)))
        for a, b in zip(worth1, worth0, strict=True)
    ]
    both = sum(sign * (a + b) for sign, (a, b) in zip((1, 1, -1), pairs, strict=True)) / 2
    changes = [sign * (a - b) * (e1 + e0) / 2 for sign, (a, b) in zip((1, 1, -1), pairs, strict=True)]
    return dict(zip(PARTS, [(e1 - e0) * both, *changes], strict=True))


def _factors(parts: dict[str, NDArray]) -> tuple[NDArray, ...]:
    """Return encounters per customer and period; and first, relation, cost in EUR per encounter."""
    with np.errstate(invalid="ignore", divide="ignore"):
        amounts = (parts["value"] - parts["relational"], parts["relational"], parts["cost"])
        return parts["encounters"] / parts["customers"], *(amount / parts["encounters"] for amount in amounts)


def explain(why: Reasons, outcomes: Sequence[Outcome], labels: Sequence[str]) -> str:
    """Say in plain words why one scenario creates more or less than another."""
    named, other, change = labels[why.scenario], labels[why.against], why.difference
    opening = f'"{named}" against "{other}": {change.difference:+.2f} EUR of total value per customer and period' + (
        ", no clear difference." if change.sign == 0 else "."
    )
    return " ".join(part for part in (opening, _say_parts(why), _say_factors(why, outcomes)) if part)


def _say_parts(why: Reasons) -> str:
    clear = [(name, part) for name, part in why.contributions.items() if part.low > 0 or part.high < 0]
    said = [f"{part.mean:+.2f} from {PARTS[name]}" for name, part in sorted(clear, key=lambda item: -abs(item[1].mean))]
    return f"The difference is made of {listed(said)}." if said else ""


def _say_factors(why: Reasons, outcomes: Sequence[Outcome]) -> str:
    """Name the factors (all are shares) that differ most, if they differ clearly and by one hundredth or more."""
    clear = {name: f for name, f in why.factors.items() if f.sign and abs(f.difference) >= NOTICED}
    said = []
    for name in sorted(clear, key=lambda name: -abs(clear[name].difference))[:FACTORS_NAMED]:
        here, there = (estimate(outcomes[s].results[name]).mean for s in (why.scenario, why.against))
        said.append(f"{FACTORS[name]} {here:.2f} against {there:.2f}")
    return f"Behind it: {listed(said)}." if said else ""


def listed(items: Sequence[str]) -> str:
    """Join items as in a sentence: a, b and c."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
