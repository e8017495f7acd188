"""The server of the dashboard: Solara's own, with only the addresses its pages need, and in words people read.

`valuenet app` starts workers of `dashboards.serving:app`, each a process of its own.
"""

import ctypes
import html
import itertools
import json
import multiprocessing
import signal
import sqlite3
import sys
import threading
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from anyio import to_thread
from ipyvue.VueTemplateWidget import Events
from solara.server import kernel_context, settings
from solara.server import starlette as server
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import places
from dashboards.app import routes
from dashboards.words import DEFAULT_LANGUAGE, languages, words

CHANNELS = "/jupyter/api/kernels/{kernel_id}/{name}"
LIBRARIES = "/_solara/cdn"
# What else a page asks its server for. The rest of Solara's addresses is left out: they tell about the machine,
# or let a visitor make the server fetch and remove files of its libraries.
NEEDED = {
    "/readyz",
    "/jupyter/api/kernels/{id}",
    "/_solara/api/close/{kernel_id}",
    "/static/public",
    "/static/assets",
    "/jupyter/nbextensions",
    "/static",
}
ASSETS = Path(__file__).parent / "assets"
NOTICE, OURS = Template((ASSETS / "notice.html").read_text("utf-8")), (ASSETS / "frame.html").read_text("utf-8")
# What the frame of a page says in Solara's English (its version is pinned), and what says it here: a word of
# `frame` in text/*/serving.toml, in what stands around it.
LOST = """<v-progress-circular indeterminate size="128" style="text-align: center;">Server
                disconnected.</v-progress-circular>"""
FRAME = (
    (LOST, "lost", '<p role="alert" class="vn-lost">{}</p>', html.escape),
    ("Restoring session…", "again", "{}", html.escape),
    ('"Loading resources"', "loading", "{}", json.dumps),
    ("'Loading app'", "loading", "{}", json.dumps),
)
NO_ZOOM = ", maximum-scale=1, user-scalable=no, minimal-ui"
# Nothing comes from anywhere but this server, and no other site shows the pages as its own.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob: ws://{host} wss://{host}; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
TIDY = 10  # signs of life from one tidying of the memory to the next
PLAIN_WEB = "Cookies with samesite=none require https"  # a warning of Solara's: a class has no https


def only_events(widget: Events, _: object, content: Message, buffers: object) -> None:
    """Let a browser tell a widget its events, and nothing else.

    ipyvue would also import any module a browser names and call what is in it.
    """
    event = content.get("event")
    if event in (widget.events or ()):
        getattr(widget, f"vue_{event}")(content.get("data", {}), *([buffers] if buffers else []))


Events._handle_event = only_events


async def page(request: Request) -> Response:
    """Return the frame of a page in the language its link asks for; Solara fills it over a websocket."""
    frame = await server.root(request)
    made = HTMLResponse(framed(bytes(frame.body).decode(), _language(request)), headers=_safe(request))
    made.raw_headers += [header for header in frame.raw_headers if header[0] == b"set-cookie"]
    return made


def framed(text: str, language: str) -> str:
    """Return the frame of a page with its words in a language, and with what is ours in it."""
    said = words(language)["serving"]["frame"]
    for theirs, name, around, written in FRAME:
        text = text.replace(theirs, around.format(written(said[name])))
    text = text.replace("<html>", f'<html lang="{language}">').replace(NO_ZOOM, "")
    return text.replace("</html>", f"{OURS}</html>")


async def unknown(request: Request, error: Exception) -> Response:
    """Say that there is no such page, in the visitor's language, with the way to the first one."""
    language = _language(request)
    told = {name: html.escape(text) for name, text in words(language)["serving"]["unknown"].items()}
    text = NOTICE.substitute(told, lang=language, home=f"/?lang={language}")
    return HTMLResponse(text, status_code=404, headers=_safe(request))


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in languages() else DEFAULT_LANGUAGE


def _safe(request: Request) -> dict[str, str]:
    return {
        "Content-Security-Policy": POLICY.format(host=request.headers.get("host", "")),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


class Door:
    """What stands before the websockets: only pages of this server come in, and who leaves makes room at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the websocket of one page."""
        asked = HTTPConnection(scope)
        origin = asked.headers.get("origin")
        if origin and urlsplit(origin).netloc != asked.headers.get("host"):
            await send({"type": "websocket.close", "code": 1008})
            return
        kernel, page_id = scope["path_params"]["kernel_id"], asked.query_params.get("session_id", "")
        places.came(kernel)
        known = kernel_context.contexts.get(kernel)
        if known is not None:  # it was away for a moment: its place is taken again
            await to_thread.run_sync(places.take, kernel, known.session_id)

        said = False

        async def heard() -> Message:
            nonlocal said
            message = await receive()
            said = said or (message["type"] == "websocket.disconnect" and "reason" in message)
            return message

        try:
            await self._app(scope, heard, send)
        finally:
            await to_thread.run_sync(gone, kernel, page_id, said)


def gone(kernel: str, page_id: str, said: bool) -> None:
    """Give the place of a page back; where the browser said that it goes, its market is closed as well.

    Its own word about that comes on another connection, which may end at another worker. What was only lost
    is kept for a while: it may come back.
    """
    places.left(kernel)
    context = kernel_context.contexts.get(kernel)
    if said and context is not None and page_id in context.page_status:
        context.page_close(page_id)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Serve as long as the parent lives, and say all the while that this worker does."""
    warnings.filterwarnings("ignore", message=PLAIN_WEB)
    over = threading.Event()
    threading.Thread(target=_keep, args=(over,), daemon=True).start()
    try:
        async with server.lifespan(app):
            yield
    finally:
        over.set()


def _keep(over: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # of glibc
    for beat in itertools.count(1):
        if over.wait(places.HEARD):
            return
        with suppress(sqlite3.Error):  # a busy count is told at the next beat
            places.live()
        if give_back is not None and beat % TIDY == 0:
            give_back(0)  # to the system: what is left between the things that are kept
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)


def _application() -> Starlette:
    found = {getattr(route, "path", ""): route for route in server.routes}
    shown = [Route("/" + route.path.strip("/"), page) for route in routes]
    libraries = Mount(LIBRARIES, StaticFiles(directory=settings.assets.proxy_cache_dir))
    channels = WebSocketRoute(CHANNELS, server.kernel_connection, middleware=[Middleware(Door)])
    return Starlette(
        routes=[*shown, channels, libraries, *(found[path] for path in found if path in NEEDED)],
        middleware=server.middleware,
        exception_handlers={404: unknown},
        lifespan=lifespan,
    )


app = _application()
