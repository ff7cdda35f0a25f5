"""The three axes of a listing and the moves its owner may make (P12)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal

from chassis.kernel import SHANGHAI, Refusal

Publication = Literal["draft", "under_review", "published", "returned", "deleted"]
State = Literal["open", "negotiating", "pledged", "expired"]
Visibility = Literal["normal", "restricted"]

# P12.1. What is not named here never happens, by any role or route.
MOVES: Mapping[State, tuple[State, ...]] = MappingProxyType(
    {
        "open": ("negotiating", "pledged", "expired"),
        "negotiating": ("open", "pledged", "expired"),
        "pledged": ("expired",),
        "expired": (),
    }
)
LIVE: frozenset[State] = frozenset({"open", "negotiating"})
IN_FORCE: frozenset[State] = frozenset({"open", "negotiating", "pledged"})


class MoveNotAllowed(Refusal):
    """A change of state that P12.1 does not know; `allowed` says which ones it knows from here."""

    slug = "move-not-allowed"
    title_zh = "当前状态不允许此变更"
    title_en = "This change of state is not allowed from here"


def moves_from(publication: Publication, state: State | None) -> tuple[State, ...]:
    """The moves the owner has; a listing that is not published has none."""
    return MOVES[state] if publication == "published" and state is not None else ()


def require_move(publication: Publication, state: State | None, target: State) -> None:
    """Refuses a move that is not in the table.

    Raises:
        MoveNotAllowed: with the current state and the allowed moves.
    """
    allowed = moves_from(publication, state)
    if target not in allowed:
        raise MoveNotAllowed(source=state, publication=publication, target=target, allowed=list(allowed))


def end_of_validity(valid_until: date) -> datetime:
    """The moment validity ends: `valid_until` includes its whole day in Shanghai (P12.0)."""
    return datetime.combine(valid_until + timedelta(days=1), time.min, tzinfo=SHANGHAI)
