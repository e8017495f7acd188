"""A page of the dashboard without a browser: a websocket that speaks Solara's language."""

import asyncio
import itertools
import json
import struct
import urllib.request
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar

import websockets
from websockets.asyncio.client import ClientConnection

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds
T = TypeVar("T")


def alone(work: Coroutine[Any, Any, T]) -> T:
    """Do asynchronous work in a thread of its own: this one may belong to the loop of a browser."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class Page:
    """A page of the dashboard as a browser holds it: its widgets with their states."""

    def __init__(self, address: str) -> None:
        self.address, self.widgets, self.cookie = address, {}, ""
        self.kernel, self.session = str(uuid.uuid4()), str(uuid.uuid4())
        self.socket: ClientConnection | None = None
        self.changed = asyncio.Condition()
        self.received = 0
        self.reader: asyncio.Task | None = None

    async def open(self, query: str) -> "Page":
        await asyncio.to_thread(self._frame, query)
        await self.connect()
        await self.run("/" + query)
        return self

    def _frame(self, query: str) -> None:
        with urllib.request.urlopen(f"{self.address}/{query}", timeout=PATIENCE) as answer:
            answer.read()
            cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or ()))
        self.cookie = "; ".join(f"{name}={one.value}" for name, one in cookies.items() if "session" in name)

    async def connect(self, **headers: str) -> None:
        place = f"{self.address.replace('http', 'ws', 1)}/jupyter/api/kernels/{self.kernel}/channels"
        self.socket = await websockets.connect(
            f"{place}?session_id={self.session}",
            additional_headers={"Cookie": self.cookie, **headers},
            max_size=None,
            open_timeout=PATIENCE,
        )
        self.reader = asyncio.create_task(self._read())

    async def run(self, path: str) -> None:
        """Ask for the page, as Solara's own script does."""
        comm = uuid.uuid4().hex
        await self.send("comm_open", comm_id=comm, target_name="solara.control", data={})
        await self.send("comm_msg", comm_id=comm, data={"method": "run", "args": {"path": path, "dark": False}})

    async def send(self, kind: str, **content: Any) -> None:
        header = {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "", "version": "5.3", "date": ""}
        message = {"header": header | {"msg_type": kind}, "parent_header": {}, "metadata": {}, "channel": "shell"}
        await self.socket.send(json.dumps(message | {"content": content, "buffers": []}))

    async def event(self, widget: str, name: str, data: Any) -> None:
        """Let a widget of ours tell an event, as its Vue component does."""
        await self.send("comm_msg", comm_id=widget, data={"method": "custom", "content": {"event": name, "data": data}})

    async def _read(self) -> None:
        async for message in self.socket:
            self.received += len(message)
            content, buffers = unpacked(message)
            async with self.changed:
                self._take(content["header"]["msg_type"], content["content"], buffers)
                self.changed.notify_all()

    def _take(self, kind: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        widget, data = content.get("comm_id"), content.get("data", {})
        if kind == "comm_open" and content["target_name"] == "jupyter.widget":
            self.widgets[widget] = {}
        if kind == "comm_close":
            self.widgets.pop(widget, None)
        if widget in self.widgets and "state" in data:
            for path, buffer in zip(data.get("buffer_paths", ()), buffers, strict=False):
                data["state"][path[0]] = buffer
            self.widgets[widget] |= data["state"]

    def having(self, *names: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the widgets whose state has these names."""
        return [(widget, state) for widget, state in self.widgets.items() if all(name in state for name in names)]

    async def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> Any:
        async with asyncio.timeout(patience), self.changed:
            while not (found := true()):
                await self.changed.wait()
        return found

    async def close(self) -> None:
        if self.socket:
            await self.socket.close()
        if self.reader:
            await asyncio.gather(self.reader, return_exceptions=True)


def unpacked(message: str | bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the content of a message of the server, and what comes with it in bytes."""
    if isinstance(message, str):
        return json.loads(message), []
    (count,) = struct.unpack_from("!I", message)
    starts = struct.unpack_from(f"!{count}I", message, 4)
    parts = [message[start:end] for start, end in itertools.pairwise((*starts, len(message)))]
    return json.loads(parts[0]), parts[1:]
