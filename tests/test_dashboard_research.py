"""The page 'Research' without a browser: designs, what a link may ask for, the limits of a server."""

import json
import shlex
import tomllib

import pytest

from dashboards.links import read as read_link
from dashboards.links import write
from dashboards.pages.research import checks, designs, jobs, planning
from dashboards.pages.research.checks import TooMuch, checked, design_from
from dashboards.pages.research.designs import Asked, Varied, design_text, quantities_there, read, usual
from dashboards.pages.research.form import FIELDS, form
from dashboards.pages.research.showing import EXPORT
from dashboards.words import languages, words
from scenarios.catalogue import ScenarioError, parse_settings
from scenarios.cli import parser
from scenarios.driver_plans import SensitivityPlan, check_plan
from scenarios.scenario import load
from scenarios.sweeps import estimate as estimates
from sim.final import units

FEE, TURNOVER = Varied("fee", 0.05, 0.3, 2), Varied("turnover", 0.01, 0.09, 3)
SMALL = Asked(
    ("transactional", "platform"),
    (FEE, TURNOVER),
    replications=4,
    customers=60,
    periods=24,
    measures=("trust", "value_total"),
)


THERE = designs.scenarios_there()


def values(**changes: object) -> dict:
    return {name: field.default for name, field in FIELDS.items()} | changes


# Designs


def test_the_default_link_is_a_design_that_may_run():
    asked, problems = read(values())
    assert problems == []
    found = checked(design_text(asked, "As the page opens"))
    assert found.design.runs == 3 * 4 * 3 * 10
    assert 0 < found.estimate.seconds < 120


@pytest.mark.parametrize("method", designs.METHODS)
def test_a_form_becomes_the_design_it_shows(method):
    asked = SMALL._replace(method=method, number=8)
    design = design_from(design_text(asked, 'Fees, "quoted"'))
    assert [variant.name for variant in design.variants] == list(asked.scenarios)
    assert (design.title, design.replications, design.seed) == ('Fees, "quoted"', 4, 1)
    assert len(design.points) == 2 * (6 if method == "grid" else 8)
    assert design.measures == asked.measures
    assert {design.market(row).market.customers.customers for row in range(len(design.points))} == {60}
    fees = design.points["fee"].to_numpy()
    assert FEE.low <= fees.min() < fees.max() <= FEE.high


def test_a_size_that_varies_is_not_set_too():
    text = design_text(SMALL._replace(varied=(Varied("customers", 20, 60, 2),)), "")
    assert "customers" not in tomllib.loads(text)["settings"]
    assert {row["customers"] for row in design_from(text).points.to_pylist()} == {20, 60}


@pytest.mark.parametrize("name", quantities_there())
def test_every_quantity_there_is_has_ends_worth_a_look(name):
    one, (_, lowest, highest) = usual(name), quantities_there()[name]
    assert lowest <= one.low < one.high <= highest
    assert designs.read_varied(designs.varied_text([one])) == ((one,), [])


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_form_offers_all_there_is(language):
    shown = form(SMALL, [], [], language)
    json.dumps(shown, allow_nan=False)
    there = {
        kind: [one["name"] for group in groups for one in group["options"]] for kind, groups in shown["there"].items()
    }
    assert set(there["varied"]) == set(quantities_there())
    assert set(there["measures"]) == set(units())
    assert "fee-cap:capped" in there["scenarios"]
    assert len(set(there["scenarios"])) == len(there["scenarios"])
    assert all(one["label"] and one["label"] != one["name"] for one in shown["chosen"]["varied"])


@pytest.mark.parametrize(
    ("changes", "key", "used"),
    [
        ({"scenarios": "platform,no-such"}, "scenario", {"scenarios": ("platform",)}),
        ({"scenarios": ""}, None, {"scenarios": designs.SCENARIOS}),
        ({"scenarios": ",".join(THERE[:9])}, "scenario_many", {"scenarios": THERE[:6]}),
        ({"varied": "nonsense:0:1:3,fee:0.1:0.2:2"}, "quantity", {"varied": (Varied("fee", 0.1, 0.2, 2),)}),
        ({"varied": "fee:0.3:0.1:3"}, "ends", {"varied": (usual("fee"),)}),
        ({"varied": "fee:nan:inf:3"}, "ends", {"varied": (usual("fee"),)}),
        ({"varied": "fee:-5:9e99:3"}, "ends", {"varied": (Varied("fee", 0, 0.95, 3),)}),
        ({"varied": "fee:0.1:0.2:1e9"}, "ends", {"varied": (usual("fee"),)}),
        ({"varied": "fee:0.1:0.2:9999"}, "ends", {"varied": (Varied("fee", 0.1, 0.2, designs.MOST_LEVELS),)}),
        ({"varied": "fee"}, "ends", {"varied": (usual("fee"),)}),
        ({"varied": ""}, None, {"varied": (), "method": "grid"}),
        ({"varied": "alpha,risk,talk,search,fee"}, "quantity_many", {}),
        ({"measures": "trust,no_such"}, "measure", {"measures": ("trust",)}),
        ({"method": "sobol", "number": 48}, "power", {"number": 32}),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_link_is_told_and_the_nearest_is_used(changes, key, used):
    asked, problems = read(values(**changes))
    assert key is None or key in [problem.key for problem in problems]
    assert used.items() <= asked._asdict().items()
    design_from(design_text(asked, ""))
    for language in languages():
        notices = form(asked, problems, [], language)["notices"]
        assert len(notices) == len(problems)
        assert not any("{" in notice for notice in notices)


def test_a_link_leads_back_to_the_design():
    chosen = values(scenarios="platform,transactional", varied="fee:0.1:0.3:5", seed=7, job="0" * 32)
    assert read_link(write(chosen, FIELDS, "sv")[1:], FIELDS) == (chosen, [])


# Limits


@pytest.mark.parametrize(
    "text",
    [
        'scenarios = ["/etc/passwd"]',
        'scenarios = ["../own.toml"]',
        'scenarios = {mine = "own.toml"}',
        'scenarios = {mine = "sub/own.toml:platform"}',
        'scenarios = ["platform"]\n[settings]\nnetwork = "/etc/hosts.csv"',
        'scenarios = ["platform"]\n[factors]\nnetwork = ["a.csv", "bitcoin-otc"]',
        'scenarios = ["platform"]\n[points]\nmethod = "list"\nfile = "/etc/passwd"',
    ],
)
def test_a_design_that_names_a_file_is_refused_before_it_is_opened(text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checks, "design_of", lambda *_: pytest.fail("the design was made"))
    with pytest.raises(TooMuch, match="files"):
        checked(text)


PLATFORM = 'scenarios = ["platform"]\n'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PLATFORM + "[factors]\nfee = {low = 0.0, high = 0.5, steps = 99999}\nrisk = [0.1, 0.2]", "points"),
        (PLATFORM + '[points]\nmethod = "sobol"\nnumber = 1048576\n[factors]\nfee = {low = 0.0, high = 0.5}', "points"),
        (PLATFORM + "replications = 100000000", "runs"),
        (PLATFORM + "[settings]\ncustomers = 2000000\nperiods = 1", "customers"),
        (PLATFORM + "[factors]\ncustomers = [100, 2000000]\n[settings]\nperiods = 1", "customers"),
        (PLATFORM + "replications = 10000\n[settings]\ncustomers = 2000", "time"),
        (PLATFORM + '[keep]\nseries = ["trust", "nps", "price", "value_total", "retention"]', "series"),
        ("title = 1", "no_design"),
    ],
)  # fmt: skip
def test_what_is_too_much_for_a_server_gets_a_sentence_with_what_would_fit(text, key):
    with pytest.raises(TooMuch) as caught:
        checked(text)
    assert caught.value.key == key
    for language in languages():
        sentence = planning.wrong(caught.value, words(language))
        assert "{" not in sentence
        assert key in ("no_design", "series", "files") or any(letter.isdigit() for letter in sentence)


@pytest.mark.parametrize(
    ("text", "changed", "proposed"),
    [
        ("replications = 20000\n[settings]\ncustomers = 20\nperiods = 12", "replications = 20000", "replications"),
        ("replications = 10000\n[settings]\ncustomers = 9000", "replications = 10000", "replications"),
        ("replications = 2\n[settings]\nperiods = 1\ncustomers = 2000000", "customers = 2000000", "customers"),
    ],
)  # fmt: skip
def test_the_smaller_proposal_fits(text, changed, proposed, monkeypatch):
    monkeypatch.setattr(estimates, "_measured", lambda *_: 1.0)  # a machine that is always as fast
    with pytest.raises(TooMuch) as caught:
        checked(PLATFORM + text)
    numbers = caught.value.numbers
    fitting = numbers["most"] if proposed == "customers" else numbers["replications"]
    checked(PLATFORM + text.replace(changed, f"{proposed} = {fitting}"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "= 1", 'scenarios = ["platform"', "scenarios = 1", "\ud800"),
        *(PLATFORM + "nonsense = 1", PLATFORM + "[factors]\nfee = []"),
    ],
)
def test_a_broken_design_gets_one_sentence(text):
    with pytest.raises((ScenarioError, TooMuch)) as caught:
        checked(text)
    assert "\n" not in str(caught.value)


def test_an_uploaded_file_is_read_as_text_of_a_known_size():
    good = {"name": "../../x.toml", "content": "c2NlbmFyaW9zID0gWyJwbGF0Zm9ybSJd"}
    assert planning.opened(good).text == 'scenarios = ["platform"]'
    assert planning.opened(good | {"content": "//79/w=="}).text is None
    assert planning.opened(good | {"content": "no base64!"}).text is None
    assert planning.opened(good | {"content": "QUFB" * 400_000}).text is None
    assert planning.upload(planning.opened({}), words("fi"))["notices"] == []


def test_the_commands_shown_are_commands():
    shown = designs.sensitivity_command(SMALL)
    args = parser().parse_args(shlex.split(shown)[1:])
    plan = SensitivityPlan(tuple(args.axis), args.measure, seed=args.seed)
    axes = check_plan(load(args.name, parse_settings(args.set)), plan)
    assert [(axis.name, axis.low, axis.high) for axis in axes] == [one[:3] for one in SMALL.varied]
    assert (args.name, args.periods, args.set) == ("platform", 24, ["customers=60"])
    assert designs.sensitivity_command(SMALL._replace(varied=(FEE,))) == ""  # nothing to weigh it against
    for command in (jobs.COMMAND, *EXPORT.split(" && ")):
        assert parser().parse_args(shlex.split(command)[1:]).command in ("sweep", "export")


def test_sizes_and_times_are_in_the_language():
    assert planning.duration(150, words("fi")) == "2 min"  # half to even
    assert planning.duration(119, words("sv")) == "119 s"
    assert planning.size(1.25e9, words("fi")) == "1,2 Gt"
    assert planning.size(10, words("en")) == "1 MB"
