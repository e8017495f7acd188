"""Getting ready, for the commands that run markets."""

from collections.abc import Sequence

from scenarios.commands.console import say
from scenarios.scenario import Scenario
from scenarios.size import duration, refuse_if_too_long, seconds
from sim.compiled import forget_old_code, is_warm

WORTH_SAYING = 20  # seconds


def prepare_rules(scenarios: Sequence[Scenario], runs: int, workers: int) -> None:
    """Say how long `runs` of each scenario will take; say it where the rules have to be compiled first.

    Too long a job is refused. The machine code of earlier versions is cleared away.
    """
    needed = sum(seconds(scenario.market, runs, workers) for scenario in scenarios)
    refuse_if_too_long(needed)
    say_if_compiled()
    if needed > WORTH_SAYING:
        say(f"This will take about {duration(needed)}. Ctrl-C stops it.")


def say_if_compiled() -> None:
    """Say it where the rules have to be compiled first; clear away the machine code of earlier versions then."""
    if not is_warm():
        say("The rules are compiled for this machine: this happens once and takes about half a minute.")
        forget_old_code()
