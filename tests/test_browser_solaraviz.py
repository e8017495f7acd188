"""The example docs/examples/solaraviz.py in a real browser: Mesa's own SolaraViz shows a market, offline."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.visits import ROOT, Visit, free_port, in_browser, wait_for

pytestmark = in_browser
EXAMPLE = ROOT / "docs" / "examples" / "solaraviz.py"
QUIET = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "PYTHONPATH": str(ROOT)}
STEP, RESET = "button:has-text('Step')", "button:has-text('Reset')"
PICTURES = """async () => Promise.all([...document.querySelectorAll("img")].map(async (one) =>
    [...new Uint8Array(await (await fetch(one.src)).arrayBuffer())].join()))"""
RENEWED = """was => { const now = [...document.images].map((one) => one.src);
    return now.length === 3 && !now.some((one) => was.includes(one)); }"""
SLIDER = "[role=slider][aria-label='Complexity of the exchange']"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Serve the example with the command its docstring names; yield the address and the server's log."""
    log, port = tmp_path_factory.mktemp("solaraviz") / "log", free_port()
    command = EXAMPLE.read_text("utf-8").split('"""')[1].strip().splitlines()[-1].split()
    place = ["--host", "localhost", "--port", str(port)]
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, *command[1:], *place], cwd=ROOT, env={**os.environ, **QUIET}, stdout=said, stderr=said
        )
    try:
        wait_for(f"http://localhost:{port}", server)
        yield f"http://localhost:{port}", log
    finally:
        server.terminate()
        server.wait(20)


def pressed(visit: Visit, button: str, done: int) -> list[str]:
    """Press a button, wait until so many periods are done and all charts are drawn anew, and return the measures'."""
    before = [one.get_attribute("src") for one in visit.page.query_selector_all("img")]
    visit.page.click(button)
    visit.page.wait_for_selector(f"text=/^(Time|Steps?): {done}/")  # Mesa 3.3 and 3.5 call it differently
    visit.page.wait_for_function(RENEWED, arg=before)
    visit.page.wait_for_timeout(500)
    return visit.page.evaluate(PICTURES)[:2]  # the third is an SVG, which holds the time


def test_a_market_works_in_mesas_own_solaraviz(browser, served):
    address, log = served
    visit = Visit(browser, address).open(ready=STEP)
    visit.page.wait_for_function("document.images.length === 3")
    first = pressed(visit, STEP, 1)
    second = pressed(visit, STEP, 2)
    assert all(a != b for a, b in zip(first, second, strict=True))
    pressed(visit, RESET, 0)
    assert pressed(visit, STEP, 1) == first  # the same seed: the same market again
    visit.page.focus(SLIDER)
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_selector(f"{SLIDER}[aria-valuenow='0.6']", state="attached")
    pressed(visit, RESET, 0)
    other = pressed(visit, STEP, 1)
    assert all(a != b for a, b in zip(first, other, strict=True))  # another market
    assert (visit.outside, visit.errors) == ([], [])
    assert "Traceback" not in log.read_text("utf-8")
