"""Play the thousand strategies of the contest: `python docs/make_contest.py` (about five minutes)."""

from scenarios.contest.field import FILE, play_field, save_fields
from scenarios.contest.game import MARKETS


def main() -> None:
    """Write scenarios/data/contest.npz."""
    save_fields([play_field(name) for name in MARKETS])
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
