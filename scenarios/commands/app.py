"""`valuenet app`: the dashboard, served on this computer or for a class."""

import socket
import sys
from argparse import Namespace

from scenarios.commands.console import print_json, say
from scenarios.optional import installed, library

FOR_ALL = {"0.0.0.0", "::"}
AWAY = ("192.0.2.1", 9)  # an address for examples: asking for the way to it sends nothing


def command(args: Namespace) -> int:
    """Serve the dashboard until Ctrl-C; the server's own words go to stderr."""
    if not installed("solara"):
        raise OSError('the dashboard needs Solara: pip install "valuenet[app]"')
    check_free(args.host, args.port)
    address = f"http://{_seen_as(args.host)}:{args.port}"
    if args.json:
        print_json({"valuenet": "app", "address": address})
        sys.stdout.flush()
    here = "For the class, the dashboard is" if args.host in FOR_ALL else "The dashboard is"
    say(f"{here} at {address}; Ctrl-C stops it.")
    library("dashboards.start").serve(args.host, args.port, args.workers, args.students)
    return 0


def check_free(host: str, port: int) -> None:
    """Raise an OSError with a sentence if nothing can be served at this address."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            if sys.platform != "win32":  # there it would let two servers share a port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as error:
        raise OSError(f"the dashboard cannot be at {host}:{port} ({error.strerror}); name another: --port N") from None


def _seen_as(host: str) -> str:
    """Return what a browser calls this computer: its address in the network it is in, where it serves all."""
    if host not in FOR_ALL:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(AWAY)
        except OSError:  # in no network
            return "localhost"
        return str(way.getsockname()[0])
