"""Other people's tools: the examples of docs/friends.md do what they say, and what the tools hold is what we return."""

import ast
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import mesa
import pytest

from scenarios import load, simulate
from sim import ValueNetwork

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "friends.md").read_text("utf-8")
PARTS = [part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:] if "```python" in part]
SMALL = {"customers": 60, "periods": 12}
FLOAT = r"-?\d+\.\d+"
SAYS = {  # what each part must print
    "The function": rf"{FLOAT} {FLOAT}\n0.2 {FLOAT}\n0.9 {FLOAT}\n",
    "SALib": rf"(?s)complexity +{FLOAT}\n.*Name: S1.*specificity +{FLOAT}\nName: median.*",
    "EMAworkbench": rf"(?s)regime\npartnership +{FLOAT}\nplatform +{FLOAT}\ntransactional +{FLOAT}\n.*",
    "Mesa's batch runner": rf"\[\(0.2, {FLOAT}\), \(0.2, {FLOAT}\), \(0.2, {FLOAT}\)(, \(0.8, {FLOAT}\)){{3}}\]\n",
    "joblib": rf"{FLOAT}\n",
    "pandas, SciPy and the rest": rf"0\.{FLOAT[6:]}\n",
}


def blocks(part):
    return re.findall(r"^```python\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


def missing(code):
    """Return the packages a block imports that are not installed."""
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in nodes]
    return sorted({name.split(".")[0] for name in names if find_spec(name.split(".")[0]) is None})


def test_the_page_has_every_friend():
    assert missing("import os\nfrom nowhere.at_all import it\nfrom scenarios import load") == ["nowhere"]
    assert [part.partition("\n")[0] for part in PARTS] == list(SAYS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition("\n")[0])
def test_examples_of_the_page_work(part, tmp_path):
    codes = blocks(part)
    if gone := [name for code in codes for name in missing(code)]:
        pytest.skip(f"needs {', '.join(gone)}, which nothing here depends on")
    said = ""
    for n, code in enumerate(codes):
        file = tmp_path / f"example{n}.py"
        file.write_text(code, "utf-8")
        done = subprocess.run(
            [sys.executable, str(file)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, code + done.stdout + done.stderr
        said += done.stdout
    assert re.fullmatch(SAYS[part.partition("\n")[0]], said), said


def test_mesa_measures_what_simulate_returns():
    """A measure of a run is the mean over its last two thirds, where both have the same world."""
    model = ValueNetwork(load("partnership", SMALL).market, rng=3, complexity=0.8)
    assert isinstance(model, mesa.Model)
    model.run_model()
    returned = simulate("partnership", 3, complexity=0.8, **SMALL)
    assert model.as_run().results() == pytest.approx(returned, rel=0, abs=0, nan_ok=True)


def test_the_workbench_passes_on_the_sentence_of_a_mistake():
    workbench = pytest.importorskip("ema_workbench", reason="needs ema_workbench, which nothing here depends on")
    model = workbench.Model("valuenet", function=simulate)
    model.uncertainties = [workbench.RealParameter("complexity", 0.5, 2.0)]
    model.constants = [workbench.Constant("scenario", "platform"), workbench.Constant("periods", 2)]
    model.outcomes = [workbench.ScalarOutcome("trust")]
    sentence = pytest.raises(workbench.EMAError, match=r"exchange.complexity = .* is out of range: 0 to 1")
    with workbench.SequentialEvaluator(model) as evaluator, sentence:
        evaluator.perform_experiments(scenarios=8)
