"""The page of robust verdicts: what each conclusion is labelled, under which rules and constants it changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED
from scenarios.claims import find_claims
from scenarios.formats import NOTHING, percent
from scenarios.reasons import listed
from scenarios.robustness import AS_IT_IS, FEW, LABELS, SUPPORTED, Conclusion, Kept, conclude, region, side, stay
from sim.version import MODEL_VERSION

CLAIMS, MAPS = "claims", "maps"
REGION = {HOLDS: "has one", FAILS: "has none", UNDECIDED: "not sure"}
WORDS = {HOLDS: "holds", HOLDS_WHERE: "where", FAILS: "fails", UNDECIDED: "?"}


@dataclass(frozen=True)
class Asked:
    """What was tried: the names of the other rules and of the limit, how many tries, and what the maps are."""

    rules: tuple[str, ...]
    limit: str
    tries: int
    regimes: Mapping[str, str]  # with their letters
    across: tuple[str, ...]
    claim_replications: int
    map_replications: int
    meanings: Mapping[str, str]  # of the rules, by name
    reading: str
    tuned: str


def page(kept: Kept, asked: Asked) -> str:
    """Return the page; of what has not been tried yet it says so."""
    claims, maps = claims_of(kept, asked), regions_of(kept, asked)
    parts = [
        ["# Robust verdicts", "", *_head(kept, asked)],
        ["## What came out", "", asked.reading.strip(), "", *_counts(claims, maps)],
        ["## What was changed", "", *_rules(asked)],
        ["## The claims", "", *_claims(kept, asked, claims)],
        ["## The strategy maps", "", *_maps(kept, asked, maps)],
        ["## The constants", "", asked.tuned, "", *_constants(kept, asked)],
        ["## How a label is given", "", *_labels()],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def verdict_of(text: str) -> str:
    """Return the verdict of what was kept, without where it holds."""
    return text.partition(":")[0]


def claims_of(kept: Kept, asked: Asked) -> dict[str, Conclusion]:
    """Return the conclusion on every claim."""
    found = {name: one for name, one in kept.get(CLAIMS, {}).items() if name != asked.limit}
    claims = found.get(AS_IT_IS, {})
    return {
        claim: conclude({name: verdict_of(one[claim]) for name, one in found.items()}, asked.rules) for claim in claims
    }


def regions_of(kept: Kept, asked: Asked) -> dict[tuple[str, str], Conclusion]:
    """Return the conclusion on the region of each regime on each map."""
    found = {name: one for name, one in kept.get(MAPS, {}).items() if name != asked.limit}
    return {
        (x, regime): conclude({name: region(one[x], letter) for name, one in found.items()}, asked.rules)
        for x in (asked.across if AS_IT_IS in found else ())
        for regime, letter in asked.regimes.items()
    }


def _head(kept: Kept, asked: Asked) -> Iterator[str]:
    yield f"Made by `python docs/make_robustness.py`, model version {MODEL_VERSION}. Which conclusions rest on the"
    yield "rules and constants that were chosen, and which would be the same under others? Every claim of"
    yield "[claims.md](claims.md), at its base and along its boundaries, and both strategy maps were tried again with"
    yield f"one thing changed at a time, with {asked.claim_replications} replications for claims (`claims.md` takes"
    yield "up to 60: some verdicts that are undecided here are decided there) and"
    yield f"{asked.map_replications} for maps."
    done = sum(map(len, kept.values()))
    if done < asked.tries:
        yield f"**So far {done} of {asked.tries} tries are done: the labels are those of what has been tried yet.**"


def _counts(claims: Mapping[str, Conclusion], maps: Mapping[tuple[str, str], Conclusion]) -> Iterator[str]:
    yield from _header("label", "claims", "regions on the maps")
    for label in LABELS:
        of_claims = [claim for claim, one in claims.items() if one.label == label]
        of_maps = [f"{regime} ({x})" for (x, regime), one in maps.items() if one.label == label]
        yield f"| {label} | {len(of_claims)}: {_said(of_claims)} | {len(of_maps)}: {_said(of_maps)} |"


def _said(names: Iterable[str]) -> str:
    return ", ".join(names) or NOTHING


def _rules(asked: Asked) -> Iterator[str]:
    yield from _header("rule", "what it does instead of the standard rule")
    for name in (*asked.rules, asked.limit):
        yield f"| `{name}` | {asked.meanings[name]} |"


def _claims(kept: Kept, asked: Asked, claims: Mapping[str, Conclusion]) -> Iterator[str]:
    found, columns = kept.get(CLAIMS, {}), (AS_IT_IS, *asked.rules, asked.limit)
    said = {claim.id: claim.told("en").claim for claim in find_claims(())}
    yield 'Verdicts: holds; "where": holds at some of the values tried; fails; "?": not decided. Bold: changed. The'
    yield "last rule is in no label."
    yield ""
    yield from _header("claim", "what is said", "label", *(f"`{name}`" for name in columns), "constants")
    for claim, one in claims.items():
        cells = [_short(found[name][claim], one, name) if name in found else NOTHING for name in columns]
        changed = f"{len(one.constants)} of {one.tries}" if one.constants else "none"
        yield f"| {claim} | {said[claim]} | {one.label} | {' | '.join(cells)} | {changed} |"
    yield ""
    yield "Where they hold, as it is and under other rules (where that differs):"
    yield ""
    yield from _places(found, [AS_IT_IS, *asked.rules], claims)


def _short(text: str, one: Conclusion, name: str) -> str:
    """Return a verdict in a word, bold where it is on another side than the model's as it is."""
    word = WORDS[verdict_of(text)]
    return f"**{word}**" if side(verdict_of(text)) != side(one.verdict) and name != AS_IT_IS else word


def _places(found: Mapping[str, Mapping[str, str]], names: Sequence[str], claims: Iterable[str]) -> Iterator[str]:
    for claim in claims:
        places: dict[str, list[str]] = {}
        for name in names:
            if claim in found.get(name, {}) and verdict_of(found[name][claim]) in SUPPORTED:
                where = found[name][claim].partition(": ")[2].partition("; undecided")[0]
                where = where.replace("boundary not found", "") or "everywhere it was tried"
                places.setdefault(where, []).append(name)
        if places:
            yield f"- {claim}: " + "; ".join(f"{where} ({', '.join(under)})" for where, under in places.items())


def _maps(kept: Kept, asked: Asked, maps: Mapping[tuple[str, str], Conclusion]) -> Iterator[str]:
    found = kept.get(MAPS, {})
    letters = listed([f"{letter} {regime}" for regime, letter in asked.regimes.items()])
    yield f"Who wins each cell by total value: {letters}; a small letter where the lead is not sure. To the right"
    yield f"{asked.across[0]}, on the second map {asked.across[1]}; upwards the turnover of customers."
    for name in (AS_IT_IS, *asked.rules, asked.limit):
        if name in found:
            yield f"\n`{name}`\n\n```text"
            yield from ("    ".join(row) for row in zip(*(reversed(found[name][x]) for x in asked.across), strict=True))
            yield "```"
    yield ""
    yield "A regime has a region of its own if it surely wins somewhere and nine tenths of what it wins hang together."
    yield ""
    yield from _header("region", "label", "as it is", "changed by")
    for (x, regime), one in maps.items():
        changed = {**one.rules, **one.constants}
        told = _said(f"{name} ({REGION[verdict]})" for name, verdict in changed.items())
        yield f"| {regime}, {x} x turnover | {one.label} | {REGION[one.verdict]} | {told} |"
    yield ""
    yield "Cells whose winner stays (in brackets: of those that are sure on both maps):"
    yield ""
    yield from _staying(found, [name for name in (*asked.rules, asked.limit) if name in found], asked)


def _staying(found: Mapping[str, Any], names: Sequence[str], asked: Asked) -> Iterator[str]:
    yield from _header("change", *(f"{x} x turnover" for x in asked.across))
    for name in names:
        cells = []
        for x in asked.across:
            every, sure = stay(found[AS_IT_IS][x], found[name][x])
            cells.append(f"{percent(every)} ({percent(sure)})" if sure == sure else f"{percent(every)} ({NOTHING})")
        yield f"| {name} | {' | '.join(cells)} |"


def _constants(kept: Kept, asked: Asked) -> Iterator[str]:
    claims, maps = kept.get(CLAIMS, {}), kept.get(MAPS, {})
    base, others = claims.get(AS_IT_IS, {}), _others(kept, asked)
    changed = {name: _changed(base, claims[name]) for name in others if name in claims}
    often = Counter(claim for some in changed.values() for claim in some)
    yield f"As it is, the model supports {_supported(base)} of {len(base)} claims. Of {len(changed)} changes of a"
    yield f"constant {sum(not some for some in changed.values())} change no verdict. Changed by none:"
    yield f"{_said(claim for claim in base if not often[claim])}."
    yield ""
    yield from _header(
        "constant", "claims supported", "verdicts that change", *(f"winners that stay, {x}" for x in asked.across)
    )
    for name in others:
        verdicts = [str(_supported(claims[name])), _said(changed[name])] if name in claims else [NOTHING, NOTHING]
        stays = [percent(stay(maps[AS_IT_IS][x], maps[name][x])[0]) if name in maps else NOTHING for x in asked.across]
        yield f"| {' | '.join([name, *verdicts, *stays])} |"


def _others(kept: Kept, asked: Asked) -> list[str]:
    """Return the tries of constants, in the order they were made."""
    names = dict.fromkeys(name for part in (CLAIMS, MAPS) for name in kept.get(part, {}))
    return sorted(name for name in names if name not in (AS_IT_IS, *asked.rules, asked.limit))


def _supported(verdicts: Mapping[str, str]) -> int:
    return sum(verdict_of(one) in SUPPORTED for one in verdicts.values())


def _changed(base: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Return the claims whose verdict is on another side than as it is."""
    return [claim for claim in base if side(verdict_of(found[claim])) != side(verdict_of(base[claim]))]


def _header(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"


def _labels() -> Iterator[str]:
    yield "- **finding**: the same verdict under all rules and constants tried; holding everywhere and holding"
    yield "  somewhere are one."
    yield "- **mostly**: no rule turns it round, but it is undecided under some, or changes under constants (and is"
    yield f"  turned round in at most {percent(FEW)} of their tries)."
    yield "- **artefact**: it turns round, from supported to not or the other way, under another rule, or under more of"
    yield "  the constants: it says as much about the rule as about markets."
    yield "- **open**: the model as it is does not decide it with so many replications: there is nothing to label."
    yield ""
    yield "One thing changed at a time: how changes work together was not tried. A rule may also fail a claim because"
    yield "its subject does not come about under it, such as partnerships that nobody begins."
