"""Sweeps whose processes die, hang or are told to stop: nothing is lost, nothing is there twice."""

import csv
import multiprocessing
import os
import random
import signal
import sys
import threading
import time

import pytest

from scenarios.cli import main
from scenarios.sweeps import coordinator, executors, plan
from scenarios.sweeps.coordinator import Settings, conduct
from scenarios.sweeps.plan import plan_of, write_plan
from scenarios.sweeps.results import open_sweep
from scenarios.sweeps.running import cancel, resume, starter, status, sweep
from scenarios.sweeps.shards import Ledger
from tests import faults
from tests.faults import BLOCK, DEADLY, PAUSE, RAN, Valuenet, begun, left_in, logged, undisturbed, until
from tests.soak import SOAK, times

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and counts processes as Linux does")
RUNS = times(80, 1000)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """Return a design, what an undisturbed sweep leaves, the design's file."""
    place = tmp_path_factory.mktemp("calm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SHARD_RUNS", BLOCK)
        return *undisturbed(place, RUNS), place / "faults.toml"


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(plan, "SHARD_RUNS", BLOCK)


class Killer:
    """Kills a random worker shortly after so and so many runs are kept; notes when, and when it was noticed."""

    def __init__(self, kills, monkeypatch):
        self.chance, self.killed, self.noticed, self.wanted = random.Random(kills), [], [], kills
        self.moments = sorted(self.chance.randrange(int(RUNS * 0.7)) for _ in range(kills))
        add, log = Ledger.add, coordinator.log

        def counted(ledger, first, last, data):
            self.look(ledger.done)
            return add(ledger, first, last, data)

        def noted(folder, text):
            self.noticed += [time.monotonic()] * ("lost" in text or "died" in text)
            log(folder, text)

        monkeypatch.setattr(Ledger, "add", counted)
        monkeypatch.setattr(coordinator, "log", noted)

    def look(self, done):
        while self.moments and self.moments[0] <= done:
            self.moments.pop(0)
            threading.Timer(self.chance.uniform(0, 0.1), self.kill).start()

    def kill(self):
        until(lambda: [one for one in multiprocessing.active_children() if one.is_alive()])
        victim = self.chance.choice(multiprocessing.active_children())
        self.killed.append(time.monotonic())
        os.kill(victim.pid, signal.SIGKILL)

    def slowest(self):
        """Return the longest time between a kill and the next notice, in seconds."""
        after = [min((seen - at for seen in self.noticed if seen >= at), default=0) for at in self.killed]
        return max(after)


def test_killed_workers(tmp_path, calm, small_blocks, monkeypatch):
    design, left, _ = calm
    killer = Killer(times(3, 100), monkeypatch)
    state = sweep(design, tmp_path / "s", 2, settings=Settings(batch=8, work=faults.slow))
    assert (state.done, state.failed) == (RUNS, 0)
    assert len(killer.killed) == killer.wanted
    assert killer.noticed
    assert left_in(tmp_path / "s") == left
    print(f"{len(killer.killed)} kills, {len(killer.noticed)} noticed, slowest after {killer.slowest():.2f} s")


def noted(notes):
    """Return how many runs workers have begun so far, those that were lost included."""
    return len(notes.read_text().split()) if notes.is_file() else 0


def kill_one(one, when):
    """Kill a coordinator then; return the seconds until none of its workers is left."""
    until(lambda: when() or one.process.poll() is not None)
    one.kill()
    one.process.wait()
    gone = until(lambda: not one.left())
    one.end()
    return gone


def test_killed_coordinator(tmp_path, calm):
    folder, notes, chance = tmp_path / "s", tmp_path / "ran", random.Random(2)
    kills, gone, done = times(3, 50), [], 0
    begin = ("sweep", calm[2], "--out", folder)
    again = ("resume", folder)

    def coordinator():
        verb = again if (folder / "manifest.json").is_file() else begin
        return Valuenet("slow", *verb, "--workers", 2, "--batch", 2, **{RAN: notes, PAUSE: 0.05})

    for kill in range(kills):
        enough = noted(notes) + chance.randrange(RUNS // kills) if kill else -1  # the first: while it starts
        gone.append(kill_one(coordinator(), lambda: noted(notes) > enough))  # noqa: B023
        if kill:
            assert open_sweep(folder).damaged() == []
            assert status(folder)["done"] >= done
            done = status(folder)["done"]
    assert coordinator().end()[0] == 0
    assert f"begins with {done} of {RUNS} runs done" in logged(folder)
    assert left_in(folder) == calm[1]
    assert not list(folder.rglob(".writing-*"))
    assert noted(notes) - RUNS <= kills * 2 * 2 * 2  # for each worker a batch at work, and one just handed over
    print(f"{kills} kills: {noted(notes) - RUNS} runs again; workers gone after at most {max(gone):.2f} s")


def test_deadly_run_is_set_aside(tmp_path, calm):
    _, _, table = calm
    folder = tmp_path / "s"
    code, said = Valuenet("deadly", "sweep", table, "--out", folder, "--workers", 2).end()
    assert code == 1
    assert "1 of them failed" in said
    with (folder / "errors.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (int(row["run"]), row["error"]) == (DEADLY, "ended its worker, 3 times")
    assert sum(line.startswith(f"runs {DEADLY} to {DEADLY} ") for line in logged(folder)) == 3
    assert others(open_sweep(folder).runs()) == others(open_sweep(table.parent / "calm").runs())


def others(table):
    return [row for row in table.to_pylist() if row["run"] != DEADLY]


def test_endless_run_is_set_aside(tmp_path, calm, small_blocks):
    design, *_ = calm
    state = sweep(design, tmp_path / "s", 2, settings=Settings(batch=2, limit=2.0, work=faults.endless))
    assert (state.done, state.failed) == (RUNS, 1)
    (row,) = open_sweep(tmp_path / "s").errors().to_pylist()
    assert (row["run"], row["error"]) == (DEADLY, "took longer than 2 seconds, 3 times")


def test_greedy_run_is_an_error(tmp_path, calm, small_blocks):
    design, *_ = calm
    planned, folder = plan_of(design), tmp_path / "s"
    write_plan(planned, folder)
    start = starter("processes", 2, 3 * 10**9)
    state = conduct(planned, folder, start, Settings(batch=8, work=faults.greedy), lambda state: None)
    errors = open_sweep(folder).errors().to_pylist()
    assert (state.done, {row["seed"] for row in errors}) == (RUNS, {faults.GREEDY})
    assert all("MemoryError" in row["error"] for row in errors)
    assert not any("lost" in line for line in logged(folder))


def test_workers_that_never_begin(tmp_path, calm, small_blocks, monkeypatch):
    """No run is blamed, and the sweep does not try for ever."""
    design, left, _ = calm
    folder = tmp_path / "s"
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no worker can be started"):
        patch.setattr(executors, "_begin", faults.stillborn)
        sweep(design, folder)
    assert status(folder)["done"] == 0
    resume(folder)
    assert left_in(folder) == left


def stop_by_keys(one, folder):
    one.signal_all(signal.SIGINT)


def stop_by_term(one, folder):
    os.kill(one.process.pid, signal.SIGTERM)


def stop_all_by_term(one, folder):
    one.signal_all(signal.SIGTERM)


def stop_by_cancel(one, folder):
    assert cancel(folder)


STOPS = (stop_by_keys, stop_by_cancel, stop_by_term, stop_all_by_term)
EARLY, LATE = [(stop, True) for stop in STOPS], [(stop, False) for stop in STOPS]


@pytest.mark.parametrize(("stop", "early"), EARLY + LATE if SOAK else EARLY[:1] + LATE[:2])
def test_stopped_and_resumed(tmp_path, calm, small_blocks, stop, early, capsys):
    _, left, table = calm
    folder = tmp_path / "s"
    one = Valuenet("slow", "sweep", table, "--out", folder, "--batch", 4, **{PAUSE: 0.5})
    until(lambda: begun(folder) and (early or status(folder)["done"]))
    asked = time.monotonic()
    stop(one, folder)
    code, said = one.end()
    took = time.monotonic() - asked
    assert code == 130
    assert "`valuenet resume" in said.splitlines()[-1]
    assert until(lambda: not one.left()) < faults.PATIENCE
    assert main(["status", str(folder), "--verify"]) == 0
    assert 0 <= status(folder)["done"] < RUNS
    resume(folder)
    assert left_in(folder) == left
    with capsys.disabled():
        print(f"{stop.__name__}: stopped after {took:.2f} s")
