"""What linking needs of the outside: records that arrived, states as they stand, and who waits for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from monitoring.domain.linking import Name, Standing
from submissions.book import Key
from submissions.outcome import Outcome


class Arrived(NamedTuple):
    """One accepted record, by its place in its firm's topic."""

    offset: int
    line: int
    record_type: str
    record_key: str
    sequence: int
    outcome: Outcome
    business_date: date

    @property
    def key(self) -> Key:
        """Its key."""
        return self.record_type, self.record_key


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """The next accepted records to be linked: all of the offsets [start, end), and some of earlier ones."""

    start: int
    end: int
    records: Sequence[Arrived]


@dataclass(kw_only=True)
class LinkChanges:
    """What a step writes.

    `missing` has the names that each key which arrived waits for now (none: it waits for nothing); `offered` are no
    longer waited for by anybody; `linked` keys have found everything.
    """

    firm_id: str
    arrivals: Arrivals
    at: datetime
    missing: dict[Key, tuple[Name, ...]] = field(default_factory=dict)
    offered: frozenset[Name] = frozenset()
    linked: set[Key] = field(default_factory=set)

    @property
    def unlinked(self) -> list[Arrived]:
        """The records that arrived and wait."""
        return [one for one in self.arrivals.records if self.missing.get(one.key)]


class Links(Protocol):
    """Records on their way to being linked. The caller holds the firm's row."""

    async def arrived(self, firm_id: str, *, most: int) -> Arrivals | None:
        """The next records to be linked, about so many; None where nothing arrived since."""

    async def standings(self, firm_id: str, keys: Collection[Key]) -> Mapping[Key, Standing]:
        """The states of keys, as far as linking asks."""

    async def present(self, firm_id: str, names: Collection[Name]) -> set[Name]:
        """Which of these names a state offers that was not cancelled."""

    async def awaiting(self, firm_id: str, names: Collection[Name]) -> Mapping[Key, frozenset[str]]:
        """The keys that wait for one of these names, each with everything it waits for."""

    async def keep(self, changes: LinkChanges) -> list[Arrived]:
        """Writes a step; answers the records that waited and are linked now, in order of arrival."""

    async def again(self, firm_id: str, places: Collection[tuple[int, int]]) -> None:
        """Has records linked that were accepted after their offsets had been passed."""
