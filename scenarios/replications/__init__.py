"""Published results: NAME.toml is a market in the paper's terms and what the paper found, name.py measures it.

Both are found by their name and listed nowhere else. `name.py` has one function, ``measure(preset) -> dict of str to
float``, which runs the preset's market and returns a number for every check of the file (`scenarios.replication`).
"""
