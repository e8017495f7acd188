"""Nothing a user gives is obeyed: not as a path, not as code, not as a formula, not as markup."""

import ast
import csv
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scenarios.answers import save_comparison
from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.comparison import Comparison, compare
from scenarios.networks import NetworkError, read_network
from scenarios.runs import run, save_run
from scenarios.scenario import Scenario, load
from scenarios.store import FORMULA, OURS, save, text_writer
from tests.test_fuzz import watched
from tests.test_report import Page

ROOT = Path(__file__).parents[1]
PACKAGES = ("sim", "scenarios", "dashboards")
HEAD = 'title = "T"\ndescription = "D"\n'
EDGES = "buyer,provider\na,x\nb,x\n"
UNPRINTABLE = ("\x1b[31m", "a\nb", "\u2028", "\x85")
WICKED = ("../../x", "/etc/passwd", "C:\\CON", "NUL", "..", "=1+1", "@a", "+1", "-1", "<script>alert(1)</script>")
MARKUP = '"><img src=x onerror=alert(1)><script>'
SHELLS = {"system", "popen", "execv", "execve", "execvp", "spawnv", "startfile", "getoutput", "create_subprocess_shell"}
READS_CODE = {"from_string", "read_pickle", "Markup", "unpickle", "allow_pickle", "load_module", "exec_module"}
posix = pytest.mark.skipif(os.name == "nt", reason="such names and files are there on Linux and macOS only")


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def wicked_files(folder: Path) -> Path:
    """Write a scenario on a network in which every name, title and strategy is a path, a formula or markup."""
    strategies = [name for name in (*WICKED, MARKUP) if "\\" not in name]
    names = [*WICKED, MARKUP]
    rows = [[f"{name} buys", name] for name in names] + [["q", name] for name in names]
    with (folder / "my.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("buyer", "provider"), *rows])
    mix = ", ".join(f"'{name}' = {1 / len(strategies)!r}" for name in strategies)
    tables = "".join(f"[strategies.'{name}']\nmarkup = 0.1\n" for name in strategies)
    regimes = f"[regime.'../../x']\ntitle = '{MARKUP}'\n[regime.'{MARKUP}']\n"
    text = f"title = '../../x'\ndescription = '{MARKUP}'\nperiods = 6\nnetwork = 'my.csv'\n"
    (folder / "=1+1.toml").write_text(f"{text}[providers]\nfirm_strategies = {{{mix}}}\n{tables}{regimes}", "utf-8")
    return folder / "=1+1.toml"


@pytest.fixture(scope="module")
def wicked(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(wicked_files(tmp_path_factory.mktemp("wicked")))


@pytest.fixture(scope="module")
def found(wicked: Scenario) -> Comparison:
    regimes = [load(regime) for regime in wicked.regimes]
    return compare([wicked, *regimes, replace(wicked, name="@a", title="=1+1")], replications=2)


# --- paths


@posix
@pytest.mark.parametrize("stem", [*UNPRINTABLE, "\udcff"])
def test_names_that_cannot_be_printed_are_refused_before_anything_is_done(stem, tmp_path, capsys) -> None:
    (tmp_path / f"{stem}.toml").write_text(HEAD)
    (tmp_path / f"{stem}.csv").write_text(EDGES)
    before = tree(tmp_path)
    for command in (
        ["show", str(tmp_path / f"{stem}.toml")],
        ["show", "transactional", "--network", str(tmp_path / f"{stem}.csv")],
        ["run", "transactional", "--periods", "2", "--out", str(tmp_path / stem)],
    ):
        assert main(command) == 2
        out, err = capsys.readouterr()
        assert out == "" and "cannot be printed" in err and err.rstrip("\n").isprintable()
    assert tree(tmp_path) == before


@pytest.mark.parametrize("out", ["a\0b", "a\0/../b"])
def test_a_nul_in_the_folder_for_results_is_refused(out: str, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "transactional", "--periods", "2", "--out", out]) == 2
    assert "cannot be printed" in capsys.readouterr().err
    assert tree(tmp_path) == set()


@pytest.mark.parametrize("name", ["../../x", "../library/platform", "/etc/passwd", "platform/../platform", "CON", "."])
def test_a_path_is_no_name_of_a_scenario(name: str) -> None:
    with pytest.raises(ScenarioError, match="there is no such scenario"):
        load(name)


@posix
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe would wait for ever, /dev/zero never end."""
    with watched():
        _try_what_is_no_plain_file(tmp_path)


def _try_what_is_no_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "my.csv")
    os.symlink("/dev/zero", tmp_path / "zero.csv")
    os.symlink("loop.csv", tmp_path / "loop.csv")
    for name in ("my.csv", "zero.csv", "loop.csv", "/dev/zero", "/dev/stdin", ".", "a\\u0000b.csv"):
        (tmp_path / "my.toml").write_text(f'{HEAD}network = "{name}"\n')
        with pytest.raises(ScenarioError, match="is neither a file nor a shipped network"):
            load(tmp_path / "my.toml")
        with pytest.raises(NetworkError):
            read_network(tmp_path / name)
    os.mkfifo(tmp_path / "real.participants.csv")
    (tmp_path / "real.csv").write_text(EDGES)
    assert len(read_network(tmp_path / "real.csv").names) == 3
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ScenarioError, match="there is no such file"):
        load(tmp_path / "pipe.toml")


@posix
def test_names_in_files_are_never_paths(wicked: Scenario, found: Comparison, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    save_run(wicked, run(wicked), folder / "run")
    save_comparison(found, folder / "compare")
    written = {path for path in tree(tmp_path) if (tmp_path / path).is_file()}
    assert {path.rpartition("/")[0] for path in written} == {"a/b/run", "a/b/compare"}
    for path in written:
        assert any(Path(path).match(pattern) for pattern in OURS), path
    assert load(folder / "run" / "scenario.toml").market == wicked.market
    kept = read_network(folder / "run" / "network.graphml")
    assert set(kept.names) <= set(wicked.network.names)  # type: ignore[union-attr]
    assert {MARKUP, "../../x"} <= set(kept.names)


@posix
def test_no_link_in_the_folder_is_written_through(wicked: Scenario, tmp_path: Path) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "out"
    victim.write_text("mine")
    save(folder, {}, {"valuenet": "run"})
    done = run(wicked)
    results = [path.name for path in save_run(wicked, done, tmp_path / "other")]
    for name in results:
        for left in (name, f".partial-{os.getpid()}-{name}", f".{name}.partial", f"{name}.part", f"{name}.partial"):
            if left != "results.json":
                os.symlink(victim, folder / left)
    save_run(wicked, done, folder)
    save_run(wicked, done, folder)
    assert victim.read_text() == "mine"
    assert all((folder / name).is_file() and not (folder / name).is_symlink() for name in results)


@posix
def test_links_out_of_the_folder_are_removed_not_their_targets(tmp_path: Path) -> None:
    save(tmp_path / "out", {"runs.csv": text_writer("old")}, {"valuenet": "run"})
    (tmp_path / "mine").write_text("mine")
    os.symlink(tmp_path / "mine", tmp_path / "out" / "scenario-1.toml")
    save(tmp_path / "out", {}, {"valuenet": "run"})
    assert tree(tmp_path) == {"mine", "out", "out/results.json"}


# --- code


@pytest.mark.parametrize("path", [p for room in PACKAGES for p in sorted((ROOT / room).rglob("*.py"))], ids=str)
def test_no_shell_and_no_loader_of_code(path: Path) -> None:
    """`tests/test_house.py` looks for eval, exec and pickle; this for what comes to the same."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in SHELLS | READS_CODE, ast.unparse(node)
            assert not {"shell", "allow_pickle"} & {keyword.arg for keyword in node.keywords}, ast.unparse(node)
            assert name != "Environment" or "autoescape=True" in ast.unparse(node)


def test_the_rules_of_ruff_against_code_in_data_are_on() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert {"S102", "S301", "S302", "S307", "S506"} <= set(lint["select"])
    assert not [rule for rule in lint["ignore"] if rule.startswith("S") and not rule.startswith("SIM")]
    banned = lint["flake8-tidy-imports"]["banned-api"]
    assert {"dill", "marshal", "pickle", "shelve", "yaml"} <= set(banned)


def test_pages_take_only_pictures_as_markup() -> None:
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "scenarios" / "templates").iterdir())
    marked = set(re.findall(r"\{\{\s*([\w.\[\]]+)\s*\|\s*safe\b", templates))
    assert marked == {"pictures.value", "pictures.why", "pictures[measure]", "pictures.networks", "picture", "by_role"}
    assert len(re.findall(r"\bsafe\b|autoescape", templates)) == len(re.findall(r"\|\s*safe\b", templates))
    for path in (ROOT / "dashboards").rglob("*.vue"):
        assert not re.search(
            r"v-html|innerHTML|outerHTML\s*=|insertAdjacent|document\.write|eval\(|new Function", path.read_text()
        )


# --- formulas and markup


@posix
def test_no_cell_of_a_file_is_a_formula(wicked: Scenario, found: Comparison, tmp_path: Path) -> None:
    exports = pytest.importorskip("dashboards.exports")
    save_run(wicked, run(wicked), tmp_path / "run")
    save_comparison(found, tmp_path / "compare")
    (tmp_path / "dashboard.csv").write_text(exports.table_csv(found), "utf-8")
    guarded = 0
    for path in tmp_path.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for cell in (cell for row in csv.reader(file) for cell in row):
                assert not cell.startswith(FORMULA) or re.fullmatch(r"-?\d[\d.]*(e-?\d+)?", cell), (
                    f"{path.name}: {cell}"
                )
                guarded += cell.startswith("'")
    assert guarded > 100


@posix
def test_names_are_text_in_pages_pictures_and_networks(wicked: Scenario, found: Comparison, tmp_path: Path) -> None:
    save_run(wicked, run(wicked), tmp_path / "run")
    save_comparison(found, tmp_path / "compare", f"valuenet compare '{MARKUP}'")
    text = (tmp_path / "compare" / "report.html").read_text("utf-8")
    page = Page(text)
    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert MARKUP in page.text and "<script>alert(1)</script>" in page.text
    for picture in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        elements = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(picture).iter()}
        assert not {"script", "img", "image", "foreignObject", "a"} & elements
    for name in ("network.graphml", "network.gexf"):
        elements = {n.tag.rpartition("}")[2] for n in ElementTree.parse(tmp_path / "run" / name).getroot().iter()}
        assert not {"script", "img"} & elements
        assert MARKUP in read_network(tmp_path / "run" / name).names
