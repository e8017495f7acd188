"""`valuenet summary`: what a sweep answers about one measure."""

from argparse import Namespace
from pathlib import Path

from scenarios.commands.console import console, number, print_json, table
from scenarios.evidence import share_record
from scenarios.sweeps.results import open_sweep
from scenarios.sweeps.summary import ROW, Summary, summary

MOST_SHOWN = 60  # points


def command(args: Namespace) -> int:
    """Print every point with its interval and its difference from the first scenario."""
    found = summary(open_sweep(Path(args.folder)), args.measure)
    if args.json:
        told = {"measure": found.measure, "unit": found.unit, "baseline": found.baseline, "answer": found.answer()}
        print_json({"valuenet": "summary", **told, "seed_share": share_record(found.seeds), "points": found.rows})
    else:
        _print(found)
    return 0


def _print(found: Summary) -> None:
    screen = console()
    factors = [name for name in found.rows[0] if name != "scenario"][: -len(ROW)]
    heads = ("scenario", *factors, f"{found.measure} (95 %)", "runs", f"minus {found.baseline} (95 %)", "p (Holm)")
    rows = [_row(row, factors) for row in found.rows[:MOST_SHOWN]]
    screen.print(f"{found.measure}, in {found.unit}")
    screen.print(table(heads, rows, right=range(1, len(heads))))
    if len(found.rows) > MOST_SHOWN:
        screen.print(f"The first {MOST_SHOWN} of {len(found.rows):,} points; --json has them all.")
    screen.print(found.answer())


def _row(row: dict, factors: list[str]) -> tuple[str, ...]:
    mean = f"{number(row['mean'])} ({number(row['low'])} to {number(row['high'])})"
    low, high, p = (number(row[name]) for name in ("difference_low", "difference_high", "p_holm"))
    apart = ("-", "-") if row["difference"] is None else (f"{row['difference']:+.3f} ({low} to {high})", p)
    shown = [row[name] if isinstance(row[name], str) else f"{row[name]:.4g}" for name in factors]
    return (row["scenario"], *shown, mean, str(row["n"]), *apart)
