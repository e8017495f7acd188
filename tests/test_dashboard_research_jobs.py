"""Experiments on the server: the queue, whatever is killed meanwhile, and who may see what."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboards.pages.research import following, jobs
from dashboards.pages.research.jobs import Look, folder_of, go_on, look, stop, submit
from dashboards.words import languages, words
from dashboards.working import Stopped, Tick
from scenarios.sweeps.design import read_design
from scenarios.sweeps.folder import is_locked, read_manifest
from scenarios.sweeps.running import sweep

HEAD = (
    'scenarios = ["transactional", "platform"]\n[settings]\ncustomers = 40\nperiods = 12\n[factors]\nfee = [0.1, 0.3]\n'
)
# A long one must stay below the hour that is allowed, on a slow machine too.
SHORT, LONG = f"replications = 3\n{HEAD}", f"replications = 20000\n{HEAD}"
WAIT = 180.0  # seconds

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of other systems")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Keep the experiments of a test apart, and stop what it leaves at work."""
    monkeypatch.setenv(jobs.PLACE, str(tmp_path / "jobs"))
    yield tmp_path / "jobs"
    for folder in jobs._all():
        (folder / jobs.WAITING).unlink(missing_ok=True)
        stop(folder.name)
    until(lambda: not jobs._at_work())


def until(true: object) -> None:
    last = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < last
        time.sleep(0.1)


def state(token: str, *wanted: str) -> Look:
    """Wait until an experiment is in one of these states."""
    last = time.monotonic() + WAIT
    while (now := look(token)).state not in wanted:
        assert now.busy or now.state == "stopped", now
        assert time.monotonic() < last, now
        time.sleep(0.1)
    return now


def coordinator(token: str) -> int:
    """Return the process that works on an experiment."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (
                entry.joinpath("cwd").resolve() == folder_of(token)
                and b"research.turn" in (entry / "cmdline").read_bytes()
            ):
                return int(entry.name)
        except OSError:
            continue
    raise AssertionError("nobody works on it")


def test_an_experiment_runs_apart_from_who_asked_for_it(place):
    """The process that handed it over is ended with all that belongs to it, as a server is by Ctrl-C."""
    code = "import sys, time; from dashboards.pages.research.jobs import submit; "
    code += "print(submit(sys.argv[1]), flush=True); time.sleep(100)"
    asked = subprocess.Popen(
        [sys.executable, "-c", code, SHORT], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    token = asked.stdout.readline().strip()
    os.killpg(asked.pid, signal.SIGKILL)
    asked.wait(WAIT)
    done = state(token, "finished", "refused")
    assert (done.state, done.done, done.runs, done.failed) == ("finished", 12, 12, 0)
    manifest = read_manifest(folder_of(token) / jobs.SWEEP)
    assert manifest["command"].startswith(jobs.COMMAND)
    assert str(place) not in (folder_of(token) / jobs.SWEEP / "manifest.json").read_text("utf-8")


def test_one_is_at_work_and_the_others_wait_their_turn():
    tokens = [submit(LONG), submit(SHORT), submit(SHORT)]
    assert [look(token).ahead for token in tokens] == [0, 1, 2]
    assert jobs._at_work() == 1
    stop(tokens[1])
    assert look(tokens[1]).state == "refused"  # taken out of the queue
    assert look(tokens[2]).ahead == 1
    state(tokens[0], "running")
    stop(tokens[0])
    assert state(tokens[0], "stopped").said == ""
    assert state(tokens[2], "finished").done == 12


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the process in /proc")
def test_what_was_killed_goes_on_and_gives_the_same(tmp_path):
    design = SHORT.replace("replications = 3", "replications = 200")
    token = submit(design)
    until(lambda: look(token).done > 20)
    os.kill(coordinator(token), signal.SIGKILL)
    stopped = state(token, "stopped")
    assert 20 < stopped.done < 800
    go_on(token)
    assert state(token, "finished").done == 800
    path = tmp_path / jobs.DESIGN
    path.write_text(design, "utf-8")
    sweep(read_design(path), tmp_path / "same")
    same = read_manifest(tmp_path / "same")["results"]
    assert read_manifest(folder_of(token) / jobs.SWEEP)["results"] == same


def test_it_can_be_stopped_before_it_has_begun():
    token = submit(LONG)
    assert look(token).state == "starting"
    stop(token)
    assert state(token, "stopped", "refused").done == 0


def test_what_cannot_run_says_why():
    token = submit('scenarios = ["no-such"]')
    said = state(token, "refused").said
    assert "no-such" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "token", ["", "0" * 32, "../" + "0" * 29, "0" * 31 + "/", "0" * 31 + "G", "../outside", "\0" * 32]
)
def test_who_has_no_key_sees_nothing(token, place):
    submit(SHORT)
    (place.parent / "outside").mkdir()
    (place.parent / "outside" / jobs.DESIGN).touch()
    assert folder_of(token) is None
    assert look(token) == Look("gone")
    stop(token)
    go_on(token)
    assert jobs._at_work() == 1


def test_keys_cannot_be_guessed_and_folders_not_be_read():
    tokens = {submit(SHORT) for _ in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {32}
    assert {folder_of(token).stat().st_mode & 0o077 for token in tokens} == {0}
    assert jobs.place().stat().st_mode & 0o077 == 0


def test_somebody_elses_folder_is_not_taken(monkeypatch):
    jobs.place()
    with monkeypatch.context() as other:
        other.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(PermissionError, match=jobs.PLACE):
            jobs.place()


def test_a_long_queue_is_refused(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_WAITING", 2)
    monkeypatch.setattr(jobs, "advance", lambda: None)
    submit(SHORT)
    submit(SHORT)
    with pytest.raises(jobs.QueueFull):
        submit(SHORT)
    assert len(jobs._all()) == 2


def test_old_ones_go_and_what_is_at_work_stays(monkeypatch, place):
    working = submit(LONG)
    state(working, "running")
    old = [jobs.place() / f"{n:032x}" for n in range(4)]
    for n, folder in enumerate(old):
        folder.mkdir()
        (folder / jobs.DESIGN).touch()
        os.utime(folder, (1, 1) if n == 0 else None)
        os.utime(folder, times=(time.time() - 60 * (n + 1),) * 2) if n else None
    jobs.remove_old()
    assert [folder.exists() for folder in old] == [False, True, True, True]
    monkeypatch.setattr(jobs, "MOST_KEPT", 3)
    jobs.remove_old()
    assert [folder.exists() for folder in old] == [False, True, False, False]  # with room for one more
    assert look(working).busy
    shutil.rmtree(old[1])
    assert look(old[1].name).state == "gone"


def test_who_follows_hears_of_every_change_and_can_go_away():
    token = submit(SHORT)
    seen = [now.state for now in following.looks(token, Tick(lambda: True, lambda now: None))]
    assert seen[0] in ("starting", "running")
    assert seen[-1] == "finished"
    token = submit(LONG)
    with pytest.raises(Stopped):
        list(following.looks(token, Tick(lambda: False, lambda now: None)))
    assert is_locked(folder_of(token))


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_state_has_a_sentence(language):
    states = ("gone", "waiting", "starting", "running", "stopping", "stopped", "refused", "finished")
    looks = [Look(state, 2, 1_234, 5_678, 1, (90.0, 80.0, 100.0)) for state in states]
    told = [following.status(one, words(language)) for one in [None, *looks]]
    assert not any("{" in one["answer"] + one["doing"] for one in told)
    assert len({one["answer"] for one in told}) == len(told)
    assert [one["computing"] for one in told].count(True) == 3
    assert [one["idle"] for one in told].count(True) == 2
    assert following.status(Look("refused", said="why"), words(language))["answer"].endswith("why")
    assert language in languages()
