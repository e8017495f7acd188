"""Real ratings foretold (R14): the numbers, the rules against a plain reading of them, the reader, mistakes."""

import gzip
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.discrimination import SAMPLES, area, interval, resampled_areas
from scenarios.networks import DATA
from scenarios.replication import Preset, measure_of, read_replication
from scenarios.replications.bitcoin_otc_signs import (
    BETA,
    COUNT,
    FORGETTING,
    MARKET,
    MEAN,
    best,
    foretold,
    known_before,
    simple_scores,
)
from scenarios.signed_ratings import SignedRatings, read_signed_ratings
from sim.create import create
from tests.crowd import everybody
from tests.damage import Chance, damaged

NAME = "bitcoin-otc-signs"
SHIPPED = DATA / "bitcoin-otc.csv.gz"
MARKET_RECORD = create(everybody(), 1).market
ALPHA, RECIPROCITY = (float(MARKET_RECORD[name][0]) for name in ("alpha", "reciprocity"))


def made(count: int, seed: int = 1) -> str:
    """Return ratings among 12 people, of whom some are mostly rated below 0, as lines without a header."""
    chance, lines = random.Random(seed), []
    for n in range(count):
        rater, rated = chance.sample(range(12), 2)
        bad = chance.random() < (0.7 if rated < 4 else 0.1)
        lines.append(f"{rater},{rated},{-chance.randint(1, 10) if bad else chance.randint(1, 10)},{1000 + n}")
    return "\n".join(lines) + "\n"


def ratings_of(text: str, folder: Path, name: str = "my.csv") -> SignedRatings:
    (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return read_signed_ratings(folder / name)


@pytest.fixture(scope="module")
def ours() -> dict[str, float]:
    return measure_of(NAME)(Preset(NAME))


def test_trust_foretells_better_than_the_mean_rating(ours):
    checks = read_replication(NAME).checks
    assert {one.measure for one in checks} <= set(ours)
    assert [one.measure for one in checks if not one.passes(ours[one.measure])] == []
    assert ours["gain"] >= 0.06 and ours["gain_low"] > 0.04
    for name in (MEAN, COUNT, BETA, FORGETTING, MARKET, "gain", "gain_graded", "by_forgetting", "by_goodwill"):
        assert ours[f"{name}_low"] < ours[name] < ours[f"{name}_high"]


def test_the_numbers_told(ours):
    """What `departs` and the scorecard say, to the digits they say it with."""
    told = {MEAN: 0.841, COUNT: 0.482, BETA: 0.803, FORGETTING: 0.904, MARKET: 0.920, "memory": 0.4}
    assert {name: round(ours[name], 3) for name in told} == told
    assert 0.055 < ours["gain_graded"] < 0.06


def test_other_draws_give_the_same_areas_and_nearly_the_same_intervals(ours):
    again, other = measure_of(NAME)(Preset(NAME)), measure_of(NAME)(Preset(NAME, seed=2))
    assert again == ours
    assert all(other[name] == ours[name] for name in (MEAN, BETA, FORGETTING, MARKET, "gain"))
    assert ours["gain_low"] != other["gain_low"] == pytest.approx(ours["gain_low"], abs=0.01)


def test_memory_is_chosen_without_the_last_fifth():
    """Turned round in the last fifth, the ratings change no score of the ratings before it, and not the memory."""
    found = read_signed_ratings(SHIPPED)
    turned = found.values.copy()
    turned[found.fifth(4)] *= -1
    (scores, memory), (others, same) = (foretold(one, MARKET_RECORD) for one in (found, found._replace(values=turned)))
    assert memory == same
    for name in scores:
        assert np.array_equal(scores[name][: found.fifth(4).start + 1], others[name][: found.fifth(4).start + 1])


def test_what_is_known_is_what_the_rules_say(tmp_path):
    """A plain reading of the equations, rating by rating; pairs rate again here."""
    found, memory = ratings_of(made(300), tmp_path), 0.8
    scores = known_before(found, found.good * 1.0, MARKET_RECORD, memory)
    public, own = {}, {}
    for n, (i, j, good) in enumerate(zip(found.raters, found.rated, found.good, strict=True)):
        pos, neg = public.get(j, (0.0, 0.0))
        weight = min(1.0, 8.0 / max(pos + neg, 1e-9))
        mine, yours = own.get((i, j), (0.0, 0.0)), own.get((j, i), (0.0, 0.0))
        believed = (mine[0] + weight * pos + 1) / (sum(mine) + weight * (pos + neg) + 2)
        willing = 1 - RECIPROCITY * (1 - (yours[0] + 1) / (sum(yours) + 2))
        joint = willing**ALPHA * (1 - RECIPROCITY + RECIPROCITY * believed) ** (1 - ALPHA)
        expected = {BETA: (pos + 1) / (pos + neg + 2), FORGETTING: believed, MARKET: joint}
        assert {name: scores[name][n] for name in expected} == pytest.approx(expected, rel=1e-12)
        public[j] = (memory * pos + good, memory * neg + 1 - good)
        own[i, j] = (memory * mine[0] + good, memory * mine[1] + 1 - good)


def test_mean_and_count_by_hand():
    found = SignedRatings(np.array([0, 1, 2, 0]), np.array([1, 2, 1, 1]), np.array([4.0, -2.0, 1.0, 5.0]))
    scores = simple_scores(found)
    assert scores[MEAN].tolist() == [0.0, 4.0, 4.0, 2.5] and scores[COUNT].tolist() == [0, 0, 1, 2]


def test_the_best_memory_is_that_of_the_fourth_fifth():
    found = SignedRatings(np.arange(10), np.arange(10), np.array([1.0, -1] * 5))
    right, wrong = found.good * 1.0, ~found.good * 1.0
    mixed = np.where(np.arange(10) >= 8, right, wrong)
    assert best(found, {0.9: {"a": mixed}, 0.5: {"a": np.where(np.arange(10) >= 8, wrong, right)}}, "a") == 0.5


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_of_mann_and_whitney(seed):
    chance = np.random.default_rng(seed)
    scores, good = chance.integers(0, 9, 80) / 8, chance.random(80) < 0.7
    expected = mannwhitneyu(scores[good], scores[~good]).statistic / (good.sum() * (~good).sum())
    assert area(scores, good) == pytest.approx(expected, abs=1e-15)
    assert area(-scores, good) == pytest.approx(1 - expected, abs=1e-15)
    assert math.isnan(area(scores, good | True))


def test_samples_are_of_groups():
    """Of cases that all belong together every sample is the whole; twice the cases in the same groups, no news."""
    chance = np.random.default_rng(1)
    good, groups = chance.random(200) < 0.6, np.arange(200) // 4
    scores = {"a": good + chance.normal(size=200)}
    alone = resampled_areas(scores, good, np.zeros(200), 7)["a"]
    assert len(alone) == SAMPLES and np.ptp(alone) == 0 and alone[0] == area(scores["a"], good)
    once, twice = (
        resampled_areas({"a": np.tile(scores["a"], n)}, np.tile(good, n), np.tile(groups, n), 7)["a"] for n in (1, 2)
    )
    assert once == pytest.approx(twice, abs=1e-12)
    low, high = interval(once)
    assert low < area(scores["a"], good) < high and 0.1 < high - low < 0.25


def test_every_form_of_a_file_says_the_same(tmp_path):
    lines = made(200)
    plain = ratings_of(lines, tmp_path)
    shuffled = lines.splitlines()
    random.Random(3).shuffle(shuffled)
    forms = {
        "a.csv": "buyer,provider,rating,time\n" + lines,
        "b.csv.gz": "rater,rated,rating,time\n" + lines,
        "c.csv": "\ufeffsource,target,rating,time\r\n" + lines.replace("\n", "\r\n"),
        "d.csv": "time;rating;rated;rater\n" + "\n".join(";".join(line.split(",")[::-1]) for line in lines.split()),
        "e.CSV": "\n".join(line + ".5" for line in shuffled),
        "f.csv": lines.replace(",", ";"),
    }
    for name, text in forms.items():
        found = ratings_of(text, tmp_path, name)
        assert found.values.tolist() == plain.values.tolist()
        assert len(np.unique(np.stack((found.raters, plain.raters)), axis=1).T) == 12


def test_the_data_as_they_were_handed_over_are_those_shipped():
    found = read_signed_ratings(SHIPPED)
    assert len(found.values) == 28_473 and len(set(zip(found.raters, found.rated, strict=True))) == 28_473


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "my.csv, line 1: no column buyer; the header needs buyer and provider and rating and time, and may have "),
        (made(3), "my.csv: too few ratings to learn from (3); it needs at least 100"),
        ("rater,rated,rating\n1,2,3\n", "my.csv, line 1: no column time; the header needs rater and rated and rating"),
        ("rater,rated,ratng,time\n1,2,3,4\n", "my.csv, line 1: unknown column 'ratng'; did you mean 'rating'?"),
        (made(9) + "1,2,11,5000\n", "my.csv, line 10: rating is '11'; it must be a number from -10 to 10"),
        (made(9) + "1,2,0,5000\n", "my.csv, line 10: rating is '0', which has no sign; it must be above or below 0"),
        (made(9) + "1,2,good,5000\n", "my.csv, line 10: rating is 'good'; it must be a number from -10 to 10"),
        (made(9) + "1,2,5,yesterday\n", "my.csv, line 10: time is 'yesterday'; it must be a number from 0 to 1e+12"),
        (made(9) + "7,7,5,5000\n", "my.csv, line 10: '7' rates itself; a rating has two people"),
        (made(9) + "7,,5,5000\n", "my.csv, line 10: provider is empty; every row needs one"),
        (made(9) + "7,8,5\n", "my.csv, line 10: the number of cells is 3, the header has 4; "),
        (
            made(200).replace("-", ""),
            "my.csv: the ratings of the fourth fifth are all above 0; it needs some of either",
        ),
    ],
)
def test_a_mistake_gets_one_sentence(tmp_path, text, sentence):
    with pytest.raises(ScenarioError) as caught:
        ratings_of(text, tmp_path)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_gets_a_sentence(tmp_path):
    for name, sentence in {"my.txt": "my.txt: not a file of ratings", "my.csv.gz": "my.csv.gz: cannot be read"}.items():
        (tmp_path / name).write_text(made(200))
        with pytest.raises(ScenarioError, match=f"^{sentence}"):
            read_signed_ratings(tmp_path / name)
    with pytest.raises(ScenarioError, match="no such file$"):
        read_signed_ratings(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_file_is_read_or_gets_a_sentence(tmp_path, packed):
    whole = ("rater,rated,rating,time\n" + made(120)).encode()
    read = refused = 0
    for number in range(300):
        chance = Chance(f"{packed} {number}")
        data = damaged(gzip.compress(whole, mtime=0) if packed and number % 3 == 0 else whole, chance)
        file = tmp_path / ("my.csv.gz" if packed else "my.csv")
        file.write_bytes(gzip.compress(data) if packed and number % 3 else data)
        try:
            found = read_signed_ratings(file)
        except ScenarioError as error:
            refused += 1
            assert len(str(error)) < 400 and str(error).startswith("my.csv") and str(error).isprintable()
        else:
            read += 1
            assert np.isfinite(found.values).all() and (np.abs(found.values) <= 10).all() and found.values.all()
            assert (found.raters != found.rated).all() and len(found.raters) == len(found.values) >= 100
    assert read > 20 and refused > 100


def test_any_file_of_that_form_can_be_tried(tmp_path):
    (tmp_path / "mine.csv").write_text(made(600))
    ours = measure_of(NAME)(Preset(NAME, data=tmp_path / "mine.csv"))
    assert ours[MARKET] > 0.6 and ours[f"{MARKET}_low"] < ours[MARKET] < ours[f"{MARKET}_high"]


def test_the_command_takes_a_file_and_tells_what_is_wrong(tmp_path, capsys):
    file = tmp_path / "mine.csv"
    file.write_text(made(600))
    assert main(["replicate", "bitcoin-otc", "--data", str(file), "--json"]) == 0
    checks = {one["measure"]: one for one in json.loads(capsys.readouterr().out)["replications"][0]["checks"]}
    assert checks[MARKET]["here_low"] < checks[MARKET]["here"] < checks[MARKET]["here_high"]
    assert checks["memory"]["here_low"] is None
    file.write_text(made(5))
    assert main(["replicate", "bitcoin-otc", "--data", str(file)]) != 0
    said = capsys.readouterr().err.splitlines()[-1]  # rules may have been compiled before
    assert said == "valuenet: mine.csv: too few ratings to learn from (5); it needs at least 100"
