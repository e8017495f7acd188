"""What one visitor of a class server can ask for, and what the server does at once. More runs from the command line.

Each limit has a sentence in `text/*/serving.toml`.
"""

import os

from dashboards.words import Words, number

CUSTOMERS = 400  # on one market that is shown
PERIODS = 400
MAP_WORK = 1_000_000  # runs times customers of one strategy map
UPLOAD = 1_000_000  # bytes of a file
MESSAGE = 2 * UPLOAD  # bytes a browser may send at once: a file as text is a third longer
STUDENTS = 100  # pages open at once, unless `valuenet app --students` says otherwise
PAGES = 8  # of them opened by one visitor
QUEUE = 60  # visitors of one worker who wait for results of one kind; one is served at a time
THREADS = int(os.environ.get("VALUENET_THREADS", 2))  # of one computation; `valuenet app` shares the processors out


class Refused(Exception):
    """A limit is in the way, the one of this name."""


def refusal(limit: str, most: int, said: Words, given: float = 0) -> str:
    """Say in one sentence which limit is in the way, how much it allows, and how much was asked for."""
    numbers = {"most": number(most, 0, said), "given": number(given, 0, said)}
    return str(said["serving"]["limits"][limit].format(**numbers))
