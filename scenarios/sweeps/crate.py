"""RO-Crate metadata of a finished sweep: what it is, what made it, which files it holds, for archives to read.

After RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): one JSON-LD file that lists everything in the folder.
"""

from pathlib import Path
from typing import Any

from scenarios.sweeps.folder import ERRORS, LOG, MANIFEST, POINTS, RUNS, SERIES, read_manifest, write_json

CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SAID = {
    MANIFEST: (
        "application/json",
        "What was asked for, by which versions, on which machine; the digest of the results",
    ),
    POINTS: ("application/vnd.apache.parquet", "A row for each market: scenario and factors"),
    ERRORS: ("text/csv", "Runs that failed, and why"),
    LOG: ("text/plain", "What happened while the sweep ran"),
    "design.toml": ("application/toml", "The design as it was asked for"),
}
FOLDERS = {
    RUNS: "A row for each run: scenario, point, seed, factors, measures (Parquet)",
    SERIES: "A row for each run and period (Parquet)",
}


def write_crate(folder: Path) -> None:
    """Write the metadata of a finished sweep."""
    write_json(folder / CRATE, {"@context": CONTEXT, "@graph": _graph(folder, read_manifest(folder))})


def _graph(folder: Path, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    files, folders = _files(folder), [_folder(folder, name, said) for name, said in FOLDERS.items()]
    held = [*files, *(one for one, inside in folders if inside)]
    held += [file for _, inside in folders for file in inside]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest["title"] or "A sweep of markets",
        "description": f"{manifest['runs']} simulated markets, model version {manifest['model_version']}; "
        f"results {manifest['results']}",
        "datePublished": manifest["finished"],
        "license": "Not chosen yet by the author of this sweep.",
        "identifier": manifest["identity"],
        "hasPart": [{"@id": one["@id"]} for one in held],
        "mentions": {"@id": "#sweep"},
    }
    about = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    return [about, root, *_made(manifest, files), *held]


def _made(manifest: dict[str, Any], files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the program, and how it made the results of the scenarios."""
    program = {"@id": "#valuenet", "@type": "SoftwareApplication", "name": "valuenet"}
    program["version"] = f"{manifest['versions']['valuenet']}, model {manifest['model_version']}"
    made = {
        "@id": "#sweep",
        "@type": "CreateAction",
        "name": manifest["command"] or "a sweep from Python",
        "instrument": {"@id": "#valuenet"},
        "object": [{"@id": file["@id"]} for file in files if file["@id"].startswith("scenario-")],
        "result": {"@id": f"{RUNS}/"},
        "startTime": manifest["created"],
        "endTime": manifest["finished"],
    }
    return [program, made]


def _files(folder: Path) -> list[dict[str, Any]]:
    scenarios = {path.name: ("application/toml", "An effective scenario") for path in folder.glob("scenario-*.toml")}
    return [_file(folder, name, kind, said) for name, (kind, said) in (SAID | dict(sorted(scenarios.items()))).items()
            if (folder / name).is_file()]  # fmt: skip


def _file(folder: Path, name: str, kind: str, said: str) -> dict[str, Any]:
    length = (folder / name).stat().st_size
    return {"@id": name, "@type": "File", "encodingFormat": kind, "description": said, "contentSize": str(length)}


def _folder(folder: Path, name: str, said: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    inside = [
        _file(folder, f"{name}/{path.name}", "application/vnd.apache.parquet", "A block of it")
        for path in sorted((folder / name).glob("*.parquet"))
    ]
    parts = [{"@id": one["@id"]} for one in inside]
    return {"@id": f"{name}/", "@type": "Dataset", "description": said, "hasPart": parts}, inside
