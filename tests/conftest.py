"""What the test files share: deterministic Hypothesis, machine code that is compiled once, the three regimes."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest
from hypothesis import settings

from scenarios.scenario import load
from sim.config import Market
from sim.ensemble import run
from tests.visits import APP, CHROMIUM, FLAGS, serve

REGIMES = ("transactional", "partnership", "platform")
NOTHING: Mapping[str, object] = MappingProxyType({})

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=5000)  # pytest --hypothesis-profile explore
settings.load_profile("ci")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before parallel workers start: they find the machine code instead of each making it."""
    if session.config.getoption("numprocesses", default=None):
        run(load("platform", {"customers": 20, "periods": 2}).market, seed=1)


@pytest.fixture(params=REGIMES)
def regime(request: pytest.FixtureRequest) -> str:
    """Name one of the three regimes: a test with this argument runs for each."""
    return request.param


@pytest.fixture(scope="session")
def market() -> Callable[..., Market]:
    """Return `market(regime, overrides)`, which makes the market of a regime's scenario file."""

    def of(regime: str, overrides: Mapping[str, object] = NOTHING) -> Market:
        return load(regime, overrides).market

    return of


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the dashboard, one server for all browser tests of a worker."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "shown.py").write_text(APP)
    yield from serve(folder, "shown:app")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Open a headless Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
