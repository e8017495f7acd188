"""Taking part in the contest: strategy files, the command, the example in Python, and one sentence for each mistake."""

import json
import re
import runpy
from pathlib import Path

import pytest

from scenarios import play as play_in_python
from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.contest.entry import read_entry
from scenarios.contest.field import library_strategies
from scenarios.contest.game import MARKETS
from scenarios.contest.hints import whole
from tests.test_cli_documents import documented, same_shape

ROOT = Path(__file__).parent.parent


def test_a_strategy_file_is_played(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text('title = "Mine"\n[knobs]\neffort = 0.9\nshare = 0.25\n')
    assert main(["play", str(file), "--market", "lasting", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    found = play_in_python("lasting", {"effort": 0.9, "share": 0.25}).places["profit"]
    told = said["markets"][0]["places"]["profit"]
    assert (told["mean"], told["rank"], told["least"]) == (found.value.mean, found.rank, found.least)
    same_shape(documented("play"), said)
    assert said["knobs"] == whole({"effort": 0.9, "share": 0.25}) and said["title"] == "Mine"


def test_a_strategy_of_the_library_is_played_on_every_market(capsys):
    assert main(["play", "shopkeeper"]) == 0
    out = capsys.readouterr().out
    assert [f"Shopkeeper on the market {name}" in out for name in MARKETS] == [True] * 3
    assert read_entry("shopkeeper").knobs == whole(library_strategies()["shopkeeper"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[knobs]\nmarkup = 3", "title is missing"),
        ('title = "x"\n[knobs]\neffrt = 1', "knobs.effrt is not a known key; did you mean effort?"),
        ('title = "x"\n[knobs]\nmarkup = 3', "knobs: markup = 3 is out of range here: -0.2 to 0.6 (share of cost)"),
        ('title = "x"\n[knobs]\nwaste = 0.0', "knobs: waste: the contest leaves this knob as it is; there are markup,"),
        ('title = "x"\n[knobs]\neffort = nan', "knobs.effort = nan is not allowed: input should be a finite number"),
        (
            'title = "x"\n[knobs]\neffort = "much"',
            'knobs.effort = "much" is not allowed: input should be a valid number',
        ),
        ('title = "x"\nknobs = 3', "knobs = 3 is not allowed"),
        ("title = ", "is not valid TOML"),
    ],
)
def test_a_mistake_in_a_strategy_file_gets_a_sentence(tmp_path, capsys, text, sentence):
    (tmp_path / "mine.toml").write_text(text)
    assert main(["play", str(tmp_path / "mine.toml")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("valuenet: mine.toml") and sentence in said and said.count("\n") == 1


def test_who_is_not_there_gets_a_suggestion(capsys):
    assert main(["play", "shopkeepr"]) == 2
    assert "did you mean shopkeeper?" in capsys.readouterr().err
    assert main(["play", "shopkeeper", "--market", "moon"]) == 2
    assert "there are simple, lasting, platform" in capsys.readouterr().err
    with pytest.raises(ScenarioError, match="effort = 2 is not allowed: input should be less than or equal to 1"):
        play_in_python("simple", {"effort": 2})


def test_the_example_is_twenty_lines_and_plays(capsys, monkeypatch):
    path = ROOT / "docs" / "examples" / "my_strategy.py"
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= 20
    runpy.run_path(str(path))
    alone, own = capsys.readouterr().out.split("with prices of its own:")
    found = re.findall(r"profit +([\d.]+) .* better than (\d+) of 1,000", alone + own)
    assert len(found) == 2 and found[0] != found[1]


def test_what_the_document_shows_is_played(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs" / "contest.md").read_text("utf-8")
    toml, code = (
        re.search(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1] for kind in ("toml", "python")
    )
    (tmp_path / "listening.toml").write_text(toml)
    (tmp_path / "shown.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    for command in re.findall(r"^\$ valuenet (.*)$", text, re.MULTILINE):
        assert main(command.split()) == 0
    runpy.run_path("shown.py")
    assert "Listening on the market lasting" in (said := capsys.readouterr().out) and "market lasting, 16 runs:" in said
