"""What a browser may ask of the dashboard's server, and what is refused."""

import asyncio
import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the dashboard needs Solara: pip install 'valuenet[app]'")
pytest.importorskip("psutil", reason="the server is watched with psutil: pip install 'valuenet[test]'")

import psutil
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboards import limits, start
from dashboards.words import words
from tests.classroom import served
from tests.wire import ROOT, Page, alone

TRAP = "from pathlib import Path\nPath(__file__).with_suffix('.caught').touch()\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with a module that tells when it was run, and a library of one file."""
    made = tmp_path_factory.mktemp("serving")
    (made / "trap.py").write_text(TRAP)
    (made / "libraries" / "one" / "part").mkdir(parents=True)
    (made / "libraries" / "one" / "part" / "code.js").write_text("1")
    return made


@pytest.fixture(scope="module")
def room(folder):
    """Serve with one worker, which finds the trap; yield address and process."""
    environment = {
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(folder / "libraries"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
    }
    with served("--workers", "1", **environment) as (address, server):
        yield address, server


def ask(address: str, path: str) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask for a path exactly as it is written."""
    place = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    place.request("GET", path)
    answer = place.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace"), answer.headers


def visit(room, work):
    """Let somebody with a page of the dashboard do something, and return what it gives."""

    async def go():
        page = await Page(room[0]).open("?seed=7&customers=20")
        await page.until(lambda: page.having("form"))
        try:
            return await work(page)
        finally:
            await page.close()

    return alone(go())


def test_it_listens_on_this_computer_only(room):
    family = [room[1].pid, *(child.pid for child in psutil.Process(room[1].pid).children(recursive=True))]
    heard = [c.laddr.ip for pid in family for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"]
    assert heard and set(heard) <= {"127.0.0.1", "::1"}


def test_the_settings_are_safe():
    code = (
        "import json; from solara.server import settings as s; import solara.util as u; print(json.dumps(["
        "s.telemetry.mixpanel_enable, s.session.http_only, s.main.mode, s.theme.show_banner, s.session.secret_key,"
        "u.parse_timedelta(s.kernel.cull_timeout)]))"
    )
    environment = os.environ | start.SAFE | start.settings("", 9)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    *told, secret, culled = json.loads(done.stdout)
    assert told == [False, True, "production", False]
    assert len(secret) == 64 and secret != start.settings("", 9)["SOLARA_SESSION_SECRET_KEY"]
    assert culled <= 600


def test_a_page_keeps_its_cookie_and_its_requests_to_itself(room):
    status, text, headers = ask(room[0], "/?lang=sv")
    assert status == 200 and '<html lang="sv">' in text
    assert all("HttpOnly" in cookie for cookie in headers.get_all("Set-Cookie"))
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http" not in policy and headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/nonsense", "/map/x/y", "/resourcez", "/_solara/api/evict/1", "/../../etc/passwd", "/static/../../etc/passwd",
        "/static/public/..%2f..%2fapp.py", "/static/assets/%2e%2e/%2e%2e/app.py", "/_solara/cdn/../../../etc/passwd",
        "/%00", "/jupyter/nbextensions/../../../etc/passwd", "//etc/passwd", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_an_unknown_address_gets_a_sentence(room, path):
    said = words("fi")["serving"]["unknown"]
    status, text, _ = ask(room[0], path + "?lang=fi")
    assert status == 404
    assert said["title"] in text and said["link"] in text
    assert "root:" not in text and "Traceback" not in text


def test_libraries_are_only_read(room, folder):
    assert ask(room[0], "/_solara/cdn/one/part/code.js")[1] == "1"
    others = ("/_solara/cdn/one/part", "/_solara/cdn/one", "/_solara/cdn/x.js")
    assert [ask(room[0], path)[0] for path in others] == [404] * 3
    assert [path.name for path in (folder / "libraries").rglob("*")] == ["one", "part", "code.js"]


def test_nothing_a_browser_sends_is_run(room, folder):
    async def console(page):
        await page.send("execute_request", code="import trap", silent=False)
        await asyncio.wait([page.reader], timeout=20)
        return page.reader.done()  # the page is closed for that

    async def tricks(page):
        widget = page.having("form")[0][0]
        makes = {"create_widget": ["trap", "Popen"], "props": {}, "id": "x"}
        await page.send("comm_msg", comm_id=widget, data={"method": "custom", "content": makes})
        await page.event(widget, "__init__", {})
        await page.event(widget, "choose", {"seed": 8})
        await page.until(lambda: '"value": 8' in page.having("form")[0][1]["form"], 20)  # it goes on after all that

    assert visit(room, console)
    visit(room, tricks)
    assert not (folder / "trap.caught").exists()


def test_another_visitors_page_is_refused(room):
    async def work(page):
        thief = Page(room[0])
        await asyncio.to_thread(thief._frame, "")
        thief.kernel = page.kernel
        await thief.connect()
        await asyncio.gather(asyncio.wait_for(thief.reader, 20), return_exceptions=True)
        assert thief.cookie != page.cookie
        return thief.reader.done(), thief.widgets

    assert visit(room, work) == (True, {})


def test_pages_of_other_sites_are_refused(room):
    async def work(page):
        with pytest.raises(InvalidStatus):
            await Page(room[0]).connect(Origin="http://evil.example")
        return True

    assert visit(room, work)


def test_too_large_an_upload_is_refused(room):
    async def work(page):
        await page.event(page.having("form")[0][0], "file", {"content": "a" * (limits.MESSAGE + 1)})
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(asyncio.shield(page.reader), 20)
        return closed.value.rcvd.code

    assert visit(room, work) == 1009
    assert ask(room[0], "/")[0] == 200
