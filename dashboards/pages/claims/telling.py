"""What is told of claims: cards, the experiment, the verdict, tables and files, in one language."""

from collections.abc import Mapping
from typing import Any

from dashboards import forms
from dashboards.forms import entry, group, select
from dashboards.links import SEED, Place
from dashboards.pages.claims.lab import FIELDS, REPLICATIONS, SOURCES, VERDICTS, cost, known, market_of, verdict_key
from dashboards.pages.claims.lab import claims as all_claims
from dashboards.pages.compare.markets import REGIMES
from dashboards.words import Words, number, words
from scenarios.claim_checks import Check, Measured
from scenarios.claim_decisions import Finding
from scenarios.claim_pages import verdict
from scenarios.claim_verdicts import Answer
from scenarios.claim_words import asserted, contrast, named, precise, reference, span, written
from scenarios.claim_words import words as claim_words
from scenarios.claims import Claim

ENTRIES = ("entrant", "supplier", "breach", "failure")  # what claims call their own shocks, links and strategies


def label(name: str, said: Words) -> str:
    """Return what a field of the link is called."""
    return str(said["claims"]["controls"][name]["label"])


def form(place: Place) -> str:
    """Return the controls: which claims, and how thoroughly they are tried."""
    told, said, values = place.said["claims"]["controls"], place.said, place.values
    verdicts = {key: claim_words(place.lang)[verdict] for key, verdict in VERDICTS.items()}
    options = {
        "source": {"all": told["every"]} | {letter: letter for letter in SOURCES},
        "verdict": {"all": told["every"]} | verdicts | {"untried": told["untried"]},
        "replications": {one: one for one in REPLICATIONS},
    }
    source, ruling, runs = (select(name, values[name], options[name], told[name]) for name in options)
    word = {"name": "word", "kind": "text", "value": values["word"], **told["word"]}
    draw = entry("seed", values["seed"], SEED, told["seed"])
    fields = [runs, draw] if values["claim"] else [source, ruling, word, runs, draw]
    return forms.form(place, said["claims"]["controls"]["heading"], [group(fields)])


def called(quantity: str, said: Words) -> str:
    """Return what a quantity is called, and whose it is where it is somebody's."""
    table, _, rest = quantity.partition(".")
    entry_, _, own = rest.rpartition(".")
    told = said["quantities"].get(own or rest or table)
    if told is None:
        return quantity
    return f"{told['label']} ({entry_named(entry_, said)})" if entry_ else str(told["label"])


def entry_named(name: str, said: Words) -> str:
    """Return what a strategy, a link of a chain or a shock is called."""
    if name in ENTRIES:
        return str(said["claims"]["entries"][name])
    return str(said["names"].get(name, name))


def within(quantity: str, said: Words) -> str:
    """Return what a quantity is called inside a sentence."""
    name = called(quantity, said)
    return name[:1].lower() + name[1:]


def measured(one: Measured, lang: str, said: Words) -> str:
    """Return what is measured, of whom, and when."""
    told, names = claim_words(lang), said["probes"] | said["measures"]
    name = names[one.name]["label"]
    of = f" ({entry_named(one.strategy, said)})" if one.strategy else ""
    when = told["periods" if one.last else "from period"].format(one.first, one.last) if one.first else ""
    return f"{name}{of}{when}"


def ruling(answer: Answer, lang: str, said: Words) -> str:
    """Return the verdict, where it holds and where it is undecided: a sentence."""
    return f"{verdict(answer, lang, lambda quantity: within(quantity, said))}."


def cards(names: list[str], place: Place) -> dict[str, Any]:
    """Return the cards of claims for the widget `Cards`."""
    told, values = place.said["claims"]["list"], place.values
    time = sum(cost(name, int(values["replications"])).seconds for name in names if known(name, values) is None)
    everything = told["all"].format(count=len(names), seconds=number(time, 0, place.said))
    untried = any(known(name, values) is None for name in names)
    return {
        "heading": told["heading"],
        "none": told["none"],
        "all": everything if untried and names else "",
        "cards": [_card(name, place) for name in names],
    }


def _card(name: str, place: Place) -> dict[str, Any]:
    told, claim, answer = place.said["claims"]["list"], all_claims()[name], known(name, place.values)
    return {
        "id": name,
        "letters": told["source"].format(letters=", ".join(claim.source)),
        "claim": claim.told(place.lang).claim,
        "href": place.href("claims", **_kept(place.values), claim=name),
        "verdict": verdict_key(answer),
        "says": ruling(answer, place.lang, place.said) if answer else told["untried"],
        "open": told["open"].format(id=name),
    }


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a link from the list takes along."""
    names = ("source", "verdict", "word", "replications", "seed")
    return {name: values[name] for name in names if values[name] != FIELDS[name].default}


def head(place: Place, answered: bool) -> dict[str, Any]:
    """Return what the widget `Question` shows of the claim that is open: the sentence, the prediction, the run."""
    told, values, lang = place.said["claims"]["one"], place.values, place.lang
    claim = all_claims()[values["claim"]]
    texts, taken = claim.told(lang), cost(claim.id, int(values["replications"]))
    more = [count for count in REPLICATIONS if int(count) > int(values["replications"])]
    return {
        **{key: told[key] for key in ("back", "expected", "ask", "run", "again")},
        "list": place.href("claims", **_kept(values)),
        "id": claim.id,
        "claim": texts.claim,
        "reference": reference(claim, lang),
        "why": [told["should"].format(text=texts.expected), told["stops"].format(text=texts.boundary)],
        "guesses": [{"value": key, "label": told["guesses"][key]} for key in told["guesses"]],
        "guess": values["guess"],
        "takes": told["takes"].format(runs=taken.runs, seconds=number(taken.seconds, 0, place.said)),
        "more": more if answered else [],
        "asking": values["run"] != "1",
    }


def outcome(answer: Answer, place: Place) -> dict[str, Any]:
    """Return what came out, for the widget `Outcome`: the verdict, against the prediction, with its effect."""
    told, lang, guess = place.said["claims"]["one"], place.lang, place.values["guess"]
    key, main = verdict_key(answer), answer.main
    held = "neither" if key == "undecided" else "right" if guess == key else "wrong"
    statement = said_of(answer.claim, answer.claim.checks[0], main, lang, place.said)
    numbers = {"mean": signs(precise(main.mean, lang)), "span": signs(span(main.low, main.high, lang))}
    size = number(main.effect_size, 2, place.said)
    explained = answer.claim.told(lang).explained
    return {
        "verdict": key,
        "says": ruling(answer, lang, place.said),
        "against": told[held].format(guess=told["guesses"][guess]) if guess else "",
        "open": told["open"] if key == "undecided" else "",
        "effect": told["effect"].format(statement=statement, **numbers, size=size),
        "tried": told["tried"].format(replications=answer.replications, seed=answer.seed),
        "why": told["why"],
        "explained": told["full"].format(text=explained) if explained else "",
    }


def clear(claim: Claim, name: str, lang: str) -> str:
    """Return what a market is called; one that is called by a number says of what."""
    quantity = number_of(claim, name)
    told = named(claim, name, lang)
    return f"{within(quantity, words(lang))} {told}" if quantity else told


def number_of(claim: Claim, name: str) -> str:
    """Return the quantity whose value a market is called by; '' where its name is no number."""
    settings = claim.variants.get(name.partition(" in ")[0] if claim.conditions else name)
    if not isinstance(settings, dict) or len(settings) != 1:
        return ""
    ((quantity, value),) = settings.items()
    return quantity if name.partition(" in ")[0] == written(value) else ""


def signs(text: str) -> str:
    """Return a text of numbers with the minus signs that the page writes."""
    return text.replace("-", "\N{MINUS SIGN}")


def said_of(claim: Claim, check: Check, finding: Finding, lang: str, said: Words) -> str:
    """Return what a contrast asserts, with the measure's name in words."""
    what = f"{measured(check.measured, lang, said)}: {contrast(claim, finding.label, lang, clear)}"
    return asserted(what, finding.aim, finding.limit, lang)


def ways(claim: Claim, place: Place) -> list[dict[str, str]]:
    """Return links that open the claim's markets: both on page 1 where they are plain regimes, each in the sandbox."""
    told, lang = place.said["claims"]["one"], place.lang
    markets = {name: market_of(claim, name) for name in claim.names()}
    plain = [market for market in markets.values() if market and len(market) == 1 and market["scenario"] in REGIMES]
    both = [{"label": told["compare"], "href": place.href("compare")}] if len(plain) == len(markets) > 1 else []
    seed = place.values["seed"]
    return both + [
        {
            "label": told["sandbox"].format(variant=clear(claim, name, lang)),
            "href": place.href("sandbox", **market, seed=seed),
        }
        for name, market in markets.items()
        if market is not None
    ]
