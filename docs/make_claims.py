"""Try all claims and write `docs/claims.md` with its pictures: `python docs/make_claims.py` (a few minutes)."""

from pathlib import Path

from scenarios.claim_figures import picture
from scenarios.claim_pages import page
from scenarios.claim_verdicts import try_claims
from scenarios.claims import find_claims

HERE = Path(__file__).parent
PICTURES = "claims"


def main() -> None:
    """Write the page and a picture for each claim."""
    answers = try_claims(find_claims(()))
    (HERE / PICTURES).mkdir(exist_ok=True)
    for answer in answers:
        (HERE / PICTURES / f"{answer.claim.id}.svg").write_text(picture(answer), encoding="utf-8")
    text = page(answers, pictures=PICTURES, command="python docs/make_claims.py")
    (HERE / "claims.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
