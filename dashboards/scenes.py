"""What the widgets of the page 'Compare' are given: words and numbers in one language, ready for JSON."""

from typing import Any

from dashboards import exports
from dashboards.answers import table
from dashboards.choices import CONTROLS, Choices, Notice
from dashboards.markets import REGIMES, Pictures, scenarios_of
from dashboards.trajectory import Film
from dashboards.words import Words, number, words
from scenarios.comparison import Comparison

SHARES = ("turnover", "fee")  # written in per cent
DECIMALS = 4  # of the numbers in charts
SETTLING = 3  # results leave out the first third of a run (`sim.ensemble.Run.settled`)


def form(choices: Choices, notices: list[Notice], said: Words) -> dict[str, Any]:
    """Return the controls with their values, and what was wrong with the link."""
    return {
        "heading": said["controls"]["heading"],
        "lang": choices.lang,
        "controls": [_control(name, getattr(choices, name), said) for name in CONTROLS],
        "notices": [notice_text(notice, said) for notice in notices],
    }


def _control(name: str, value: float, said: Words) -> dict[str, Any]:
    control = CONTROLS[name]
    look = {"slider": control.digits > 0, "percent": name in SHARES}
    return {"name": name, "value": value, **said["controls"][name], **control._asdict(), **look}


def notice_text(notice: Notice, said: Words) -> str:
    """Say in one sentence what was not taken as it stood."""
    told = said["notices"]
    if notice.name == "lang":
        return told["language"].format(given=notice.given)
    if notice.name == "customers" and notice.used == CONTROLS["customers"].high:
        return told["customers"].format(most=notice.used, given=notice.given)
    used = number(float(notice.used), CONTROLS[notice.name].digits, said)
    return told["range"].format(label=said["controls"][notice.name]["label"], given=notice.given, used=used)


def stage(made: Pictures, language: str) -> dict[str, Any]:
    """Return what the network pictures need beside the film."""
    said, (periods, customers) = words(language), made.films[0].trust.shape
    regimes = [
        {"name": regime, **said["regimes"][regime], "firms": film.firms, "peers": film.peers, "platform": film.platform}
        for regime, film in zip(REGIMES, made.films, strict=True)
    ]
    head = {"lang": language, "words": said["film"], "periods": periods, "customers": customers}
    return {**head, "seats": made.seats, "regimes": regimes}


def series(made: Pictures, language: str) -> dict[str, Any]:
    """Return what the charts under the pictures show."""
    said, periods = words(language), len(made.films[0].trust)
    regimes = [
        {
            "name": regime,
            "title": said["regimes"][regime]["title"],
            "series": {name: _points(film, name) for name in film.series},
        }
        for regime, film in zip(REGIMES, made.films, strict=True)
    ]
    head = {"lang": language, "words": said["charts"], "periods": periods, "settled": periods // SETTLING}
    return {**head, "regimes": regimes}


def _points(film: Film, name: str) -> list[float | None]:
    """Return a series for JSON: nothing where nothing was measured, or where there is no platform."""
    missing = name == "value_platform" and not film.platform
    return [None if missing or value != value else round(float(value), DECIMALS) for value in film.series[name]]


def results(found: Comparison, choices: Choices, said: Words) -> dict[str, Any]:
    """Return the table and the files to take along."""
    told = said["exports"]
    contents = {
        "csv": exports.table_csv(found),
        "toml": exports.scenario_file(scenarios_of(choices), told["title"], told["description"]),
    }
    return {
        "heading": said["table"]["heading"],
        "table": table(found, said),
        "exports": told,
        "command": exports.command(found),
        "files": [
            {"label": told[kind], "name": f"{exports.STEM}.{kind}", "content": content}
            for kind, content in contents.items()
        ],
    }
