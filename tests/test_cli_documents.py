"""The command line as docs/cli.md and docs/scenarios.md describe it: examples, options, shapes of JSON."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scenarios.cli import main
from scenarios.commands.table import COMMANDS, OPTIONS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SMALL = ["--periods", "6", "--set", "customers=30"]
MIXED = ["--set", "firm_strategies={transactional = 0.5, partnership = 0.5}", *SMALL]
QUICK = {
    "run": ["--periods", "3"],
    "compare": ["--periods", "2", "--replications", "2", "--workers", "1"],
    "claims": ["--replications", "3"],
    "sensitivity": ["--periods", "2", "--replications", "2", "--trajectories", "4", "--points", "4"],
    "map": ["--periods", "2", "--replications", "2", "--size", "2"],
}


def blocks(file: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", (DOCS / file).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def examples(file: str) -> list[tuple[str, str]]:
    """Return (command, what it shall print) of the console blocks; '' where the document does not say."""
    return [
        (command, said)
        for block in blocks(file, "console")
        for command, said in re.findall(r"^\$ valuenet (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)
    ]


def read_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # fails if there is anything else on stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scenarios of docs/scenarios.md."""
    folder = tmp_path_factory.mktemp("user")
    for name, text in zip(
        ("shops", "bread", "trust", "laundry", "regimes", "traders"), blocks("scenarios.md", "toml"), strict=True
    ):
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(("command", "said"), examples("cli.md") + examples("scenarios.md"))
def test_examples_of_the_documents(command: str, said: str, place: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(place)
    arguments = shlex.split(command)
    code = main(arguments + QUICK.get(arguments[0], []))
    out, err = capsys.readouterr()
    assert code == (2 if said.startswith("valuenet:") else 0), err
    assert not said or out + err == said


def test_scenarios_of_the_document_load(place: Path, capsys) -> None:
    assert read_json(capsys, "show", str(place / "traders.toml"))["network"] == "bitcoin-otc"


def test_the_document_names_every_option() -> None:
    table = re.findall(r"^\| (`--.*?) \| (.*?) \|", (DOCS / "cli.md").read_text("utf-8"), re.MULTILINE)
    told = {
        (option, command)
        for names, of in table
        for option in re.findall(r"--[a-z-]+", names)
        for command in (COMMANDS if of == "all" else of.split(", "))
    }
    real = {
        (option.rstrip("?"), name)
        for name, (_, _, options) in COMMANDS.items()
        for option in [*options.split(), "--json"]
        if option.startswith("--")
    }
    assert told == real
    assert {option for option, _ in real} == {option.rstrip("?") for option in OPTIONS if option.startswith("--")}


def same_shape(told: object, real: object, where: str = "") -> None:
    """Hold a JSON value against the document's: same keys, same kinds; null wherever a number is."""
    if isinstance(told, dict):
        assert isinstance(real, dict), where
        if len(told) == 1 and next(iter(told)).isupper():
            told = dict.fromkeys(real, next(iter(told.values())))
        assert set(told) == set(real), where
        for key in told:
            same_shape(told[key], real[key], f"{where}.{key}")
    elif isinstance(told, list):
        assert isinstance(real, list), where
        for n, item in enumerate(real):
            same_shape(told[0], item, f"{where}[{n}]") if told else None
    elif isinstance(told, bool):
        assert isinstance(real, bool), where
    elif isinstance(told, int | float):
        assert real is None or (isinstance(real, int | float) and not isinstance(real, bool)), where
    else:
        assert told is None or isinstance(real, str), where


def documented(command: str) -> dict:
    section = (DOCS / "cli.md").read_text("utf-8").partition(f"\n### {command}\n")[2]
    return json.loads(section.partition("```json\n")[2].partition("```")[0])


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["run", "transactional", *SMALL],
        ["run", "transactional", *MIXED, "--out", "out"],
        ["compare", "transactional", "partnership", "--replications", "2", *SMALL],
        ["compare", "transactional", "partnership", "--replications", "2", *MIXED, "--out", "out"],
        ["sensitivity", "transactional", "--trajectories", "4", "--points", "4", "--replications", "2", *SMALL],
        [
            *("sensitivity", "transactional", "--axis", "complexity", "--axis", "firms=2:9", "--points", "16"),
            *("--replications", "2", *SMALL, "--out", "out"),
        ],
        ["claims", "C03", "--replications", "3", "--out", "out"],
        ["replicate", "two-layer-trust", "--out", "out"],
        ["fit", "own-numbers", "--out", "out"],
        ["map", "transactional", "partnership", "--replications", "2", "--size", "2", *SMALL, "--out", "out"],
    ],
    ids=" ".join,
)
def test_json_is_as_documented(arguments: list[str], tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    content = read_json(capsys, *arguments)
    same_shape(documented(arguments[0]), content)
    if "--out" in arguments:
        results = json.loads(Path("out/results.json").read_text())
        assert {str(path) for path in Path("out").iterdir()} == set(content.pop("files"))
        assert results == content


def test_json_of_sweeps_is_as_documented(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fees.toml").write_text(blocks("sweeps.md", "toml")[0], "utf-8")
    section = (
        (DOCS / "cli.md").read_text("utf-8").partition("### sweep, resume, status\n")[2].partition("### sensitivity")[0]
    )
    shapes = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]
    for told, command in zip(
        shapes, ("status fees", "sweep fees.toml --estimate", "summary fees", "cancel fees", "export fees"), strict=True
    ):
        if command.startswith("status"):
            swept = read_json(capsys, "sweep", "fees.toml", "--out", "fees", "--workers", "1")
            assert swept.keys() == told.keys() - {"damaged"}
        same_shape(told, read_json(capsys, *command.split()))


def test_json_of_show_is_as_documented(capsys) -> None:
    told, content = documented("show"), read_json(capsys, "show", "platform", "--set", "fee=0.3")
    numbers = [row for row in content["quantities"] if row["low"] is not None]
    same_shape(told, content | {"quantities": numbers})
    assert all(row["unit"] and row["meaning"] and row["low"] <= row["value"] <= row["high"] for row in numbers)
    others = {row["key"] for row in content["quantities"]} - {row["key"] for row in numbers}
    assert others >= {"providers.firm_strategies", "providers.peer_strategies", "networks.social", "networks.market"}
    changed = {row["key"]: (row["default"], row["value"]) for row in content["quantities"] if row["changed"]}
    assert changed["platform.fee"] == (0.15, 0.3) and "platform.breadth" not in changed
    assert not any(key.startswith("strategies.peer") for key in changed)  # as in the library


def test_a_single_scenario_stands_for_its_regimes(place: Path, capsys) -> None:
    path = str(place / "regimes.toml")
    content = read_json(capsys, "compare", path, "--replications", "2", "--periods", "3")
    assert [one["name"] for one in content["scenarios"]] == ["regimes:distant", "regimes:close"]


def test_the_dashboard_is_served_offline(monkeypatch, capsys) -> None:
    called = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setattr("scenarios.commands.app.check_free", lambda host, port: None)
    monkeypatch.setattr(
        "scenarios.commands.app.library", lambda name: SimpleNamespace(serve=lambda *a: called.append(a))
    )
    assert main(["app", "--port", "8765", "--workers", "2", "--json"]) == 0
    same_shape(documented("app"), json.loads(capsys.readouterr().out))
    assert called == [("localhost", 8765, 2, 100)]


def test_python_example_of_the_document(tmp_path: Path) -> None:
    text = blocks("cli.md", "python")[0].replace("replications=10", "replications=2")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "most value" in done.stdout and (tmp_path / "results" / "results.json").exists()
