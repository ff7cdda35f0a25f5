"""Where a borrower stands: the worst of its merge groups (B11.2a).

A borrower is merged by `borrower_id` within one firm; merging over firms by unified account comes with the registry of
borrowers.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from monitoring.domain.valuation import ValuedContract

BORROWER_LEVEL = "B11.2a"


@dataclass(frozen=True, slots=True)
class Standing:
    """The code of B11.2a: 0 normal, 1 at or below W, 2 at or below L; None unknown.

    `partial`: a known part stands at a line while another part is unknown.
    """

    code: int | None
    partial: bool = False


NO_CONTRACT = Standing(0)


def standing(codes: Iterable[int | None]) -> Standing:
    """The worst known code; unknown where all known parts are normal and one is not known."""
    several = list(codes)
    known = [one for one in several if one is not None]
    worst = max(known, default=0)
    if len(known) == len(several):
        return Standing(worst)
    return Standing(worst, partial=True) if worst else Standing(None)


def standings(book: Iterable[ValuedContract]) -> dict[str, Standing]:
    """The standing of every borrower in a book (all open contracts of each must be given)."""
    codes: defaultdict[str, list[int | None]] = defaultdict(list)
    for one in book:
        codes[one.borrower_id].append(one.level_code)
    return {borrower_id: standing(several) for borrower_id, several in codes.items()}
