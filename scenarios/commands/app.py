"""`valuenet app`: the dashboard, served on this computer."""

import importlib.util
import os
import secrets
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import print_json, say
from scenarios.optional import installed

OFFLINE = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "valuenet",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
}
QUIET = ("--production", "--no-open", "--no-check-version")


def command(args: Namespace) -> int:
    """Serve the dashboard until Ctrl-C; the server's own words go to stderr."""
    if not installed("solara"):
        raise OSError('the dashboard needs Solara: pip install "valuenet[app]"')
    address = f"http://{args.host}:{args.port}"
    if args.json:
        print_json({"valuenet": "app", "address": address})
        sys.stdout.flush()
    say(f"The dashboard is at {address}; Ctrl-C stops it.")
    place = ["--host", args.host, "--port", str(args.port)]
    server = [sys.executable, "-m", "solara", "run", str(_page()), *place, *QUIET]
    secret = {"SOLARA_SESSION_SECRET_KEY": secrets.token_hex()}
    child = subprocess.Popen(server, env=OFFLINE | secret | os.environ, stdout=sys.stderr)
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())  # or it would go on and keep the port
    try:
        code = child.wait()
    except KeyboardInterrupt:
        child.wait()
        return 0
    if code > 0:
        raise OSError(f"the dashboard stopped at {address}; if the port is taken, name another: --port N")
    return 0


def _page() -> Path:
    """Return the file of the dashboard in the installed package."""
    package = importlib.util.find_spec("dashboards")
    places = list(package.submodule_search_locations or ()) if package else []
    pages = [Path(place) / "app.py" for place in places if (Path(place) / "app.py").is_file()]
    if not pages:
        raise OSError("dashboards/app.py: the dashboard is not part of this installation")
    return pages[0]
