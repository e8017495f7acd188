"""One experiment at work: a process of its own, which goes on when the page or its server are gone.

It is the command line's coordinator, in the folder of its job, as `valuenet sweep` or `valuenet resume` runs it.
"""

import os
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Sequence
from pathlib import Path

from scenarios import cli
from scenarios.sweeps.folder import locked

STOP = "stop"  # the file that asks for an end
LISTEN = 0.3  # seconds between looks for it
BEHIND = 5  # how much this gives way to whoever looks at pages meanwhile


def main(argv: Sequence[str]) -> int:
    """Do one command with the lock of the job in hand: whoever finds it free knows that this process has ended."""
    job = Path.cwd()
    with locked(job):
        if hasattr(os, "nice"):
            os.nice(BEHIND)
        threading.Thread(target=_listen, args=(job,), daemon=True).start()
        return cli.main(argv)


def _listen(job: Path) -> None:
    """Do what Ctrl-C does once somebody asks for it."""
    while not (job / STOP).exists():
        time.sleep(LISTEN)
    interrupt_main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
