"""Real ratings foretold: what the market's trust knew before each of the last fifth (`bitcoin-otc-signs.toml`)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.discrimination import area, interval, resampled_areas
from scenarios.networks import DATA
from scenarios.replication import Preset, read_replication
from scenarios.signed_ratings import BEST, SignedRatings, read_signed_ratings
from sim.compiled import compiled
from sim.create import create
from sim.records import ACTOR, TIE
from sim.relations import cooperation, goodwill, rating, trust
from sim.rules.trust import remember

MEMORIES = (1.0, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
LEARN, TEST = 3, 4  # fifths: memory is chosen on the fourth, after three; the last is foretold once
BETA, FORGETTING, MARKET = "auc_beta", "auc_forgetting", "auc_market"
MEAN, COUNT, GRADED = "auc_mean", "auc_count", "auc_graded"
DIFFERENCES = {
    "gain": (MARKET, MEAN),
    "gain_graded": (GRADED, MEAN),
    "by_forgetting": (FORGETTING, BETA),
    "by_goodwill": (MARKET, FORGETTING),
}


def measure(preset: Preset) -> dict[str, float]:
    """Return the numbers of the checks, each with the ends of its 95 % interval."""
    ratings = read_signed_ratings(preset.data or DATA / f"{read_replication(preset.name).data}.csv.gz")
    scenario = preset.scenario()
    market = create(scenario.market, preset.seed, scenario.network).market
    scores, memory = foretold(ratings, market)
    last = ratings.fifth(TEST)
    good, tested = ratings.good[last], {name: each[last] for name, each in scores.items()}
    samples = resampled_areas(tested, good, ratings.rated[last], preset.seed)
    found = {name: area(each, good) for name, each in tested.items()}
    for name, (more, less) in DIFFERENCES.items():
        found[name], samples[name] = found[more] - found[less], samples[more] - samples[less]
    return found | _ends(samples) | {"memory": memory}


def _ends(samples: Mapping[str, NDArray]) -> dict[str, float]:
    both = {name: interval(values) for name, values in samples.items()}
    return {f"{name}_{end}": both[name][n] for name in both for n, end in enumerate(("low", "high"))}


def foretold(ratings: SignedRatings, market: NDArray) -> tuple[dict[str, NDArray], float]:
    """Return the scores of every rating by name, each of what was known before it; and the memory chosen for trust."""
    by_sign, by_size = ratings.good * 1.0, (ratings.values + BEST) / (2 * BEST)
    known = {memory: known_before(ratings, by_sign, market, memory) for memory in MEMORIES}
    graded = {memory: known_before(ratings, by_size, market, memory) for memory in MEMORIES}
    chosen = best(ratings, known, MARKET)
    return simple_scores(ratings) | {
        BETA: known[1.0][BETA],
        FORGETTING: known[best(ratings, known, FORGETTING)][FORGETTING],
        MARKET: known[chosen][MARKET],
        GRADED: graded[best(ratings, graded, MARKET)][MARKET],
    }, chosen


def best(ratings: SignedRatings, known: Mapping[float, Mapping[str, NDArray]], name: str) -> float:
    """Return the memory with which a score foretold the fourth fifth best."""
    learning = ratings.fifth(LEARN)
    return max(known, key=lambda memory: area(known[memory][name][learning], ratings.good[learning]))


def simple_scores(ratings: SignedRatings) -> dict[str, NDArray]:
    """Return, for every rating, the mean and the count of those the rated person had before it.

    Who had none is given the mean of all ratings before.
    """
    people = int(max(ratings.raters.max(), ratings.rated.max())) + 1
    total, count = np.zeros(people), np.zeros(people)
    means, counts = np.zeros(len(ratings.values)), np.zeros(len(ratings.values))
    everybody = 0.0
    for n, (j, value) in enumerate(zip(ratings.rated.tolist(), ratings.values.tolist(), strict=True)):
        counts[n] = count[j]
        means[n] = total[j] / count[j] if count[j] else everybody / max(n, 1)
        total[j], count[j], everybody = total[j] + value, count[j] + 1, everybody + value
    return {MEAN: means, COUNT: counts}


def known_before(ratings: SignedRatings, y: NDArray, market: NDArray, memory: float) -> dict[str, NDArray]:
    """Return what the market's rules knew before every rating, which says y in [0, 1]: three scores of it."""
    people = int(max(ratings.raters.max(), ratings.rated.max())) + 1
    said = ratings.raters * people + ratings.rated
    heard = ratings.rated * people + ratings.raters
    pairs, place = np.unique(np.concatenate((said, heard)), return_inverse=True)
    scores = np.zeros((3, len(said)))
    _foretell(
        market[0],
        memory,
        (ratings.rated, place[: len(said)], place[len(said) :], y),
        np.zeros(people, ACTOR),
        np.zeros((2, max(people, len(pairs))), TIE),
        scores,
    )
    return dict(zip((BETA, FORGETTING, MARKET), scores, strict=True))


@compiled
def _foretell(
    market: np.record, memory: float, ratings: tuple[NDArray, ...], actors: NDArray, ties: NDArray, scores: NDArray
) -> None:
    """Let every rating be foretold, and remembered as an encounter: by the pair, and by the public.

    `ties[0]` holds what one of a pair said of the other, for the reader's trust and the other's goodwill alike;
    `ties[1]` what the public remembers of a person, as a tie does.
    """
    rated, own, back, y = ratings
    for n in range(len(rated)):
        person, tie, public = actors[rated[n]], ties[0, own[n]], ties[1, rated[n]]
        believed = trust(tie.pos, tie.neg, person)
        scores[0, n], scores[1, n] = rating(person), believed
        scores[2, n] = cooperation(market, believed, goodwill(ties[0, back[n]]))
        remember(tie, memory, y[n], y[n])
        remember(public, memory, y[n], y[n])
        person.rating_pos, person.rating_neg = public.pos, public.neg
