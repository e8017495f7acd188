"""What commands share to talk with a person: tables on stdout, everything else on stderr."""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

WIDTH_WHEN_PIPED = 200  # columns
LISTEN = 0.2  # seconds between looks for Ctrl-C
T = TypeVar("T")


def console(error: bool = False) -> Console:
    """Return a console for stdout or stderr: no markup is read from texts, no colours when piped."""
    width = None if (sys.stderr if error else sys.stdout).isatty() else WIDTH_WHEN_PIPED
    return Console(stderr=error, markup=False, highlight=False, emoji=False, width=width)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str = "", right: Sequence[int] = ()) -> Table:
    """Return a plain table; the columns numbered in `right` hold numbers."""
    made = Table(title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for n, column in enumerate(columns):
        made.add_column(column, justify="right" if n in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def print_json(content: Any) -> None:
    """Print JSON, and nothing else, on stdout."""
    print(json.dumps(content, indent=2, allow_nan=False))


def say(text: str) -> None:
    """Print a line for a person on stderr."""
    print("".join(c if c.isprintable() else "?" for c in text), file=sys.stderr, flush=True)


def say_saved(files: Sequence[Any]) -> None:
    """Name the files that were written."""
    if files:
        say(f"written to {files[0].parent}: {', '.join(file.name for file in files)}")


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """Show a bar on stderr while the block runs, where somebody is looking; gives a function (done, total, left="")."""
    screen = console(error=True)
    left = TextColumn("{task.fields[left]}")  # words
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), left)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(text, total=None, left="")
        yield lambda done, total, left="": bar.update(task, completed=done, total=total, left=left)


def interruptible(work: Callable[[], T]) -> T:
    """Do `work` in a thread of its own: compiled rules do not listen to Ctrl-C, the waiting thread does."""
    future: Future[T] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=do, daemon=True).start()
    while not future.done():
        wait([future], LISTEN)
    return future.result()


def number(value: float | None) -> str:
    """Return a number with as many digits as tell something; a dash where there was nothing to measure."""
    if value is None or value != value:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"
