"""Which claims a visitor asks for, and trying them: one after the other, kept for whoever asks next."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from dashboards.limits import THREADS
from dashboards.links import SEED, Choice, Field, Word
from dashboards.shelf import Shelf
from dashboards.working import Tick
from scenarios.catalogue import ScenarioError, claim_ids
from scenarios.claim_runs import prepare
from scenarios.claim_verdicts import FAILS, HOLDS, HOLDS_WHERE, UNDECIDED, Answer, try_claims
from scenarios.claims import Claim, read_claim
from scenarios.scenario import load
from scenarios.size import seconds
from scenarios.variation import value_of

PACE = 1.5  # how many times longer than a bare run one takes that is looked at on the way
KEPT = 400  # answers; about 0.2 MB each
SOURCES = ("A", "B", "C", "D", "E")
VERDICTS = {"holds": HOLDS, "where": HOLDS_WHERE, "fails": FAILS, "undecided": UNDECIDED}
REPLICATIONS = ("12", "24", "60")  # the last is what `valuenet claims` takes by itself
FIELDS: dict[str, Field] = {
    "claim": Choice("", ("", *claim_ids())),
    "source": Choice("all", ("all", *SOURCES)),
    "verdict": Choice("all", ("all", *VERDICTS, "untried")),
    "word": Word("", r"[\w -]{0,40}"),
    "replications": Choice(REPLICATIONS[0], REPLICATIONS),
    "seed": SEED,
    "guess": Choice("", ("", "holds", "where", "fails")),
    "run": Choice("0", ("0", "1")),
}


class Asked(NamedTuple):
    """Claims to be tried, with how many replications of each market, from which seed."""

    ids: tuple[str, ...]
    replications: int
    seed: int


class Tried(NamedTuple):
    """What was asked, and the answers there are so far."""

    asked: Asked
    answers: tuple[Answer, ...]


@cache
def claims() -> dict[str, Claim]:
    """Return all claims by their ids."""
    return {name: read_claim(name) for name in claim_ids()}


class Cost(NamedTuple):
    """What trying a claim takes at most."""

    runs: int
    seconds: float


@cache
def cost(name: str, replications: int) -> Cost:
    """Return how many runs a claim takes at most, and roughly how long."""
    points = prepare(claims()[name]).points
    markets = {one.market.model_dump_json(): one.market for point in points for one in point.markets.values()}
    time = sum(seconds(market, replications, THREADS) for market in markets.values())
    return Cost(replications * len(markets), max(1.0, PACE * time))


# All that sessions share: answers, which depend on nothing but claim, replications and seed.
ANSWERS = Shelf(KEPT)


def known(name: str, values: dict[str, Any]) -> Answer | None:
    """Return the answer to a claim, if it was tried on this server as the link says."""
    answer: Answer | None = ANSWERS.look((name, int(values["replications"]), values["seed"]))
    return answer


def listed(values: dict[str, Any], lang: str) -> list[str]:
    """Return the claims of a source that have a word in their sentence, in this language."""
    word = values["word"].strip().casefold()
    return [
        name
        for name, claim in claims().items()
        if values["source"] in ("all", *claim.source) and word in claim.told(lang).claim.casefold()
    ]


def shown(values: dict[str, Any], lang: str) -> list[str]:
    """Return the claims of the list that have the verdict asked for."""
    wanted = values["verdict"]
    return [name for name in listed(values, lang) if wanted in ("all", verdict_key(known(name, values)))]


def verdict_key(answer: Answer | None) -> str:
    """Return what a verdict is called in a link."""
    if answer is None:
        return "untried"
    return next(key for key, verdict in VERDICTS.items() if verdict == answer.verdict)


def asked_of(values: dict[str, Any], lang: str) -> Asked | None:
    """Return what is to be tried: the claim that is open, else all of the list; None where nothing is run."""
    if values["run"] != "1":
        return None
    ids = [values["claim"]] if values["claim"] else listed(values, lang)
    return Asked(tuple(ids), int(values["replications"]), values["seed"])


def tried(asked: Asked, tick: Tick) -> Iterator[Tried]:
    """Yield the answers as they come, made or kept."""
    costs = [cost(name, asked.replications).runs for name in asked.ids]
    answers: tuple[Answer, ...] = ()
    for n, name in enumerate(asked.ids):
        before, of = sum(costs[:n]), sum(costs)
        tick(before, of)
        key = (name, asked.replications, asked.seed)
        answers = (*answers, ANSWERS.get(key, partial(_try, key, _after(tick, before, of)), tick.wait))
        yield Tried(asked, answers)


def _after(tick: Tick, before: int, of: int) -> Any:
    """Return a progress that counts on from the claims before."""

    def progress(done: int, _: int) -> None:
        tick(before + done, of)

    return progress


def _try(key: tuple[str, int, int], progress: Any) -> Answer:
    name, replications, seed = key
    return try_claims([claims()[name]], seed, THREADS, replications, progress)[0]


def command(names: Sequence[str], values: dict[str, Any], lang: str) -> str:
    """Return the command that gives the same answers."""
    language = "" if lang == "en" else f" --language {lang}"
    more = f"--replications {values['replications']} --seed {values['seed']}{language}"
    return f"valuenet claims {' '.join(names)} {more}"


def market_of(claim: Claim, variant: str) -> dict[str, Any] | None:
    """Return a variant as the page 'Sandbox' takes it: a scenario and numbers; None where it sets anything else."""
    scenario, settings = claim.settings_of(variant)
    base = load(scenario).market
    values: dict[str, Any] = {"scenario": scenario}
    for key, value in settings.items():
        section, _, own = key.partition(".")
        name = own if own and "." not in own else key
        if name != "periods" and not _is_there(base, name, section):
            return None
        values[name] = value
    return values


def _is_there(market: Any, name: str, section: str) -> bool:
    """Whether a market has a quantity of this name, in this section."""
    try:
        value_of(market, name if "." in name else f"{section}.{name}")
    except ScenarioError:
        return False
    return True
