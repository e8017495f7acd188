"""Visits to the dashboard in a real browser, as `valuenet app` serves it."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDED = ("solara", "playwright")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None] + ([] if CHROMIUM else ["chromium"])
in_browser = pytest.mark.skipif(
    bool(MISSING),
    reason=f"a real browser needs {', '.join(MISSING)}: pip install 'valuenet[app,test]', chromium on the PATH",
)
ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 120_000  # ms: rules may have to be compiled first
FAILING, SLOW = 13, 14  # seeds of the page 'Compare'
# The app itself, but one market fails and one takes long.
APP = f"""
import time
from dashboards.pages.compare import page
from dashboards.serving import app

made = page.pictures

def pictures(choices, tick):
    if choices.seed == {FAILING}:
        raise RuntimeError("broken on purpose")
    while choices.seed == {SLOW}:
        tick()
        time.sleep(0.05)
    return made(choices, tick)

page.pictures = pictures
"""


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("localhost", 0))
        return place.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def serve(folder: Path, app: str) -> Iterator[str]:
    """Serve an application ('module:name', found in the folder) as `valuenet app` does, and yield its address."""
    port, start = free_port(), importlib.import_module("dashboards.start")
    settings = start.SAFE | start.settings(str(folder), students=100) | {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    command = [sys.executable, "-m", "uvicorn", app, "--host", "localhost", "--port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        wait_for(f"http://localhost:{port}", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


class Visit:
    """A visitor with a browser profile of its own; keeps what went wrong and what went out."""

    def __init__(self, browser, address: str, width: int = 1280, height: int = 900, motion: str = "reduce"):
        self.page = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion=motion, accept_downloads=True
        ).new_page()
        self.address, self.outside, self.errors, self.traffic = address, [], [], 0
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._requested)
        self.page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on(
            "websocket", lambda socket: [socket.on(f"frame{way}", self._moved) for way in ("sent", "received")]
        )

    def _requested(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def _moved(self, frame) -> None:
        self.traffic += len(frame)

    def open(self, path: str = "", ready: str = ".vn-doing") -> "Visit":
        """Open a path with its query, and wait until something is there."""
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector(ready)
        return self

    def answered(self) -> str:
        """Wait until the page has computed and shows its table, and return the answer."""
        self.page.wait_for_selector(".vn-table")
        self.page.wait_for_selector("progress", state="detached")
        self.page.wait_for_selector(".vn-old", state="detached")
        return self.text(".vn-answer")

    def text(self, where: str) -> str:
        return self.page.text_content(where).strip()

    def violations(self) -> list:
        """Return what axe-core finds wrong for people who see, hear or move differently."""
        self.page.wait_for_selector(".v-progress-linear", state="hidden")  # the server's, while it works
        axe = pytest.importorskip("axe_playwright_python.base", reason="needs axe-playwright-python")
        self.page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
        found = self.page.evaluate("axe.run()")
        return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]

    def close(self) -> None:
        self.page.context.close()
