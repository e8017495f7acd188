"""Two complexities x three seeds with Mesa's own batch_run.

python docs/examples/batch_run.py
"""

import inspect

import mesa
import pandas as pd

from scenarios import load
from sim import ValueNetwork


def main():
    """Run and print the means."""
    # Every value stands in a list: batch_run goes through whatever it can iterate over.
    parameters = {"market": [load("partnership").market], "complexity": [0.2, 0.8]}
    seeds = {"rng": [1, 2, 3]}
    if "rng" in inspect.signature(mesa.batch_run).parameters:  # Mesa 3.5 takes the seeds apart from the parameters
        rows = mesa.batch_run(ValueNetwork, parameters, **seeds, max_steps=24, display_progress=False)
    else:
        rows = mesa.batch_run(ValueNetwork, parameters | seeds, max_steps=24, display_progress=False)
    print(pd.DataFrame(rows).groupby("complexity")[["value_total", "trust"]].mean().round(2))


if __name__ == "__main__":  # needed for number_processes=2 or more
    main()
