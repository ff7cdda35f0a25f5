"""A listing as far as the board has said: enough to know whose it is and whether it is in force."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

Area = Literal["pledgor", "pledgee"]
State = Literal["open", "negotiating", "pledged", "expired"]
OTHER_AREA: dict[Area, Area] = {"pledgor": "pledgee", "pledgee": "pledgor"}


@dataclass(kw_only=True)
class BoardListing:
    """One listing. `state` is unknown until it is published; `valid_until` includes its whole day (P12.0).

    `owner_stands` is false while its owner is suspended or terminated.
    """

    id: UUID
    participant_id: str
    area: Area
    state: State | None = None
    valid_until: date | None = None
    restricted: bool = False
    deleted: bool = False
    owner_stands: bool = True

    def in_force(self, today: date) -> bool:
        """Whether it is in force on a day (P14.2)."""
        hidden = self.restricted or self.deleted or not self.owner_stands
        shown = self.state in {"open", "negotiating", "pledged"} and not hidden
        return shown and self.valid_until is not None and today <= self.valid_until
