"""The notebook of docs/ runs from top to bottom, and says what is kept in it."""

import re
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parent.parent / "docs" / "experiment.ipynb"


def test_notebook_runs_and_says_the_same(monkeypatch):
    nbformat, nbclient = map(pytest.importorskip, ("nbformat", "nbclient"))
    for library in ("ipykernel", "SALib", "xarray", "pandas"):
        pytest.importorskip(library)
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parent.parent))
    kept, ran = (nbformat.read(NOTEBOOK, as_version=4) for _ in range(2))
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    nbclient.NotebookClient(ran, timeout=300, kernel_name="python3", resources=where).execute()
    assert [said(cell) for cell in ran.cells] == [said(cell) for cell in kept.cells]


def said(cell):
    """Return what a cell printed or showed as text, but for places in memory."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ())]
    return re.sub(r"0x[0-9a-f]+", "", "".join(texts))
