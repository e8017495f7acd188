"""What the sessions of a class share: films and runs of rounds, by lesson, round and the knobs of a design."""

from collections.abc import Mapping

from dashboards.pages.lessons.experiments import (
    FIRST_SEED,
    Case,
    Results,
    cases_of,
    fixed_cases,
    scenario_of,
    try_cases,
)
from dashboards.pages.lessons.lesson import lessons
from dashboards.pages.lessons.outcomes import Guess, Outcome, Plan, outcome_of
from dashboards.pages.lessons.rounds import Design, Round, Scene
from dashboards.shelf import Shelf
from dashboards.trajectory import Film, record
from dashboards.working import Tick

KEPT, KEPT_FILMS = 512, 64  # runs of rounds, a design once for each setting of its knobs; films, of 1 MB or so

Settings = tuple[tuple[str, float], ...]  # of the knobs of a design; empty for all other rounds
RUNS, FILMS = Shelf(KEPT), Shelf(KEPT_FILMS)


def round_of(lesson: str, name: str) -> Round:
    """Return a round by its names."""
    return lessons()[lesson].rounds[name]


def settings_of(asked: Round, guess: Guess | None) -> Settings:
    """Return what the runs of a round depend on beside its file: the knobs of a design."""
    if not isinstance(asked, Design):
        return ()
    knobs: Mapping[str, float] = guess.knobs if isinstance(guess, Plan) else asked.standard
    return tuple(knobs.items())


def example_of(asked: Round) -> Settings:
    """Return the knobs of a design that its file gives as an example; nothing for all other rounds."""
    return tuple(asked.expected.items()) if isinstance(asked, Design) else ()


def films(lesson: str, name: str, settings: Settings, tick: Tick) -> list[Film]:
    """Return the films of a round, made or kept."""
    asked = round_of(lesson, name)

    def film(scene: Scene) -> Film:
        case = Case(scene.market, scene.value)
        knobs = () if case in fixed_cases(asked) else settings

        def make() -> Film:
            tick()
            return record(scenario_of(asked, case, dict(knobs)), FIRST_SEED)

        return FILMS.get((lesson, name, case, knobs), make, tick.wait)

    return [film(scene) for scene in asked.films]


def outcome(lesson: str, name: str, settings: Settings, tick: Tick) -> Outcome:
    """Return the outcome of a round, made or kept."""
    asked = round_of(lesson, name)
    fixed = fixed_cases(asked)

    def run(cases: list[Case]) -> Results:
        return try_cases(asked, cases, tick, dict(settings))

    found = RUNS.get((lesson, name), lambda: run(fixed), tick.wait)
    if not settings:
        return outcome_of(asked, found)
    designed = [case for case in cases_of(asked) if case not in fixed]
    own = RUNS.get((lesson, name, settings), lambda: run(designed), tick.wait)
    return outcome_of(asked, found | own)
