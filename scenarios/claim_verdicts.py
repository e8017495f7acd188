"""What an experiment says of its claim: holds, holds where, fails, undecided; and the words for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.claim_decisions import MOST, Finding, Status
from scenarios.claim_runs import Change, Experiment, PointResult, as_it_is, prepare, progress_of, try_points
from scenarios.claim_words import words, written
from scenarios.claims import Claim
from scenarios.pairing import Progress

Call = Callable[[str], str]

HOLDS, HOLDS_WHERE, FAILS, UNDECIDED = "holds", "holds where", "fails", "undecided"


@dataclass(frozen=True)
class Edge:
    """What came out along one boundary, in ascending order: the values tried and whether the claim is true there."""

    quantity: str
    values: tuple[Any, ...]
    statuses: tuple[Status, ...]

    def held(self) -> list[Any]:
        """Return the values at which the claim is true."""
        return [v for v, status in zip(self.values, self.statuses, strict=True) if status == Status.TRUE]

    @property
    def shape(self) -> tuple[str, list[Any]]:
        """Where it holds: 'all', 'none', 'up to' x, 'from' x, 'one' x, 'between' x and y, 'at' x, y, ..."""
        held = self.held()
        places = [n for n, status in enumerate(self.statuses) if status == Status.TRUE]
        if not held or len(held) == len(self.values):
            return ("all" if held else "none"), []
        together = places[-1] - places[0] + 1 == len(places) and not isinstance(held[0], str)
        if together and places[0] == 0:
            return "up to", held[-1:]
        if together and places[-1] == len(self.values) - 1:
            return "from", held[:1]
        if len(held) == 1:
            return "one", held
        return ("between", [held[0], held[-1]]) if together else ("at", held)


@dataclass(frozen=True)
class Answer:
    """What came out of trying one claim."""

    claim: Claim
    seed: int
    points: tuple[PointResult, ...]
    edges: tuple[Edge, ...]

    @property
    def verdict(self) -> str:
        """The verdict: one of four words."""
        statuses = [point.status for point in self.points]
        if all(status == Status.TRUE for status in statuses):
            return HOLDS
        if Status.TRUE in statuses:
            return HOLDS_WHERE
        return UNDECIDED if Status.UNDECIDED in statuses else FAILS

    @property
    def unbounded(self) -> bool:
        """Whether it holds everywhere though a boundary was expected."""
        return self.verdict == HOLDS and self.claim.stops

    @property
    def replications(self) -> int:
        """The most replications that any point took."""
        return max(point.replications for point in self.points)

    @property
    def main(self) -> Finding:
        """The main finding of the first check at the base."""
        return self.points[0].checks[0].main

    def where(self, language: str = "en", call: Call = str) -> str:
        """Say where it holds, and where that is not decided; `call` says what a quantity is called."""
        told = words(language)
        parts = [_told(edge, language, call) for edge in self.edges if edge.shape[0] not in ("all", "none")]
        base_only = self.verdict == HOLDS_WHERE and not parts
        said = told["base"] if base_only else f" {told['and']} ".join(parts) if self.verdict == HOLDS_WHERE else ""
        doubts = self._undecided(language, call)
        note = told["no boundary"] if self.unbounded else ""
        return "; ".join(text for text in (said, note, doubts) if text)

    def _undecided(self, language: str, call: Call) -> str:
        told = words(language)
        places = [
            f"{call(edge.quantity)} = {written(value, language)}"
            for edge in self.edges
            for value, status in zip(edge.values, edge.statuses, strict=True)
            if status == Status.UNDECIDED
        ]
        return f"{told['undecided at']} {told['list'].join(dict.fromkeys(places))}" if places else ""

    def title(self, language: str = "en") -> str:
        """Return the verdict in words."""
        return words(language)[self.verdict]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return everything for JSON."""
        told, main = self.claim.told(language), self.main
        return {
            "id": self.claim.id,
            "source": self.claim.source,
            "claim": told.claim,
            "expected": told.expected,
            "boundary": told.boundary,
            "verdict": self.verdict,
            "where": self.where(language),
            "boundary_not_found": self.unbounded,
            "main": {"check": 1, **main.to_dict()},
            "replications": self.replications,
            "edges": [
                {"quantity": e.quantity, "values": list(e.values), "statuses": [s.word for s in e.statuses]}
                for e in self.edges
            ],
            "points": [_point(self.claim, point) for point in self.points],
        }


def _point(claim: Claim, result: PointResult) -> dict[str, Any]:
    checks = [
        {
            "kind": check.kind,
            "measure": str(check.measured),
            "status": found.status.word,
            "contrasts": [finding.to_dict() for finding in found.findings],
        }
        for check, found in zip(claim.checks, result.checks, strict=True)
    ]
    levels = [
        {"variant": variant, "measure": str(measured), **level.to_dict()}
        for (variant, measured), level in result.levels.items()
    ]
    return {
        "quantity": result.point.quantity,
        "value": result.point.value,
        "status": result.status.word,
        "replications": result.replications,
        "checks": checks,
        "levels": levels,
    }


def answer_of(experiment: Experiment, seed: int, points: Sequence[PointResult]) -> Answer:
    """Put the points of an experiment in order along its boundaries."""
    base, edges = points[0], []
    for boundary in experiment.claim.boundaries:
        quantity = boundary.quantity
        own = [(p.point.value, p.status) for p in points if p.point.quantity == quantity]
        at_base = experiment.base_values[quantity]
        own += [(at_base, base.status)] if at_base is not None else []
        if not any(isinstance(value, str) for value, _ in own):
            own.sort(key=lambda one: one[0])
        edges.append(Edge(quantity, tuple(v for v, _ in own), tuple(s for _, s in own)))
    return Answer(experiment.claim, seed, tuple(points), tuple(edges))


def try_claims(
    claims: Sequence[Claim],
    seed: int = 1,
    workers: int = 2,
    most: int = MOST,
    progress: Progress | None = None,
    change: Change = as_it_is,
) -> list[Answer]:
    """Try claims one after the other.

    Parameters
    ----------
    seed : int
        First seed; every claim uses the same ones.
    workers : int
        Runs at a time; results do not depend on it.
    most : int
        The most replications of each variant.
    progress : callable, optional
        Called with (runs done, the most there may be) after each run.
    change : callable
        What is done to every market before it runs: other constants, another rule.

    Raises
    ------
    ScenarioError
        If an experiment cannot be made.
    """
    experiments = [prepare(claim, change) for claim in claims]
    return [
        answer_of(one, seed, try_points(one, seed, workers, most, step))
        for one, step in progress_of(experiments, most, progress)
    ]


def _told(edge: Edge, language: str, call: Call) -> str:
    kind, at = edge.shape
    values = [written(value, language) for value in at]
    place = [words(language)["list"].join(values)] if kind == "at" else values
    return words(language)[kind].format(call(edge.quantity), *place)
