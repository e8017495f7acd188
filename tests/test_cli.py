"""The command line: exit codes, sentences, what goes where, how it stops."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from scenarios.cli import main
from scenarios.commands.console import number
from scenarios.commands.table import COMMANDS
from sim.version import MODEL_VERSION
from tests.fields import disc, mapped

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SMALL = ["--periods", "6", "--set", "customers=30"]


def python(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def read_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # fails if there is anything else on stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"example:\n  valuenet {command}" in capsys.readouterr().out


MIXED = ["--set", "firm_strategies={transactional = 0.5, partnership = 0.5}", *SMALL]


def test_show_marks_what_differs(capsys) -> None:
    main(["show", "platform", "--set", "fee=0.3", "--set", "strategies.peer.effort=0.9"])
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if "platform.fee" in line).split()[:3] == ["*", "platform.fee", "0.3"]
    assert next(line for line in lines if "platform.breadth" in line).split()[:2] == ["platform.breadth", "12"]
    assert next(line for line in lines if line.startswith(" effort")).split()[:2] == ["effort", "0.9*"]


def test_show_prints_a_scenario_that_runs_alike(tmp_path: Path, capsys) -> None:
    assert main(["show", "platform", "--toml", "--set", "fee=0.3", *SMALL[:2]]) == 0
    (tmp_path / "platform.toml").write_text(capsys.readouterr().out, "utf-8")
    small = ["--set", "customers=30", "--set", "peer_share=0.3", "--periods", "6"]
    one = read_json(capsys, "run", "platform", "--set", "fee=0.3", *small)
    assert read_json(capsys, "run", str(tmp_path / "platform.toml"), *small)["measures"] == one["measures"]


def test_seed_and_settings_are_heeded(capsys) -> None:
    runs = [
        read_json(capsys, "run", "transactional", *SMALL, *more)
        for more in ([], [], ["--seed", "2"], ["--set", "complexity=0.9"])
    ]
    assert runs[0] == runs[1] and runs[0]["model_version"] == MODEL_VERSION and runs[0]["periods"] == 6
    totals = [run["measures"]["value_total"] for run in runs]
    assert len(set(totals)) == 3


def test_version_is_told(capsys) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert re.fullmatch(r"valuenet \d+\.\d+\.\d+, model \d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND; see valuenet --help"),
        (["lst"], "argument COMMAND: invalid choice: 'lst'"),
        (["run"], "the following arguments are required: NAME; see valuenet run --help"),
        (["run", "platfrm"], "platfrm: there is no such scenario; did you mean platform?"),
        (["run", "platform", "--sede", "1"], "unrecognized arguments: --sede"),
        (["run", "platform", "--seed", "-1"], "argument --seed: -1 is out of range: 0 to 18446744073709551615"),
        (["run", "platform", "--seed", "9" * 50], "is out of range: 0 to 18446744073709551615"),
        (["run", "platform", "--seed", "x"], "argument --seed: 'x' is not a whole number"),
        (["run", "platform", "--periods", "0"], "argument --periods: 0 is out of range: 1 to 100000"),
        (["run", "platform", "--set", "fee"], "setting: 'fee' is not NAME=VALUE, such as exchange.complexity=0.3"),
        (
            ["run", "platform", "--network", "no.csv"],
            'setting: network = "no.csv" is neither a file nor a shipped network',
        ),
        (["compare", "platform"], "platform has no regimes to compare: name two scenarios or more"),
        (["compare", "platform", "platform"], "two of the scenarios are called platform; their names must differ"),
        (["compare", "platform", "transactional", "--seed", str(2**64 - 1)], "seed: 18446744073709551615 is outside"),
        (["map", "--x", "complexty"], "did you mean complexity?"),
        (["map", "--set", "complexity=0.9"], "--set complexity: complexity is an axis of the map"),
        (["map", "--x", "firms", "--size", "2"], "firms cannot be varied: nobody follows a strategy for it"),
        (["map", "bitcoin-otc", "--x", "customers"], "cannot be varied: the network says how many take part"),
        (["run", "platform", "--set", "peer_share=0", "--set", "firms=9"], "there are no peers to show"),
        (["map", "--size", "1"], "argument --size: 1 is out of range: 2 to 1025"),
        (["run", "\x1b[31m.toml"], "?[31m.toml: there is no such file"),
        (["run", "platform", "--\x1b[31m"], "unrecognized arguments: --?[31m"),
    ],
    ids=str,
)
def test_mistakes_of_the_user(arguments: list[str], said: str, capsys) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and err.startswith("valuenet: ") and err.count("\n") == 1


@pytest.mark.parametrize("command", ["run platform", "compare platform partnership", "map"])
def test_a_folder_of_the_user_is_refused_before_anything_runs(
    command: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(f"scenarios.commands.{command.split()[0]}.interruptible", lambda work: pytest.fail("it ran"))
    (tmp_path / "thesis.doc").write_text("mine")
    assert main([*command.split(), "--out", str(tmp_path)]) == 2
    assert "there are files that valuenet did not write" in capsys.readouterr().err


def test_what_cannot_be_written_is_said(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["run", "transactional", *SMALL, "--out", str(tmp_path / "file" / "out")]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_compiling_is_said_once(monkeypatch, capsys) -> None:
    said = "The rules are compiled for this machine: this happens once and takes about half a minute."
    for warm in (True, False):
        monkeypatch.setattr("scenarios.commands.rules.is_warm", lambda warm=warm: warm)
        main(["run", "transactional", *SMALL])
        assert (said in capsys.readouterr().err) is not warm


def test_a_long_job_says_how_long_and_a_longer_one_is_refused(monkeypatch, capsys) -> None:
    monkeypatch.setattr("scenarios.commands.run.interruptible", lambda work: pytest.fail("it ran"))
    with pytest.raises(pytest.fail.Exception):
        main(["run", "transactional", "--set", "customers=1000000", "--periods", "100"])
    assert "This will take about 60 seconds. Ctrl-C stops it." in capsys.readouterr().err
    assert main(["run", "transactional", "--set", "customers=2000000", "--periods", "100000"]) == 2
    assert "this would take about 33 hours, more than the 24 hours allowed; take fewer" in capsys.readouterr().err


def test_tables_are_plain_when_piped(capsys) -> None:
    main(["run", "transactional", *MIXED])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    for words in ("Who gains", "value_total", "EUR per customer and period", "By strategy"):
        assert words in out


def test_comparison_says_who_wins_for_whom_and_why(capsys) -> None:
    long_enough = ["--periods", "30", "--set", "customers=30"]
    assert main(["compare", "transactional", "partnership", "--replications", "5", *long_enough]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in ("partnership minus transactional (95 % interval)", "win-win", "The difference is made of"):
        assert words in out


def test_the_map_shows_who_is_best_where_and_how_surely(capsys) -> None:
    asked = ["map", "transactional", "partnership", "--x", "specificity", "--size", "3", "--replications", "3", *SMALL]
    content = read_json(capsys, *asked)
    assert (content["x"]["quantity"], content["y"]["quantity"]) == ("specificity", "turnover")
    letters = {"transactional": "Aa", "partnership": "Bb"}
    told = [[letters[cell["scenario"]][not cell["sure"]] for cell in row] for row in reversed(content["cells"])]
    assert len({letter.isupper() for row in told for letter in row}) == 2  # some sure, some not
    main(asked)
    lines = capsys.readouterr().out.splitlines()
    top = next(n for n, line in enumerate(lines) if "turnover" in line)
    grid = [line.split() for line in lines[top + 2 : top + 5]]
    assert [row[0] for row in grid] == ["0.3", "0.0387", "0.005"] and [row[1:] for row in grid] == told


def test_a_large_map_is_printed_thinned_and_says_how_long_it_may_take(monkeypatch, capsys) -> None:
    found = mapped(disc, 129, (5, 10), 0.01)
    monkeypatch.setattr("scenarios.commands.map.strategy_map", lambda *_, **__: found)
    assert main(["map", "transactional", "partnership", "--size", "129", *SMALL, "--set", "customers=400"]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"This will take between \d+ seconds and \d+ minutes, as much as there are borders", err)
    assert "20 of 129 rows and 20 of 129 columns are shown." in out and found.effort() in " ".join(out.split())
    top, *lines = (line.split() for line in out.splitlines() if re.match(r" (turnover|\d)", line))
    rows, columns = (np.linspace(0, 128, 20).round().astype(int) for _ in "yx")
    assert top[3:] == [f"{found.xs[column]:.3g}" for column in columns]
    told = [["AaBb"[2 * found.winners()[r, c] + found.contested()[r, c]] for c in columns] for r in reversed(rows)]
    assert [line[1:] for line in lines[:20]] == told


def test_light_commands_load_nothing_heavy() -> None:
    code = (
        "import sys, time; from scenarios.cli import main; main(['list']);"
        "print(time.process_time(), *sys.modules, file=sys.stderr)"
    )
    done = python("-c", code)
    seconds, *loaded = done.stderr.split()
    assert "transactional" in done.stdout and float(seconds) < 0.5
    assert {"numba", "mesa", "numpy", "pydantic", "pyarrow", "matplotlib"} & set(loaded) == set()


@pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
@pytest.mark.parametrize("command", [["run", "platform"], ["compare", "platform", "partnership"]], ids=" ".join)
def test_ctrl_c_stops_a_long_run(command: list[str], tmp_path: Path) -> None:
    endless = [*command, "--set", "customers=100000", "--periods", "20000", "--out", str(tmp_path / "out")]
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # jobs in the background do not
    code = f"import sys; {listen}; from scenarios.cli import main; sys.exit(main({endless}))"
    process = subprocess.Popen([sys.executable, "-c", code], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(4)  # long enough to be in the run
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate(timeout=20)
        assert process.returncode == 130 and time.monotonic() - began < 5
    finally:
        process.kill()
    assert said.endswith("valuenet: stopped; nothing half-written\n") and "Traceback" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are of POSIX")
def test_progress_goes_to_a_terminal_only() -> None:
    pair = ["transactional", "partnership"]
    command = ["-m", "scenarios.cli", "compare", *pair, "--replications", "3", "--json", *SMALL]
    ours, theirs = os.openpty()
    seen = bytearray()

    def watch() -> None:
        try:
            while part := os.read(ours, 4096):
                seen.extend(part)
        except OSError:  # the other end is closed
            return

    reader = threading.Thread(target=watch)
    reader.start()
    done = subprocess.run(
        [sys.executable, *command], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=theirs, timeout=120, check=False
    )
    os.close(theirs)
    reader.join(10)
    assert b"comparing" in seen and json.loads(done.stdout)["replications"] == 3
    assert python(*command).stderr == ""


def test_a_reader_that_stops_reading_is_no_error() -> None:
    code = "import os, sys; os.close(0); from scenarios.cli import main; sys.exit(main(['list']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_the_dashboard_is_told_where_it_is_missing(monkeypatch, capsys) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["app"]) == 1
    assert capsys.readouterr().err == 'valuenet: the dashboard needs Solara: pip install "valuenet[app]"\n'


def test_numbers_for_people() -> None:
    assert [number(x) for x in (None, float("nan"), 0.12345, -3.0)] == ["-", "-", "0.123", "-3.000"]
    assert number(1234567.8) == "1,234,568"
