"""What a comparison says about its differences: the numbers in records, tables and files, and the words."""

import csv
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scenarios.answers import save_comparison
from scenarios.comparison import compare
from scenarios.effects import superiority
from scenarios.evidence import against_baseline
from scenarios.formats import NOTHING, p
from scenarios.formats import superiority as shown
from scenarios.report import write_comparison
from tests.test_comparison import small
from tests.test_precision import ARGUMENTS, main
from tests.test_report import Page


@pytest.fixture(scope="module")
def found():
    return compare([small("transactional"), small("partnership"), small("platform")], replications=8, seed=3)


def outcomes_of(found, *rows):
    """Return the outcomes of a comparison with other numbers for total value, and no other measure."""
    return [
        replace(outcome, results={"value_total": np.array(row, float)})
        for outcome, row in zip(found.outcomes, rows, strict=False)
    ]


def one_of(found, other, baseline):
    (one,) = against_baseline(outcomes_of(found, baseline, other))
    return one


def test_the_family_is_every_measure_of_every_scenario(found):
    baseline = found.outcomes[0].results
    p_values = []
    for outcome in found.outcomes[1:]:
        for name, values in outcome.results.items():
            change = values - baseline[name]
            change = change[np.isfinite(change)]
            if len(change) >= 2:
                varies = np.ptp(change) > 1e-9
                p_values.append(stats.ttest_1samp(change, 0).pvalue if varies else float(abs(change[0]) < 1e-9))
    m, ordered = len(p_values), np.sort(p_values)
    expected = np.minimum(np.maximum.accumulate(ordered * np.arange(m, 0, -1)), 1)
    against = found.against()
    assert [one.family for one in against] == [m, m]
    adjusted = sorted(e.p_holm for one in against for e in one.evidence.values() if e.p_holm == e.p_holm)
    assert adjusted == pytest.approx(expected, rel=1e-6)
    assert any(e.p_value <= 0.05 < e.p_holm for one in against for e in one.evidence.values())


def test_nothing_to_measure_has_no_evidence(found):
    evidence = found.against()[0].evidence["left_platform"]
    assert set(evidence.to_dict().values()) == {None}
    assert not evidence.sure


def test_the_record_holds_what_was_found(found):
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for s, told in enumerate(record["differences"], 1):
        one = found.against()[s - 1]
        assert told["measures"]["trust"]["p_holm"] == one.evidence["trust"].p_holm
        a12 = superiority(found.outcomes[s].results["trust"], found.outcomes[0].results["trust"])
        assert told["measures"]["trust"]["a12"] == a12.a12
        assert told["gain"] == one.say_gain()
    assert record["family"] == found.against()[0].family
    assert record["seed_share"]["points"] == 3
    assert 0 <= record["seed_share"]["low"] <= record["seed_share"]["share"] <= record["seed_share"]["high"] <= 1


@pytest.mark.parametrize(("other", "baseline", "sentence"), [
    ([3, 4, 6], [1, 2, 3], '"Win-win partnerships" dominates in the first order (so in 100 % of resamples)'),
    ([1, 2, 3], [3, 4, 6], '"Transactional suppliers" dominates in the first order (so in 100 % of resamples)'),
    ([2, 2, 2], [1, 2, 3], '"Win-win partnerships" dominates in the second order'),
    ([1, 4, 4], [2, 3, 3], "neither dominates"),
])  # fmt: skip
def test_dominance_in_words(found, other, baseline, sentence):
    one = one_of(found, other, baseline)
    assert sentence in one.say(found.labels)
    names = [scenario.name for scenario in found.scenarios]
    dominant = one.to_dict(names)["dominance"]["second"]["dominant"]
    titles = {None: "neither", **dict(zip(names, found.labels, strict=True))}
    assert titles[dominant] in sentence


@pytest.mark.parametrize(("other", "baseline", "sentence"), [
    ([1, 2, 3, 4], [1.1, 1.9, 3.1, 3.9], "4 replications tell as much as"),
    ([4, 3, 2, 1], [1, 2, 3, 4], "gained nothing here: the difference varies 2 times as much"),
    ([2, 3, 4, 5], [1, 2, 3, 4], "does not vary"),
])  # fmt: skip
def test_the_gain_of_common_random_numbers_in_words(found, other, baseline, sentence):
    one = one_of(found, other, baseline)
    assert sentence in one.say_gain()
    ratio = one.differences["value_total"].variance_ratio
    if 0 < ratio < 1:
        assert f"left {100 * ratio:.2g} % of" in one.say_gain() and f"as {4 / ratio:.0f} would" in one.say_gain()


def test_the_table_stars_what_is_a_difference_over_the_whole_family(capsys):
    assert main([*ARGUMENTS, "4"]) == 0
    text = capsys.readouterr().out
    assert main([*ARGUMENTS, "4", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert f"over all {record['family']} differences" in text
    measures = record["differences"][0]["measures"]
    rows = re.findall(r"^ (\w+) +-?[\d.]+ +[-+].*?\)( \*)?  ", text, re.MULTILINE)
    assert len(rows) > 10
    for name, star in rows:
        assert bool(star) == (measures[name]["p_holm"] <= 0.05), name
    assert any(star for _, star in rows) and not all(star for _, star in rows)
    assert record["differences"][0]["gain"] in " ".join(text.split())


def test_differences_csv_holds_the_evidence(found, tmp_path):
    save_comparison(found, tmp_path)
    with (tmp_path / "differences.csv").open(encoding="utf-8") as file:
        rows = {(row["scenario"], row["measure"]): row for row in csv.DictReader(file)}
    evidence = found.against()[1].evidence["trust"]
    assert float(rows["platform", "trust"]["p_holm"]) == evidence.p_holm
    assert float(rows["platform", "trust"]["a12_high"]) == evidence.superiority.high
    assert rows["partnership", "left_platform"]["a12"] == ""


def test_the_report_says_how_sure_and_how_large(found, tmp_path):
    text = Page(write_comparison(found, tmp_path / "report.html").read_text("utf-8")).text
    for one in found.against():
        assert one.say_dominance(found.labels) in text and one.say_gain() in text
        for evidence in one.evidence.values():
            assert shown(evidence.superiority) in text and p(evidence.p_holm) in text
    assert f"for all {found.against()[0].family} differences" in text
    assert f"{100 * found.to_dict()['seed_share']['share']:.0f} % is due to the seed" in text
    assert "Stein" not in text
    precise = compare(found.scenarios, replications=20, precision=9.0)
    text = Page(write_comparison(precise, tmp_path / "report.html").read_text("utf-8")).text
    assert precise.precision.say() in text and "Stein" in text


def test_p_values_and_probabilities_as_people_read_them():
    assert [p(value) for value in (0.0, 0.00099, 0.0049, 1.0)] == ["< 0.001", "< 0.001", "0.005", "1.000"]
    assert p(float("nan")) == NOTHING
    assert shown(superiority([1.0, 2.0], [0.0, 5.0])) == "0.50"
    assert shown(superiority([1.0], [0.0])) == NOTHING
    assert shown(superiority(np.arange(9.0), np.arange(9.0))) == "0.50 (0.50 to 0.50)"
