"""The house around the code: which way imports point, what is never called, what a wheel and the README hold."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from sim.version import MODEL_VERSION

ROOT = Path(__file__).parent.parent
PACKAGES = ("sim", "scenarios", "dashboards")
FLOORS = (  # imports point to the same floor or a lower one
    ("sim.version", "sim.compiled", "sim.maths", "sim.money", "sim.rulebook"),
    ("sim.sections", "sim.rule_sections", "sim.shocks", "sim.draws"),
    ("sim.config",),
    ("sim.network", "sim.records", "sim.state", "sim.notes"),
    ("sim.relations", "sim.roles", "sim.create"),
    ("sim.rules", "sim.totals", "sim.metrics", "sim.final"),
    ("sim.variants",),
    ("sim.period",),
    ("sim.fields", "sim.ties", "sim.buyers", "sim.agents", "sim.population", "sim.decisions"),
    ("sim.model", "sim.ensemble"),
    ("scenarios",),
    ("dashboards",),
)
NOT_IN_THE_MARKET = {"argparse", "csv", "json", "matplotlib", "pyarrow", "rich", "tomllib"}
RUNS_DATA = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve", "yaml"}
RUNS_TEXT = {"__import__", "compile", "eval", "exec"}
HEAVY = {"SALib", "matplotlib", "mesa", "networkx", "numba", "pandas", "pyabc", "pyarrow", "scipy", "solara"}
LAZY = {  # look names up
    *("sim/__init__.py", "sim/rulebook.py", "scenarios/__init__.py", "scenarios/cli.py"),
    *("scenarios/optional.py", "scenarios/replication.py"),
}
LONGEST = 300
VALUENET = """#!/bin/sh
export PYTHONPATH='{root}'
valuenet() {{ exec '{python}' -m scenarios.cli "$@"; }}
case "$1" in
compare | map) valuenet "$@" --replications 2 ;;
sensitivity) valuenet "$@" --replications 2 --trajectories 4 --points 4 ;;
app) valuenet app --help ;;
*) valuenet "$@" ;;
esac
"""
MAKE = """#!/bin/sh
PATH="${{PATH#*:}}" exec make -n -C '{root}' "$@"
"""


def files() -> dict[str, Path]:
    """Return every module of the three packages by its dotted name."""
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


FILES = files()


def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imported(node: ast.AST) -> list[str]:
    """Return the dotted names that an import statement brings in; of `from sim import draws` it is sim.draws."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in FILES else str(node.module) for name in names]
    return []


def imports(name: str) -> set[str]:
    return {target for node in ast.walk(tree(name)) for target in imported(node)}


def floor(name: str) -> int:
    """Return the floor of a module, that of its longest prefix in FLOORS."""
    for level, rooms in enumerate(FLOORS):
        if any(name == room or name.startswith(f"{room}.") for room in rooms):
            return level
    raise AssertionError(f"{name}: say in FLOORS of tests/test_house.py on which floor it stands")


def python(code: str, *arguments: str, cwd: Path = ROOT) -> str:
    """Run code in a fresh Python that finds the packages of this folder, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [name for name in FILES if name not in PACKAGES])
def test_imports_point_one_way(name):
    own = {target for target in imports(name) if target.split(".")[0] in PACKAGES}
    assert [target for target in own if target in PACKAGES or floor(target) > floor(name)] == []


def test_no_circles():
    graph = {name: {target for target in imports(name) if target in FILES} for name in FILES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(FILES)


def test_market_knows_no_files_plots_or_command_line():
    known = {(name, target) for name in FILES if name.startswith("sim") for target in imports(name)}
    assert {(name, target) for name, target in known if target.split(".")[0] in NOT_IN_THE_MARKET} == set()


@pytest.mark.parametrize("name", FILES)
def test_imports_stand_on_top(name):
    code = tree(name)
    below = [node for node in ast.walk(code) if imported(node) and node not in code.body]
    assert [ast.unparse(node) for node in below] == []
    text = FILES[name].read_text(encoding="utf-8")
    assert "TYPE_CHECKING" not in text
    assert "import_module" not in text or str(FILES[name].relative_to(ROOT).as_posix()) in LAZY


@pytest.mark.parametrize("name", FILES)
def test_nothing_a_user_gives_is_executed(name):
    assert {target.split(".")[0] for target in imports(name)} & RUNS_DATA == set()
    for call in (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call)):
        assert not (isinstance(call.func, ast.Name) and call.func.id in RUNS_TEXT), ast.unparse(call)
        assert not (isinstance(call.func, ast.Attribute) and "pickle" in call.func.attr), ast.unparse(call)
        assert "allow_pickle" not in [keyword.arg for keyword in call.keywords], ast.unparse(call)


@pytest.mark.parametrize("path", [*FILES.values(), *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: path.name)
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("sim.")])
def test_no_product_of_matrices_in_the_market(name):
    """What adds them up, and in which order, differs from processor to processor."""
    assert not any(isinstance(node, ast.MatMult) for node in ast.walk(tree(name)))
    assert not {"dot", "einsum", "matmul", "vdot", "inner"} & {
        node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)
    }


def test_start_is_light():
    code = f"import sys, sim, scenarios.cli; scenarios.library(); print({HEAVY} & set(sys.modules))"
    assert python(code).strip() == "set()"


def test_versions_agree():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"\n## [{version}]" in changes
    assert f"MODEL_VERSION {MODEL_VERSION}" in changes.partition("### Results change")[2].partition("\n## ")[0]


def test_wheel_holds_everything(tmp_path):
    pytest.importorskip("setuptools")
    leave_out = shutil.ignore_patterns("__pycache__", ".*")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave_out)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, tmp_path)
    wanted = {
        path.relative_to(tmp_path).as_posix()
        for package in PACKAGES
        for path in (tmp_path / package).rglob("*")
        if path.is_file()
    }
    python("from setuptools import build_meta; build_meta.build_wheel('.')", cwd=tmp_path)
    with zipfile.ZipFile(next(tmp_path.glob("valuenet-*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if name.split("/")[0] in PACKAGES}
    assert held == wanted


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def readme_blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def readers_shell(tmp_path):
    """Return a folder for the PATH: `valuenet` runs with few replications, `make` only says what it would do."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    commands = {"valuenet": VALUENET.format(root=ROOT, python=sys.executable), "make": MAKE.format(root=ROOT)}
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in commands.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.skipif(os.name == "nt", reason="the README's sh blocks need sh")
def test_commands_of_the_readme_work(tmp_path, readers_shell):
    blocks = readme_blocks("sh")
    assert blocks
    for block in blocks:
        if not re.search(r"\b(pip|git|venv)\b", block):  # setting up is what .ci/run does for real
            done = subprocess.run(
                ["sh", "-e", "-c", block],
                cwd=tmp_path,
                text=True,
                capture_output=True,
                timeout=300,
                env={**os.environ, "PATH": f"{readers_shell}:{os.environ['PATH']}"},
                check=False,
            )
            assert done.returncode == 0, block + done.stdout + done.stderr


def test_python_of_the_readme_works(tmp_path):
    for block in readme_blocks("python"):
        python(block, cwd=tmp_path)
