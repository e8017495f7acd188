"""Each mistake in a calibration's file gets one sentence that says what is allowed."""

from pathlib import Path

import pytest

from scenarios.catalogue import ScenarioError
from scenarios.cli import main
from scenarios.fitting.posterior import fit
from scenarios.fitting.targets import prepare
from tests.test_fitting import SMALL, small

MISTAKES = [
    ("title = ", "titel = ", "small.toml: title is missing (and 1 more)"),
    ("source = ", "sauce = 1\nsource = ", "small.toml: sauce is not a known key; did you mean source?"),
    ('scenario = "transactional"', 'scenario = "transaction"', "transaction: there is no such scenario"),
    ("customers = 60", "custommers = 60", "small: setting: custommers is not a known key; did you mean customers?"),
    ("spell = 4", "spell = 4, spel = 4", "windows.late.spel is not a known key; did you mean spell?"),
    ("spell = 4", "spell = 7", "windows.late: periods 13 to 24 do not hold two spells of 7"),
    ("last = 24", "last = 25", "small: windows.late.last = 25 is after the last period of the run, 24"),
    ("first = 13", "first = 0", "windows.late.first = 0 is not allowed: input should be greater than or equal to 1"),
    ("turnover = [", "turnovr = [", '"turnovr": no numeric quantity of a market has this name; did you mean turnover?'),
    ("[0.0, 0.2]", "[0.2, 0.0]", "quantities.turnover = [0.2, 0] is not a range from a lower to a higher value within"),
    ("[0.0, 0.2]", "[0.0, 1.2]", "quantities.turnover = [0, 1.2] is not a range from a lower to a higher value within"),
    ("[0.0, 0.2]", "[0.0]", "quantities.turnover = [0.0] is not allowed: list should have at least 2 items"),
    ("frequency = [", '"customers.turnover" = [', "quantities.customers.turnover is there twice, under two names"),
    ("customers = 60", "customers = 60, turnover = 0.1", "settings.turnover is what is fitted; leave it out of the"),
    ("population = 30", "population = 9", "effort.population = 9 is not allowed: input should be greater than or"),
    ("populations = 3", "populationss = 3", "effort.populationss is not a known key; did you mean populations?"),
    ('"newcomers"', '"newcomer"', 'name = "newcomer" is neither a pattern nor a measure; did you mean newcomers?'),
    ('window = "late"', 'window = "lat"', 'targets.1: there is no window "lat"; did you mean late?'),
    ('use = "fit"', 'use = "fits"', "targets.1.use = \"fits\" is not allowed: input should be 'fit' or 'check'"),
    ('use = "fit"', 'use = "check"', 'targets: none has use = "fit"; at least one is needed'),
    ('use = "fit"\n', 'use = "fit"\nsure = 1\n', "targets.1.sure is not a known key; there are name, window, use"),
    ("error = 0.02\n", "", "targets.1: observed and error go together: a value, and its standard error"),
    ("error = 0.02", "error = 0.0", "targets.1.error = 0.0 is not allowed: input should be greater than 0"),
    ("error = 0.02", "error = nan", "targets.1.error = nan is not allowed: input should be"),
    ("observed = 0.5", "observed = true", "targets.1.observed = true is not allowed"),
    ("observed = 0.5", 'observed = "0.5"', 'targets.1.observed = "0.5" is not allowed'),
    ('window = "late"', 'window = "la\\nte"', "la?te: the name has characters that cannot be printed; rename it"),
    ("observed = 0.5\nerror = 0.02\n", "", "targets.1: newcomers needs [data], or an observed value and its error"),
    ("observed = 0.4\nerror = 0.02\n", "", "encounters is not read from ratings: give its observed value and its"),
    ('"retention"', '"newcomers"', 'targets.3: newcomers in "late" is there twice'),
    ("[windows]", '[data]\nratings = "bitcoin"\nperiod_days = 7\n[windows]', "data.ratings: "),
    ("[windows]", '[data]\nratings = "bitcoin-otc"\nperiod_days = 0\n[windows]', "data.period_days = 0 is not allowed"),
    ("[windows]", '[data]\nratings = "bitcoin-otc"\nperiod_days = 90\n[windows]', "last period of the data, 13"),
]


@pytest.mark.parametrize(("before", "after", "said"), MISTAKES, ids=[said[:50] for *_, said in MISTAKES])
def test_mistakes_get_one_sentence(before: str, after: str, said: str, tmp_path: Path, capsys) -> None:
    assert before in SMALL
    text = SMALL.replace(before, after, -1 if "check" in after else 1)  # at least one target is fitted
    (tmp_path / "small.toml").write_text(text, "utf-8")
    assert main(["fit", str(tmp_path / "small.toml")]) == 2
    shown = capsys.readouterr().err
    assert said in shown and shown.count("\n") == 1 and shown.startswith("valuenet: ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x", '"x": there is no such calibration; there are bitcoin-otc, own-numbers'),
        ("bitcoin-otk", "did you mean bitcoin-otc?"),
        ("bitcoin-otc:platfrom", 'there is no variant "platfrom"; did you mean platform?'),
        ("own-numbers:x", 'there is no variant "x"; it has none'),
        ("nowhere.toml", '"nowhere.toml": there is no such calibration'),
    ],
)
def test_names_that_are_not_there(name: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        prepare(name)
    assert said in str(caught.value)


def test_a_seed_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="--seed: .* is too large for"):
        fit(small(tmp_path), seed=2**64 - 5)


def test_a_market_in_which_nothing_happens(tmp_path: Path) -> None:
    """No needs, no ratings: said, not averaged away."""
    text = SMALL.replace("frequency = [0.1, 1.0]", "beta = [0.0, 1.0]").replace(
        "customers = 60", "customers = 60, frequency = 0.0"
    )
    with pytest.raises(ScenarioError, match="too few points|nothing to measure"):
        fit(small(tmp_path, text.replace("populations = 3", "populations = 1")))


def test_without_pyabc_one_sentence_says_what_to_install(monkeypatch, capsys) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError("No module named 'pyabc'", name="pyabc")

    monkeypatch.setattr("scenarios.cli.importlib.import_module", missing)
    assert main(["fit", "own-numbers"]) == 1
    assert capsys.readouterr().err == 'valuenet: pyabc is not installed: pip install "valuenet[fit]"\n'
