"""Paired comparison: the same people, needs and luck under several scenarios."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.evidence import Against, against_baseline, share_of_seeds, share_record
from scenarios.outcome import Outcome, fingerprint, observe
from scenarios.pairing import Progress, best_record, check_pairing, labels, ticker, total_value
from scenarios.precision import Precision, check_precision, precision_record, replicate
from scenarios.reasons import OPTIONAL, ROLES, Best, Reasons, Verdict, best, explain, listed, reasons, verdict
from scenarios.scenario import Scenario
from scenarios.sentences import limits
from scenarios.statistics import Paired, estimate, intervals, paired
from scenarios.variation import find, value_of, vary
from sim.final import units
from sim.version import MODEL_VERSION

NEARBY_SHARE, NEARBY_MOST = 6, 5  # a sixth of the replications, at most 5, for each nearby market
NEARBY: tuple[tuple[str, str, Callable[[float], float]], ...] = (
    ("complexity", "0.2 lower", lambda value: value - 0.2),
    ("complexity", "0.2 higher", lambda value: value + 0.2),
    ("turnover", "a third", lambda value: value / 3),
    ("turnover", "three times", lambda value: value * 3),
)
A_CENT = 0.01  # EUR


@dataclass(frozen=True)
class Nearby:
    """What comes out best when one quantity of all scenarios is a little different (fewer replications)."""

    quantity: str
    change: str
    value: float  # of the baseline, after the change
    replications: int
    best: Best


@dataclass(frozen=True)
class Comparison:
    """Several scenarios over the same seeds; the first one is the baseline."""

    outcomes: tuple[Outcome, ...]
    replications: int
    seed: int
    nearby: tuple[Nearby, ...]
    precision: Precision | None = None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios, the baseline first."""
        return tuple(outcome.scenario for outcome in self.outcomes)

    @property
    def labels(self) -> tuple[str, ...]:
        """A title for each scenario, told apart where titles repeat."""
        return labels(self.scenarios)

    def differences(self, s: int) -> dict[str, Paired]:
        """Return how scenario `s` differs from the baseline, for every measure."""
        other, baseline = self.outcomes[s].results, self.outcomes[0].results
        return {name: paired(other[name], baseline[name]) for name in other}

    def against(self) -> list[Against]:
        """Return for each scenario but the baseline all differences, and how sure and how large they are."""
        return against_baseline(self.outcomes)

    def verdicts(self) -> list[Verdict]:
        """Return for each scenario but the baseline which role gains and which loses."""
        return [verdict(self.outcomes, s) for s in range(1, len(self.outcomes))]

    def best(self, measure: str = "value_total") -> Best:
        """Return which scenario is best by a measure of which more is better, and how surely."""
        return best([outcome.results[measure] for outcome in self.outcomes])

    def why(self) -> Reasons:
        """Return why the best scenario leads the runner-up."""
        first = self.best()
        return reasons(self.outcomes, first.scenario, first.runner_up)

    @property
    def idle(self) -> bool:
        """Whether no scenario creates as much as a cent per customer and period: there is nothing to win."""
        return self.best().value.mean < A_CENT

    def answer(self) -> str:
        """Say in one sentence which scenario wins, by how much and how surely."""
        if self.idle:
            return "Hardly anybody trades on this market: no scenario creates a cent of value per customer and period."
        first, named = self.best(), self.labels
        lead, times = first.lead, round(first.share * self.replications)
        doubt = "" if first.sure else "; that is too little to tell the two apart"
        return (
            f'The most value on this market comes from "{named[first.scenario]}": {first.value.mean:.2f} EUR per '
            f"customer and period, {lead.difference:.2f} ({lead.low:.2f} to {lead.high:.2f}) more than the "
            f'runner-up "{named[first.runner_up]}", and more than all others in {times} of '
            f"{self.replications} replications{doubt}."
        )

    def notes(self) -> list[str]:
        """Say what a reader must know to compare roles fairly."""
        heads = [_heads(outcome) for outcome in self.outcomes]
        notes = [_same(first, second) for first, second in self._identical()]
        if len({text for text, _ in heads}) > 1:
            said = [
                f"{label}: {text} ({profit:.2f} EUR each per period)"
                for label, (text, profit) in zip(self.labels, heads, strict=True)
            ]
            notes.append(f"The providers' value is divided among different numbers of providers: {'; '.join(said)}.")
        if any(scenario.market.peers for scenario in self.scenarios):
            notes.append(
                "Peers are customers who also provide: what they earn counts as providers' value, "
                "what they get as buyers as customers' value."
            )
        for role, there in OPTIONAL.items():
            if len({there(scenario.market) for scenario in self.scenarios}) > 1:
                notes.append(f"Where a scenario has no {role}, the value of this role counts as 0.")
        return notes

    def _identical(self) -> list[tuple[str, str]]:
        """Return the labels of scenarios that are the same market as one before them."""
        markets = [scenario.market for scenario in self.scenarios]
        pairs = [(markets.index(market), s) for s, market in enumerate(markets)]
        return [(self.labels[first], self.labels[s]) for first, s in pairs if first != s]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON; what could not be measured is None."""
        why, named, against = self.why(), [scenario.name for scenario in self.scenarios], self.against()
        return {
            "model_version": MODEL_VERSION,
            "replications": self.replications,
            "seed": self.seed,
            "precision": precision_record(self.precision, self.outcomes),
            "baseline": named[0],
            "answer": self.answer(),
            "why": explain(why, self.outcomes, self.labels),
            "scenarios": [_scenario_record(outcome) for outcome in self.outcomes],
            "differences": [one.to_dict(named) for one in against],
            "family": against[0].family,
            "seed_share": share_record(share_of_seeds(self.outcomes)),
            "verdicts": [
                {"scenario": named[v.scenario], "roles": v.words, "win_win": v.win_win, "text": v.say(self.labels)}
                for v in self.verdicts()
            ],
            "best": {
                name: best_record(self.best(name), named)
                for name in ("value_total", ROLES["customers"], ROLES["providers"])
            },
            "contributions": {
                "scenario": named[why.scenario],
                "against": named[why.against],
                **{name: part.to_dict() for name, part in why.contributions.items()},
            },
            "nearby": [
                {
                    "quantity": n.quantity,
                    "change": n.change,
                    "at": n.value,
                    "replications": n.replications,
                    **best_record(n.best, named),
                }
                for n in self.nearby
            ],
            "notes": self.notes(),
        }


def compare(
    scenarios: Sequence[Scenario],
    replications: int = 30,
    seed: int = 1,
    workers: int = 2,
    progress: Progress | None = None,
    precision: float | None = None,
) -> Comparison:
    """Run every scenario over the seeds `seed`, `seed + 1`, ... and compare them pair by pair.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Two or more with the same number of customers and periods; the first is the baseline.
    replications : int
        Seeds per scenario, 2 or more; with a `precision` the most of them.
    workers : int
        Runs at a time; results do not depend on it.
    progress : callable, optional
        Called with (runs done, runs in all) after each run; with a `precision`, all can become fewer.
    precision : float, optional
        Run only as many replications as make half the width of the 95 % interval of each scenario's difference in
        total value from the baseline at most this, in EUR per customer and period (`scenarios.precision`).

    Raises
    ------
    ScenarioError
        If the scenarios cannot be paired, or a number is out of range.
    """
    check_pairing(scenarios, replications, seed, workers)
    check_precision(precision)
    variants = _variants(scenarios)

    def runs(replications: int) -> int:
        return len(scenarios) * (replications + _few(replications) * len(variants))

    tick = ticker(progress, runs(replications))
    if precision is None:
        seeds, reached = range(seed, seed + replications), None
        outcomes = tuple(observe(scenario, seeds, workers, tick) for scenario in scenarios)
    else:
        outcomes, reached = replicate(scenarios, seed, replications, precision, workers, tick)
        replications = len(outcomes[0].results["value_total"])
    tick = ticker(progress, runs(replications), len(scenarios) * replications)
    few = range(seed, seed + _few(replications))
    nearby = tuple(
        Nearby(quantity, change, value, len(few), best([total_value(s, few, workers, tick) for s in varied]))
        for quantity, change, value, varied in variants
    )
    return Comparison(outcomes, replications, seed, nearby, reached)


def _few(replications: int) -> int:
    """Return how many replications a nearby market gets."""
    return max(2, min(replications // NEARBY_SHARE, NEARBY_MOST))


def _variants(scenarios: Sequence[Scenario]) -> list[tuple[str, str, float, list[Scenario]]]:
    """Return (quantity, change, baseline's value, changed scenarios) of the nearby markets that can be."""
    variants = []
    for quantity, change, moved in NEARBY:
        low, high = limits(find(quantity)[2]) or (0.0, 0.0)
        now = [value_of(scenario.market, quantity) for scenario in scenarios]
        then = [min(max(moved(value), low), high) for value in now]
        if then != now:
            varied = [vary(scenario, quantity, value) for scenario, value in zip(scenarios, then, strict=True)]
            variants.append((quantity, change, then[0], varied))
    return variants


def _same(first: str, second: str) -> str:
    return f"{second} is the same market as {first}: what sets them apart is overridden by the network or the settings."


def _heads(outcome: Outcome) -> tuple[str, float]:
    market = outcome.scenario.market
    counts = ((market.providers.firms, "firms"), (market.peers, "peers"))
    said = [f"{number} {kind}" for number, kind in counts if number]
    return listed(said) or "no providers", estimate(outcome.results["profit"]).mean


def _scenario_record(outcome: Outcome) -> dict[str, Any]:
    scenario = outcome.scenario
    return {
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "sha256": fingerprint(scenario),
        "measures": {
            name: {"unit": units()[name][0], **estimate(values).to_dict()} for name, values in outcome.results.items()
        },
        "strategies": {
            strategy: {name: estimate(values).to_dict() for name, values in measured.items()}
            for strategy, measured in outcome.strategies.items()
        },
        "series": {name: _band_record(values) for name, values in outcome.series.items()},
    }


def _band_record(values: np.ndarray) -> dict[str, list[float | None]]:
    mean, low, high, _ = intervals(values)
    return {
        key: [None if np.isnan(v) else float(v) for v in column]
        for key, column in (("mean", mean), ("low", low), ("high", high))
    }
