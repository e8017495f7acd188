"""What the page draws and gives away: charts with both lines, and the files to take along."""

import base64
import csv
import io
from dataclasses import replace
from typing import Any

from dashboards.exports import table_csv
from dashboards.figures import Axis, Figure, Line, ends, lines
from dashboards.pages.sandbox.markets import Asked, scenario_of
from dashboards.pages.sandbox.runs import Shown
from dashboards.uploads import PARTICIPANTS, SCENARIO, path_of
from dashboards.words import Words
from scenarios.reasons import roles_in
from scenarios.scenario import dump_scenario
from scenarios.store import cell
from sim.config import Market

SHARED = {
    "trust": (0, 1),
    "satisfaction": (0, 1),
    "needs_met": (0, 1),
    "value_without_money": (0, 1),
    "nps": (-100, 100),
}
BEFORE_LOOK, AFTER_LOOK = 1, 0  # places in `figures.LOOKS`
SHOCK_LINE = {"color": "#555555", "type": "dotted", "width": 2}
STEMS = ("valuenet-before", "valuenet-sandbox")


def charts(shown: Shown, said: Words) -> list[Figure]:
    """Return one chart per measure, with a line before and one after; amounts in EUR share their scale."""
    markets = [scenario_of(one.asked).market for one in (shown.before, shown.after)]
    amounts = ["value_total", *roles_in(markets).values()]
    common = ends(*(played.series[name].tolist() for played in (shown.before, shown.after) for name in amounts))
    scales: dict[str, tuple[float, float]] = dict.fromkeys(amounts, common) | SHARED
    return [_chart(shown, name, scale, markets[1], said) for name, scale in scales.items()]


def _chart(shown: Shown, name: str, scale: tuple[float, float], market: Market, said: Words) -> Figure:
    told, periods = said["sandbox"]["charts"], max(len(one.series[name]) for one in (shown.before, shown.after))
    label = said["sandbox"]["single"]["title"] if shown.same else told["after"]
    drawn = [Line(label, _until(shown.after.series[name].tolist(), periods), look=AFTER_LOOK)]
    if not shown.same:
        drawn.insert(0, Line(told["before"], _until(shown.before.series[name].tolist(), periods), look=BEFORE_LOOK))
    x, followed = Axis(told["axis"], 0, periods), shown.after.film is not None
    figure = lines(
        name, said["measures"][name]["label"], x, range(1, periods + 1), Axis("", *scale), drawn, follow=followed
    )
    at = sorted({shock.period for shock in market.shocks.values()})
    marks = {"silent": True, "symbol": "none", "lineStyle": SHOCK_LINE, "label": {"show": False}}
    figure["option"]["series"][-1]["markLine"] = marks | {"data": [{"xAxis": period} for period in at]}
    return figure


def _until(values: list[float], periods: int) -> list[float | None]:
    """Return a series as long as the longest one: nothing where it has already ended."""
    return [*values, *([None] * (periods - len(values)))]


def files(shown: Shown, said: Words) -> dict[str, Any]:
    """Return what can be taken along: both scenarios, every measure by period and by replication, the command."""
    told, named = said["sandbox"]["exports"], dict(zip(STEMS, (shown.before, shown.after), strict=True))
    given = [(told["scenario"], f"{STEMS[1]}.toml", scenario_file(shown.after.asked))]
    if not shown.same:
        given.append((told["before"], f"{STEMS[0]}.toml", scenario_file(shown.before.asked)))
    given.append((told["series"], f"{STEMS[1]}-series.csv", series_csv(shown)))
    if shown.comparison is not None and not shown.same:
        given.append((told["measures"], f"{STEMS[1]}-measures.csv", table_csv(shown.comparison)))
    texts = [{"label": label, "name": name, "content": content} for label, name, content in given]
    brought = dict.fromkeys(one.asked.file for one in named.values())
    networks = [one for key in brought for one in network_files(key, told)]
    return {"heading": told["heading"], "before": told["command"], "command": command(shown), "files": texts + networks}


def scenario_file(asked: Asked) -> str:
    """Return the effective scenario as a file; a network that was brought stands beside it under its name here."""
    scenario, path = scenario_of(asked), path_of(asked.file)
    return dump_scenario(replace(scenario, network_file=path.name) if path and path.name != SCENARIO else scenario)


def network_files(key: str, told: Words) -> list[dict[str, Any]]:
    """Return the files of a network that was brought, with its list of participants where it has one."""
    path = path_of(key)
    if path is None or path.name == SCENARIO:
        return []
    there = [path, *(one for one in [path.with_name(PARTICIPANTS)] if one.is_file())]
    return [
        {"label": told["network"].format(name=one.name), "name": one.name, "base64": _base64(one.read_bytes())}
        for one in there
    ]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def series_csv(shown: Shown) -> str:
    """Return every measure of the run by period, after the change and, where there was one, before it."""
    played = {"after": shown.after} if shown.same else {"before": shown.before, "after": shown.after}
    names = list(shown.after.series)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["run", "period", *names])
    for label, one in played.items():
        for period, row in enumerate(zip(*(one.series[name].tolist() for name in names), strict=True), 1):
            writer.writerow([label, period, *(cell(None if value != value else value) for value in row)])
    return text.getvalue()


def command(shown: Shown) -> str:
    """Return the command that repeats the run, or the comparison, from the files."""
    if shown.same or not shown.paired or shown.comparison is None:
        return f"valuenet run {STEMS[1]}.toml --seed {shown.seed}"
    pairs = shown.comparison.replications
    return f"valuenet compare {STEMS[0]}.toml {STEMS[1]}.toml --seed {shown.seed} --replications {pairs}"
