"""Try all published results and write `docs/credibility.md`: `python docs/make_credibility.py` (some minutes)."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.replication import Answer, replicate
from scenarios.scorecard import markdown, overview, section, summary

PAGE = Path(__file__).parent / "credibility.md"
KINDS = {
    "exact": "a closed form: the same number but for rounding, or within what is said",
    "simulated": "a number measured in runs, or in data, within what is said",
    "approximate": "near a number that is second-hand or was read off a picture",
    "direction": "only the sign or the order is asked",
    "reported": "nothing: a number beside the others, not counted",
}
INTRODUCTION = """\
# Why believe it, and how far

Anyone can rerun this page: `valuenet replicate` (all of it), `valuenet replicate R01` (one result), `python docs/make_credibility.py` (the page).

Other pages say how far conclusions hold within the model: [robustness.md](robustness.md) (other rules, other constants), [sensitivity.md](sensitivity.md)
(which quantities decide), [claims.md](claims.md) (which claims fail), [fitting.md](fitting.md) (what a market fitted to real ratings cannot do).
[odd.md](odd.md) describes the model, [trace.md](trace.md) says what was tested and what was not.

## How to read it

A published result is tried on **this engine**: its worlds, draws, networks, settlement in whole cents. Where a paper's rule differs from the standard one, a
[rule variant](odd-tables.md#rule-variants) stands in for it; the other rules act as always, or are off. Each result names the paper, its equations, what runs here,
and where our reading departs from the paper. What is *expected* is printed in the paper, or follows from its equations at the parameters of the market; *departs* says where the paper itself was not at hand. What is *accepted* was
for most checks written down by whoever asked for this page, before there was a result; where neither they nor the paper gave a tolerance, *departs* says that it is this project's. None was widened after a run.

**What *pass* means**: run on the assumptions of the paper, the engine gives the expected number within what is accepted. So the parts that it uses do what other people's models of the same mechanism do, and the engine can hold quite different theories.
Most results use rule variants: each says which rules act. What they share with the standard market are draws, ties, schedule, settlement and whatever rules stand under *standard*;
standard trust itself is tried by R12 and R14 only. R05, R12 and parts of R02, R03 and R06 are closed forms: they show that the engine does what is written, and no more.

**What it does not mean**: that the paper describes the world; that the standard rules with their default constants do; that a result found with a variant holds without it;
or that anything follows for a firm. Reproducing ten models makes the eleventh credible as a program, not as a forecast.

**FAIL** is an answer: the number is shown, what is accepted is not changed, and the result says what we know of the reason.
"""
LIMITS = """\
## Where this model should not be used

**For no forecast.** It has no clock that any market keeps. No figure it prints (EUR, shares, periods) is an estimate of a figure of a firm, a sector or a platform.
Use it for *which way, under which conditions, why*; not for *how much* or *when*.

| not for | because | what can be said instead |
|---|---|---|
| revenue, price or profit of a firm | the money is not calibrated: 1 EUR is what satisfaction and choice are measured by, not what a coin buys | who gains and who loses between two ways of organising the same exchange |
| "after 14 months" | a period is called a month by habit; rates per period were chosen, not measured | which comes first, what recovers and what does not |
| the effect of one policy in one country | no law, tax, labour market, credit, or anybody's real network | by which mechanism a fee cap or a licence can help or hurt |
| pricing against competitors | prices follow a contract formula; nobody answers a rival's price or foresees an answer, providers only copy what pays. (Variants that optimise do so within their paper's game.) | what the form of a contract does to trust, effort and split |
| contract design | no enforceable contracts, courts, penalties or hold-up in bargaining; nobody defaults on a payment, customers have no budget | what trust does where contracts do not reach |
| choices under threat of loss | the logit treats gains and losses alike, errors do not depend on what is at stake, everybody chooses by the same rule | the average over many small decisions |
| platform strategy | one platform, without a will: its fee, curation and subsidies are given, it has no rival, nobody uses two | what fee, breadth, curation and couriers do to the sides |
| a given social network | friends are drawn (random, small-world, scale-free) or imported, never change, and influence by one referral at a time; there is no geography | whether reach and clustering matter at all |
| people in organisations | a firm is one actor, its people are one number (engagement); departments differ by their knobs only | what command or partnership inside does to the customer outside |
| goods with stock, seasons, lead times | standard rules know one encounter per buyer and period, made to order (variants add stock and orders for single results) | services and relations |
| the rate of bad ratings on Bitcoin OTC | 7 to 13 % of real ratings are negative; no strategy fitted to them comes down to the first, and inequality and reciprocity of ratings are not reproduced ([fitting.md](fitting.md)) | that recent and reciprocal experience foretells the next rating better than a mean does (R14) |
| a claim that fails here | the model may lack what makes the claim true: C05, C31 and C32 fail, C18 is undecided ([claims.md](claims.md)) | that *these* mechanisms do not bring it about |
| a verdict that turns round under another rule | it follows from our choice of a rule, not from the question | what [robustness.md](robustness.md) calls a finding |
| corners of the parameter space | defaults were prototyped; at the ends of ranges many markets are dead or absurd, though sound | conditions around those that were studied |

**As a researcher**, cite a difference with its interval, scenario, seed and `MODEL_VERSION`; say which rules and constants it rests on and try it under others. An effect that only this model shows is a hypothesis.
Common random numbers make small differences visible: *sure* is not *large* ([statistics.md](statistics.md)).

**As a lecturer**, let students predict before they see, and find where a result *stops* holding; say that the market was made so that each way of trading has a place of its own. That three regimes share the map is
an assumption of the design, where their borders run is a result.

**As a consultant**, use it to put an argument into words and to find the condition on which it hangs; then look for that condition at the client, by other means. Do not put the client's name on a picture of it,
do not add a currency to its numbers, and do not call a scenario with the client's head count a digital twin.

**With real people's data**: the trust of a simulated actor is no judgement of the person whose row it stands on. Imported networks serve as structure; do not rate, rank or exclude anybody by them.
"""


def kinds(answers: Sequence[Answer]) -> list[str]:
    """Return how many checks of each kind were met, as lines of Markdown."""
    found = [one for answer in answers for one in answer.found]
    rows = []
    for how, meaning in KINDS.items():
        of_kind = [one for one in found if one.check.how == how]
        passed = f"{sum(one.passed for one in of_kind)} of {len(of_kind)}"
        rows.append((how, meaning, passed if how != "reported" else f"- ({len(of_kind)})"))
    return markdown(("kind of check", "what is asked", "passed"), rows)


def page(answers: Sequence[Answer]) -> str:
    """Return the page: how to read it, the scorecard, where not to use the model, every result in full."""
    lines = [
        INTRODUCTION,
        "## Scorecard",
        "",
        summary(answers),
        "",
        *overview(answers),
        "",
        *kinds(answers),
        "",
        LIMITS,
    ]
    lines += ["## Every result in full", ""]
    for answer in answers:
        lines += [*section(answer, level=3), ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    answers = []
    for answer in replicate():
        print(summary([answer]), answer.name, flush=True)
        answers.append(answer)
    PAGE.write_text(page(answers), "utf-8")


if __name__ == "__main__":
    main()
