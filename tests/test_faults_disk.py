"""Sweeps on disks that are full, fail, may only be read or give back other bytes than they got."""

import errno
import os
import random
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.sweeps import folder as disk
from scenarios.sweeps import plan
from scenarios.sweeps.coordinator import Settings, Stopped
from scenarios.sweeps.folder import read_json
from scenarios.sweeps.plan import read_plan
from scenarios.sweeps.results import open_sweep
from scenarios.sweeps.running import resume, status, sweep
from scenarios.sweeps.shards import Ledger
from tests.faults import BLOCK, PAUSE, Valuenet, begun, left_in, undisturbed, until
from tests.soak import times

RUNS, BATCH = 60, 4
TRIALS = times(50, 1000)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(plan, "SHARD_RUNS", BLOCK)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """Return a design, what an undisturbed sweep leaves, its folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SHARD_RUNS", BLOCK)
        place = tmp_path_factory.mktemp("calm")
        return *undisturbed(place, RUNS), place / "calm"


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of 400 KB, and a function that mounts it anew with other options."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("needs the right to mount a small disk (run as root)")
    try:
        yield place, lambda how: subprocess.run(["mount", "-o", f"remount,{how}", place], check=True)
    finally:
        subprocess.run(["umount", "-l", place], check=False)


def in_threads(how, *arguments):
    """Sweep or resume without processes."""
    with ThreadPoolExecutor(2) as two:
        return how(*arguments, 2, two, Settings(batch=BATCH))


def readable(folder):
    """Return how many rows can be read; they are all there are said to be, each once."""
    results = open_sweep(folder)
    runs = results.runs()["run"].to_pylist()
    assert results.damaged() == []
    assert len(set(runs)) == len(runs) == status(folder)["done"]
    return len(runs)


def test_full_disk(calm, small_disk, capsys):
    design, left, _ = calm
    place, _ = small_disk
    filler = place / "filler"
    filler.write_bytes(bytes(400 * 1024 - 12 * 4096))
    with pytest.raises(OSError, match=r"cannot be written \(No space left on device\)"):
        in_threads(sweep, design, place / "s")
    kept = readable(place / "s")
    assert 0 < kept < RUNS
    assert main(["resume", str(place / "s")]) in (1, 2)  # 2: the estimate already says that it does not fit
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert readable(place / "s") >= kept
    filler.unlink()
    in_threads(resume, place / "s")
    assert left_in(place / "s") == left


def test_disk_that_may_only_be_read(calm, small_disk, capsys, monkeypatch):
    design, left, _ = calm
    place, mounted = small_disk
    mounted("ro")
    with pytest.raises(OSError, match="Read-only"):
        in_threads(sweep, design, place / "s")
    mounted("rw")
    with monkeypatch.context() as patch, pytest.raises(OSError, match="Read-only"):
        fail_at(17, errno.EROFS, patch)
        in_threads(sweep, design, place / "s")
    mounted("ro")
    assert main(["resume", str(place / "s")]) == 1
    assert "Read-only" in capsys.readouterr().err.splitlines()[-1]
    assert main(["status", str(place / "s"), "--verify"]) == 0
    mounted("rw")
    in_threads(resume, place / "s")
    assert left_in(place / "s") == left


def fail_at(write, number, patch):
    """Let all writes fail from the one with this number on."""
    count, real = [0], os.fsync

    def fsync(handle):
        count[0] += 1
        if count[0] >= write:
            raise OSError(number, os.strerror(number))
        real(handle)

    patch.setattr(disk.os, "fsync", fsync)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_writes_that_fail(tmp_path, calm, monkeypatch, number):
    design, left, _ = calm
    chance = random.Random(number)
    for trial in range(times(4, 40)):
        folder = tmp_path / f"s{trial}"
        with monkeypatch.context() as patch, pytest.raises(OSError, match="cannot be written") as raised:
            fail_at(chance.randrange(1, 45), number, patch)
            in_threads(sweep, design, folder)
        assert "\n" not in str(raised.value)
        if (folder / "manifest.json").exists():
            readable(folder)
            in_threads(resume, folder)
        else:
            in_threads(sweep, design, folder)
        assert left_in(folder) == left
        assert not list(folder.rglob(".writing-*"))


def test_writes_that_are_short(tmp_path, calm, monkeypatch):
    """A disk that keeps half of a batch and says nothing: it is seen before the batch counts for good."""
    design, left, _ = calm
    real, to_come = os.replace, {"000000008", "000000040"}

    def replace(source, target):
        if target.parent.name == "parts" and target.name[:9] in to_come:
            to_come.remove(target.name[:9])
            os.truncate(source, os.path.getsize(source) // 2)
        real(source, target)

    monkeypatch.setattr(disk.os, "replace", replace)
    assert in_threads(sweep, design, tmp_path / "s").done == RUNS
    assert left_in(tmp_path / "s") == left
    assert len(list((tmp_path / "s" / "damaged").iterdir())) == 2


def half_done(design, folder):
    """Leave a sweep in the middle of its second block."""
    add = Ledger.add

    def until_then(ledger, first, last, data):
        if ledger.done >= BLOCK + 2 * BATCH:
            raise Stopped
        return add(ledger, first, last, data)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(Ledger, "add", until_then)
        in_threads(sweep, design, folder)


def spoiled(data, chance):
    """Return bytes with some flipped, cut off or replaced."""
    at = chance.randrange(len(data))
    kind = chance.choice(("flip", "cut", "zeros", "other"))
    if kind == "cut":
        return data[:at]
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    length = chance.choice((1, 16, 512))
    new = bytes(length) if kind == "zeros" else chance.randbytes(length)
    return data[:at] + new + data[at + length :]


def test_damaged_results_are_seen_and_run_again(tmp_path, calm, capsys):
    design, left, finished = calm
    half_done(design, tmp_path / "half")
    files = [path for kind in ("parts", "runs", "series") for path in sorted((tmp_path / "half" / kind).iterdir())]
    assert {path.parent.name for path in files} == {"parts", "runs", "series"}
    files += [path for kind in ("runs", "series") for path in sorted((finished / kind).iterdir())]
    chance = random.Random(1)
    for trial in range(TRIALS):
        path = chance.choice(files)
        whole, folder = path.read_bytes(), path.parents[1]
        bad = spoiled(whole, chance)
        if bad == whole:
            continue
        path.write_bytes(bad)
        assert open_sweep(folder).damaged() == [f"{path.parent.name}/{path.name}"]
        if trial % (TRIALS // 5) == 0:
            assert main(["status", str(folder), "--verify"]) == 1
            assert str(path) in capsys.readouterr().err
            assert resumed(folder, tmp_path / f"copy{trial}") == left
        path.write_bytes(whole)


def resumed(folder, copy):
    """Return what there is after a copy of a sweep has been resumed."""
    shutil.copytree(folder, copy)
    in_threads(resume, copy)
    return left_in(copy)


def test_damaged_plan_is_seen(calm, tmp_path):
    """One sentence for whatever is done to manifest, points or scenarios, unless they still say the same."""
    folder = tmp_path / "s"
    shutil.copytree(calm[2], folder)
    planned, chance = read_plan(folder), random.Random(2)
    same = {"points": planned.design.points, "markets": [one.market for one in planned.design.variants]}
    for _ in range(TRIALS):
        path = folder / chance.choice(("manifest.json", "points.parquet", "scenario-1.toml", "scenario-2.toml"))
        whole = path.read_bytes()
        held = read_json(folder / "manifest.json")
        path.write_bytes(spoiled(whole, chance))
        try:
            found = read_plan(folder)
        except ScenarioError as error:
            assert len(str(error).splitlines()) == 1
        else:
            assert read_json(folder / "manifest.json") == held
            assert found.design.points == same["points"]
            assert [one.market for one in found.design.variants] == same["markets"]
        path.write_bytes(whole)


def test_second_coordinator_is_refused(tmp_path, calm, capsys):
    _, left, _ = calm
    table, folder = tmp_path / "design.toml", tmp_path / "s"
    shutil.copy(calm[2].parent / "faults.toml", table)
    first = Valuenet("slow", "sweep", table, "--out", folder, "--batch", 2, **{PAUSE: 0.2})
    until(lambda: begun(folder))
    for argv in (("resume", folder), ("resume", folder, "--retry-failed"), ("sweep", table, "--out", folder)):
        assert main([*map(str, argv)]) == 2
        (sentence,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("valuenet: ")]
        assert "another process works on this sweep" in sentence or "there is a sweep already" in sentence
    assert first.end()[0] == 0
    assert left_in(folder) == left


def test_files_are_few(tmp_path, calm, monkeypatch):
    design, _, _ = calm
    counts, add = [], Ledger.add

    def counted(ledger, first, last, data):
        counts.append(sum(path.is_file() for path in ledger.folder.rglob("*")))
        return add(ledger, first, last, data)

    monkeypatch.setattr(Ledger, "add", counted)
    with ThreadPoolExecutor(2) as two:
        sweep(design, tmp_path / "s", 2, two, Settings(batch=1))
    assert len(counts) == RUNS
    blocks, others = 2 * RUNS // BLOCK, 12
    assert max(counts) <= blocks + others + BLOCK + 4  # batches of one block, and what two workers hold
