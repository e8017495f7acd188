"""Fuzzed scenario and network files: taken, or refused with a sentence, fast and in little memory.

2,000 cases; with VALUENET_SOAK set 10,000. What cases are made of stands in `tests/fuzzing.py`.
"""

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.scenario import dump_scenario, load
from sim.create import create
from sim.state import check
from tests.fuzzing import KINDS, Case, answer, case
from tests.soak import times

CASES = times(200, 1000)  # of each of ten kinds
BY_COMMAND = times(6, 60)  # of each kind
LONGEST = 2.0  # seconds
HANGS = 20.0  # seconds after which a case is stopped
MOST_MEMORY = 300e6  # bytes more than at the beginning
LONGEST_SENTENCE = 450  # characters
# Refused cases of a kind, as a share, as measured: 0.28 to 0.87. Both sides must be well filled.
LOW, HIGH = 0.15, 0.92

FILE = r"(my\.[a-z.]+|setting|strategies/\w+\.toml)"
PLACE = re.compile(rf"{FILE}(, line \d+|: | is not valid TOML: |: line \d+ )")
ALLOWED = re.compile(
    r" to -?\d|one of |allowed are|did you mean|the (tables|knobs|keys) are|there (are|is)|\] has |needs? |"
    r"must |may have|more than|; \w|at (line \d+, column \d+|end of document)|a text of|is not (a|the|1)|"
    r"broken XML|cannot be read|not readable|cannot be printed|fills every slot|UTF-8|too many digits|such as|"
    r"is missing|no node has|at most|leave it out|builds one of"
)


class Hang(BaseException):
    """A case that takes too long; not an Exception, so nobody can catch it by accident."""


@contextmanager
def watched() -> Iterator[None]:
    """Stop what takes much too long, where the system can."""

    def stop(*_: object) -> None:
        raise Hang

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def peak() -> int:
    """Return the most memory this process has had, in bytes; 0 where the system does not tell."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", told)[1])


def forget_peak() -> None:
    """Let the peak begin at what is held now, where the system can."""
    if os.access("/proc/self/clear_refs", os.W_OK):
        Path("/proc/self/clear_refs").write_text("5")


def told(tried: Case) -> str:
    """Return a case for a message: its kind, number and text."""
    texts = "\n".join(f"--- {name}\n{data[:3000]!r}" for name, data in tried.files.items())
    return f"case {tried.number} of {tried.kind!r}, regime {tried.regime!r}, settings {tried.settings!r}\n{texts}"


def wrong_with(sentence: str) -> str:
    """Return what a sentence lacks: one line that names file and place and says what is allowed."""
    if not sentence.isprintable() or len(sentence) > LONGEST_SENTENCE or "Traceback" in sentence:
        return "is not one printable sentence"
    if not PLACE.match(sentence):
        return "does not begin with a file and a place"
    return "" if ALLOWED.search(sentence) else "does not say what is allowed"


def judged(tried: Case, folder: Path) -> str:
    """Return the sentence of a case, '' if it is taken; fail, with the case, if it breaks a promise."""
    began = time.perf_counter()
    try:
        with watched():
            sentence = answer(tried, folder)
    except (Exception, Hang) as error:
        raise AssertionError(f"{type(error).__name__}: {error}\n{told(tried)}") from error
    seconds = time.perf_counter() - began
    assert seconds < LONGEST, f"{seconds:.1f} s for {told(tried)}"
    if wrong := sentence and wrong_with(sentence):
        pytest.fail(f"{sentence!r} {wrong}: {told(tried)}")
    return sentence


@pytest.mark.parametrize("kind", KINDS)
def test_fuzzed_files_are_taken_or_refused_with_a_sentence(kind: str, tmp_path: Path) -> None:
    judged(case(kind, 0), tmp_path)
    forget_peak()
    before, refused = peak(), 0
    for number in range(CASES):
        tried = case(kind, number)
        refused += bool(judged(tried, tmp_path))
        assert peak() - before < MOST_MEMORY, told(tried)
    assert LOW < refused / CASES < HIGH, f"{kind}: {refused} of {CASES} cases are refused; the fuzzer has lost its bite"


def test_many_different_mistakes_are_met(tmp_path: Path) -> None:
    """No case is like the next: the sentences, without names and numbers, are of many shapes."""
    sentences = [judged(case(kind, n), tmp_path) for kind in KINDS for n in range(100)]
    shapes = Counter(re.sub(r"'.*?'|\".*?\"|[-+.\w]*\d[-+.\w]*", "#", sentence)[:60] for sentence in sentences)
    assert len(shapes) > 100


def test_a_number_always_makes_the_same_case() -> None:
    made = [[case(kind, number) for kind in KINDS for number in range(20)] for _ in range(2)]
    assert made[0] == made[1]
    assert len({repr(one[2:]) for one in made[0]}) > 180


@pytest.mark.parametrize("kind", ["damaged scenario", "written scenario"])
def test_what_is_taken_can_be_written_and_loaded_again(kind: str, tmp_path: Path) -> None:
    for number in range(CASES // 2):
        tried = case(kind, number)
        if not answer(tried, tmp_path):
            for name, data in tried.files.items():
                (tmp_path / name).write_bytes(data)
            taken = load(f"{tmp_path / 'my.toml'}{tried.regime}")
            (tmp_path / "again.toml").write_text(dump_scenario(taken), "utf-8")
            again = load(tmp_path / "again.toml")
            assert (again.title, again.market) == (taken.title, taken.market), told(tried)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "scenario" not in kind and kind != "settings"])
def test_what_is_taken_makes_a_sound_world(kind: str, tmp_path: Path) -> None:
    for number in range(CASES // 4):
        tried = case(kind, number)
        if not answer(tried, tmp_path):
            for name, data in tried.files.items():
                (tmp_path / name).write_bytes(data)
            try:
                scenario = load("partnership", network=tmp_path / next(iter(tried.files)))
            except ValueError as error:  # a strategy that there is not
                assert "there is no strategy" in str(error), told(tried)
            else:
                assert check(create(scenario.market, 1, scenario.network)) == [], told(tried)


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_gives_code_and_sentence(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    codes = Counter(_by_command(case(kind, number), tmp_path, capsys) for number in range(BY_COMMAND))
    assert set(codes) <= {0, 2}


def _by_command(tried: Case, folder: Path, capsys: pytest.CaptureFixture) -> int:
    for name, data in tried.files.items():
        (folder / name).write_bytes(data)
    first = str(folder / next(iter(tried.files)))
    what = [first + tried.regime] if first.endswith(".toml") else ["transactional", "--network", first]
    code = main(["show", *what, "--json", *(f"--set={text}" for text in tried.settings)])
    out, err = capsys.readouterr()
    if code == 0:
        assert err == "" and json.loads(out)["valuenet"] == "show", told(tried)
    else:
        assert out == "" and err.startswith("valuenet: ") and err.count("\n") == 1, f"{err} {told(tried)}"
    return code
