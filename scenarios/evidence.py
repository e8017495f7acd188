"""What the differences of a comparison are worth: all statistics of each scenario against the baseline, and in words.

The family of Holm's correction is every paired difference of one comparison: all measures of all scenarios but the
baseline that have two pairs or more. Formulas and sources: `docs/statistics.md`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from scenarios.dominance import Dominance, dominance
from scenarios.effects import SeedShare, Superiority, holm, p_value, seed_share_paired, superiority
from scenarios.formats import p as show_p
from scenarios.formats import superiority as show_superiority
from scenarios.outcome import Outcome
from scenarios.statistics import Paired, paired, without_nan

TOTAL = "value_total"
RISK = 0.05
ORDERS = ("first", "second")


@dataclass(frozen=True)
class Evidence:
    """How sure and how large one paired difference is.

    Attributes
    ----------
    p_value, p_holm : float
        Student's p of "no difference", alone and adjusted for the family; NaN with fewer than two pairs.
    superiority : Superiority
        A12 with its interval.
    """

    p_value: float
    p_holm: float
    superiority: Superiority

    @property
    def sure(self) -> bool:
        """Whether it is a difference at 5 % over all of the family."""
        return self.p_holm <= RISK

    def to_dict(self) -> dict[str, float | None]:
        """Return the numbers for JSON: None for NaN."""
        size = self.superiority
        numbers = {"p_value": self.p_value, "p_holm": self.p_holm}
        return without_nan(numbers | {"a12": size.a12, "a12_low": size.low, "a12_high": size.high})


@dataclass(frozen=True)
class Against:
    """One scenario against the baseline: every measure's difference and what it is worth, dominance in total value."""

    scenario: int
    differences: dict[str, Paired]
    evidence: dict[str, Evidence]
    dominance: tuple[Dominance, Dominance]
    family: int  # how many differences p values are adjusted for

    def say(self, labels: Sequence[str]) -> str:
        """Say in words how sure and how large the difference in total value is."""
        found = self.evidence[TOTAL]
        named, baseline = labels[self.scenario], labels[0]
        return (
            f'With a probability of {show_superiority(found.superiority)}, A12, a run of "{named}" gives more total '
            f'value than one of "{baseline}" with another seed; p {show_p(found.p_holm)} (Holm). In total value '
            f"{self.say_dominance(labels)}. {self.say_gain()}"
        )

    def say_dominance(self, labels: Sequence[str]) -> str:
        """Say which scenario dominates in total value, in which order, and how surely."""
        for order, found in zip(ORDERS, self.dominance, strict=True):
            if found.sign:
                best = labels[self.scenario if found.sign > 0 else 0]
                return f'"{best}" dominates in the {order} order (so in {100 * found.share:.0f} % of resamples)'
        return f"neither dominates (so in {100 * self.dominance[1].share:.0f} % of resamples)"

    def say_gain(self) -> str:
        """Say in one sentence what the same seeds gained for the difference in total value."""
        change = self.differences[TOTAL]
        ratio, n = change.variance_ratio, change.pairs
        if not ratio:
            return "The difference does not vary, so there was nothing to gain from the same seeds."
        if ratio >= 1:
            return f"The same seeds gained nothing here: the difference varies {ratio:.2g} times as much as without."
        worth = f"{n} replications tell as much as {n / ratio:.0f} would"
        return f"The same seeds left {100 * ratio:.2g} % of the difference's variance: {worth} with seeds of their own."

    def to_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "scenario": names[self.scenario],
            "baseline": names[0],
            "measures": {
                name: change.to_dict() | self.evidence[name].to_dict() for name, change in self.differences.items()
            },
            "dominance": {
                order: {
                    "dominant": {1: names[self.scenario], -1: names[0], 0: None}[found.sign],
                    **without_nan({"violation": found.violation, "share_of_resamples": found.share}),
                }
                for order, found in zip(ORDERS, self.dominance, strict=True)
            },
            "gain": self.say_gain(),
        }


def against_baseline(outcomes: Sequence[Outcome]) -> list[Against]:
    """Return every scenario but the first against the first."""
    baseline = outcomes[0].results
    changes = [{name: paired(one.results[name], baseline[name]) for name in baseline} for one in outcomes[1:]]
    p_values = np.array([[p_value(change) for change in one.values()] for one in changes])
    adjusted = holm(p_values)
    return [
        Against(
            s + 1,
            change,
            {
                name: Evidence(float(p), float(p_holm), superiority(outcomes[s + 1].results[name], baseline[name]))
                for name, p, p_holm in zip(baseline, p_values[s], adjusted[s], strict=True)
            },
            dominance(outcomes[s + 1].results[TOTAL], baseline[TOTAL]),
            int(np.isfinite(p_values).sum()),
        )
        for s, change in enumerate(changes)
    ]


def share_of_seeds(outcomes: Sequence[Outcome]) -> SeedShare:
    """Return how much of the variance of total value over scenarios and seeds is due to the seed."""
    return seed_share_paired([outcome.results[TOTAL] for outcome in outcomes])


def share_record(found: SeedShare) -> dict[str, float | int | None]:
    """Return a seed share for JSON."""
    return without_nan(asdict(found))
