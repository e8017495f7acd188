"""How the server of the dashboard is started: the settings of Solara and of the web server, safe ones."""

import asyncio
import os
import secrets
import sys
import tempfile
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from dashboards.limits import MESSAGE
from dashboards.places import FOLDER, MOST

APP, SERVER = "dashboards.app", "dashboards.serving:app"
SAFE = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_TITLE": "valuenet",
    "SOLARA_THEME_FORCE_REFRESH": "True",  # rather than ask whether to load a page anew: its link holds its state
    "SOLARA_STATE_AUTO_REMOUNT": "True",  # and a page that comes back at another worker goes on there
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",  # for a page that was lost and does not come back
}
WEB = {
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "ws_max_size": MESSAGE,
    "ws_per_message_deflate": False,  # pressing a film takes half as long as making it, and halves it at best
    "timeout_graceful_shutdown": 2,  # seconds for pages that are open
    "timeout_worker_healthcheck": 60,  # its rules may be compiling
}
RETURNED = 128 * 1024  # bytes from which on glibc gives memory back to the system, rather than keep it


class EvenLoop(asyncio.SelectorEventLoop):
    """A loop whose server has a socket of its own at the port: Linux deals those who come out among the workers.

    With one socket for all, whoever wakes first takes a whole class that comes at once.
    """

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        """Serve as any loop does, at a port that other workers serve too."""
        return await super().create_server(*args, **options, reuse_port=True)


def serve(host: str, port: int, workers: int, students: int) -> None:
    """Serve the dashboard until the process is asked to stop."""
    with tempfile.TemporaryDirectory(prefix="valuenet-", ignore_cleanup_errors=True) as folder:
        os.environ.update(SAFE | settings(folder, students, workers) | os.environ)
        options: dict[str, Any] = WEB | {"host": host, "port": port, "workers": workers}
        if workers > 1 and sys.platform == "linux":
            config = uvicorn.Config(SERVER, **options, loop="dashboards.start:EvenLoop")
            Multiprocess(config, sockets=None).run()  # type: ignore[arg-type]
        else:
            uvicorn.run(SERVER, **options)


def settings(folder: str, students: int, workers: int = 1) -> dict[str, str]:
    """Return what is set anew at each start: the secret, and where the workers count their pages together."""
    threads = max(1, (os.cpu_count() or 1) // workers)
    return {
        "SOLARA_APP": APP,
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(),
        "VALUENET_THREADS": str(threads),
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(RETURNED),
        "MALLOC_TRIM_THRESHOLD_": str(RETURNED),
        FOLDER: folder,
        MOST: str(students),
    }
