"""`valuenet sweep`: a design of many runs, into a folder that survives whatever happens meanwhile."""

from argparse import Namespace
from pathlib import Path

from scenarios.catalogue import ScenarioError
from scenarios.commands.console import print_json, say
from scenarios.commands.rules import say_if_compiled
from scenarios.commands.sweeping import conducted, settings_of
from scenarios.sweeps.design import Design, read_design
from scenarios.sweeps.estimate import Estimate, estimate, refuse_above
from scenarios.sweeps.executors import refuse_unknown
from scenarios.sweeps.folder import MANIFEST, refuse_used
from scenarios.sweeps.plan import design_in, plan_of, write_plan


def command(args: Namespace) -> int:
    """Say what the sweep will take, run it, say what came out."""
    refuse_unknown(args.executor)
    asked = Path(args.design)
    design = design_in(asked) if (asked / MANIFEST).is_file() else read_design(asked)
    folder = args.out or Path(asked.stem)
    if not args.estimate:
        refuse_used(folder)
    plan = plan_of(design)
    say_if_compiled()
    found = estimate(plan, args.workers)
    refuse_above(found, folder, args.max_hours, here=args.executor == "processes")
    if args.estimate:
        return _say_estimate(args, design, found)
    say(f"{_size(design)}: {found}, into {folder}. Ctrl-C stops it; `valuenet resume {folder}` goes on.")
    write_plan(plan, folder, args.command_line, _source(asked))
    return conducted(args, plan, folder, settings_of(args, found))


def _say_estimate(args: Namespace, design: Design, found: Estimate) -> int:
    if args.json:
        content = {"valuenet": "estimate", "runs": design.runs, "points": len(design.points), **found.to_dict()}
        print_json(content)
    else:
        print(f"{_size(design)}: {found}.")
    return 0


def _size(design: Design) -> str:
    return f"{design.runs:,} runs ({len(design.points):,} points x {design.replications:,} replications)"


def _source(asked: Path) -> str:
    try:
        return (asked / "design.toml" if asked.is_dir() else asked).read_text("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ScenarioError(f"{asked}: the file cannot be read ({error.strerror})") from None
