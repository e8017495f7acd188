"""Fits on disk: the posterior as a table, a page with pictures, the nearest point as a scenario (`docs/cli.md`)."""

from functools import partial
from pathlib import Path
from typing import Any

from scenarios.fitting.findings import (
    PER_CENT,
    answer,
    effective_points,
    nearest_row,
    quantities_of,
    record,
    targets_of,
)
from scenarios.fitting.pictures import quantities_picture, targets_picture
from scenarios.fitting.posterior import Fit
from scenarios.formats import number
from scenarios.scenario import dump_scenario
from scenarios.store import Columns, Writer, columns_of, save, text_writer, write_csv, write_parquet

Rows = list[tuple[str, ...]]
DIGITS = 3


def save_fit(fit: Fit, folder: Path, command: str = "") -> list[Path]:
    """Write the posterior (a row per point), the targets, a page with two pictures, the nearest point, results.json.

    Raises
    ------
    ScenarioError
        If the folder holds anything but earlier results.
    OSError
        If a file cannot be written; those already there stay as they were.
    """
    toml = dump_scenario(fit.problem.at(fit.posterior.points[nearest_row(fit)].tolist()))
    content, posterior = record(fit), posterior_columns(fit)
    told = {"seed": str(fit.seed), "scenario.toml": toml}
    files: dict[str, Writer] = {
        "posterior.parquet": partial(write_parquet, columns=posterior, metadata=told),
        "posterior.csv": partial(write_csv, columns=posterior),
        "targets.csv": partial(write_csv, columns=columns_of(content["targets"])),
        "fit.md": text_writer(page(fit, command or f"valuenet fit {fit.problem.name}")),
        "quantities.svg": text_writer(quantities_picture([fit], [fit.problem.name])),
        "targets.svg": text_writer(targets_picture([fit], [fit.problem.name])),
        "scenario.toml": text_writer(toml),
    }
    return save(folder, files, content)


def posterior_columns(fit: Fit) -> Columns:
    """Return the posterior, a row per point: weight, distance, each quantity, each target as simulated there."""
    last = fit.posterior
    columns: dict[str, Any] = {"weight": last.weights, "distance": last.distances}
    columns |= dict(zip(fit.problem.ends, last.points.T, strict=True))
    return columns | {f"{aim.name} in {aim.window}": last.simulated[:, n] for n, aim in enumerate(fit.problem.aims)}


def page(fit: Fit, command: str) -> str:
    """Return a page in Markdown about one fit."""
    return "\n".join(
        [
            f"# {fit.problem.title}",
            "",
            fit.problem.calibration.description,
            "",
            answer(fit),
            "",
            effort(fit),
            "",
            "![What is left of the priors](quantities.svg)",
            "",
            *table(QUANTITY_COLUMNS, quantity_rows(fit)),
            "",
            "![Observed and simulated](targets.svg)",
            "",
            *table(TARGET_COLUMNS, target_rows(fit)),
            "",
            f"Data: {fit.problem.calibration.source}",
            "",
            f"Made by `{command}`, seed {fit.seed}.",
            "",
        ]
    )


QUANTITY_COLUMNS = ("quantity", "prior", "median", PER_CENT, "nearest point", "width", "told")
TARGET_COLUMNS = (
    "target",
    "periods",
    "use",
    "observed",
    "standard error",
    "median of runs",
    PER_CENT,
    "met",
    "missed by",
)


def effort(fit: Fit) -> str:
    """Return in a sentence how much was tried."""
    tried, last = sum(one.tried for one in fit.populations), fit.posterior
    return (
        f"{fit.runs} runs; {tried} points tried for {len(fit.populations)} populations of {len(last.points)}. The last "
        f"population is worth {effective_points(fit):.0f} points of equal weight and lies within {last.allowed:.1f} "
        "standard errors of what was observed (root mean square over the fitted targets; the nearest point "
        f"at {last.distances.min():.1f})."
    )


def quantity_rows(fit: Fit) -> Rows:
    """Return what came out for each quantity, in words."""
    return [
        (
            one.quantity,
            f"{number(one.prior_low, DIGITS)} to {number(one.prior_high, DIGITS)}",
            number(one.median, DIGITS),
            f"{number(one.low, DIGITS)} to {number(one.high, DIGITS)}",
            number(one.best, DIGITS),
            number(one.width),
            "yes" if one.told else "no",
        )
        for one in quantities_of(fit)
    ]


def target_rows(fit: Fit) -> Rows:
    """Return what came out for each target, in words."""
    return [
        (
            one.target.name,
            f"{one.target.periods.first} to {one.target.periods.last}",
            "fit" if one.target.fitted else "check",
            number(one.target.observed, DIGITS),
            number(one.target.error, DIGITS),
            number(one.median, DIGITS),
            f"{number(one.low, DIGITS)} to {number(one.high, DIGITS)}",
            "yes" if one.met else "no",
            number(one.missed_by, DIGITS) if not one.met else "-",
        )
        for one in targets_of(fit)
    ]


def table(columns: tuple[str, ...], rows: Rows) -> list[str]:
    """Return the lines of a table in Markdown."""
    plain = [[cell.replace("|", "/") for cell in row] for row in (columns, ("---",) * len(columns), *rows)]
    return [f"| {' | '.join(row)} |" for row in plain]
