"""Getting the compiled rules ready, for the commands that run markets."""

from scenarios.commands.console import say
from sim.compiled import forget_old_code, is_warm


def prepare_rules() -> None:
    """Say it where the rules have to be compiled, and clear away the machine code of earlier versions."""
    if not is_warm():
        say("The rules are compiled for this machine: this happens once and takes about 20 seconds.")
        forget_old_code()
