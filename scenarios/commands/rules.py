"""Getting ready, for the commands that run markets."""

from collections.abc import Sequence

from scenarios.commands.console import say
from scenarios.scenario import Scenario
from scenarios.size import duration, refuse_if_too_long, seconds
from sim.compiled import forget_old_code, is_warm

WORTH_SAYING = 20  # seconds


def prepare_rules(scenarios: Sequence[Scenario], runs: int, workers: int, most: int = 0) -> None:
    """Say how long `runs` of each scenario will take; say it where the rules have to be compiled first.

    Where the number of runs is not known in advance, it is `runs` at least and `most` at most, and both are said.
    Too long a job is refused, if even the least takes too long. The machine code of earlier versions is cleared away.
    """
    least, longest = (sum(seconds(scenario.market, n, workers) for scenario in scenarios) for n in (runs, most))
    refuse_if_too_long(least)
    say_if_compiled()
    if longest > max(least, WORTH_SAYING):
        say(
            f"This will take between {duration(least)} and {duration(longest)}, as much as there are borders. "
            "Ctrl-C stops it."
        )
    elif least > WORTH_SAYING:
        say(f"This will take about {duration(least)}. Ctrl-C stops it.")


def say_if_compiled() -> None:
    """Say it where the rules have to be compiled first; clear away the machine code of earlier versions then."""
    if not is_warm():
        say("The rules are compiled for this machine: this happens once and takes about half a minute.")
        forget_old_code()
