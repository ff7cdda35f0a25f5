"""The intake with parts left out, to see what each costs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chassis.cause import Cause
from chassis.database import Database
from monitoring.application.commands.apply_slice import ApplySliceHandler
from monitoring.application.intake_ports import JudgedSlice
from monitoring.application.usual_slice import UsualSlice
from monitoring.domain.merkle import EMPTY_ROOT
from monitoring.outbox.translation import translate
from monitoring.persistence.intake_work import PostgresIntakeWork
from monitoring.persistence.lookups import LookupCache
from monitoring.persistence.submissions import PostgresSubmissions
from monitoring.persistence.usual_records import PostgresUsualRecords
from submissions.judge import SliceOutcome
from submissions.outcome import Message


@dataclass(frozen=True, kw_only=True)
class Without:
    """What a run of the intake leaves out, to see what it costs.

    `history`: the row and the bytes of each record; `audit`: the Merkle tree over all of them, which the slice's one
    audit row bears.
    """

    history: bool = False
    audit: bool = False


NOTHING_LEFT_OUT = Without()


class Unproved(ApplySliceHandler):
    """Makes no Merkle tree."""

    def merkle_root(self, usual: UsualSlice | None, outcome: SliceOutcome) -> bytes:
        del usual, outcome
        return EMPTY_ROOT


class _WithoutBytes(UsualSlice):
    @property
    def messages(self) -> list[Message]:
        return []


class _WithoutHistory(PostgresSubmissions):
    async def keep(self, judged: JudgedSlice) -> None:
        assert judged.usual is not None
        await super().keep(replace(judged, usual=_WithoutBytes(judged.usual.admitted, judged.usual.frames)))


class _WithoutRows(PostgresUsualRecords):
    async def keep(self, firm_id: str, usual: UsualSlice, **told: Any) -> None:
        del firm_id, usual, told


class _WorkWithoutHistory(PostgresIntakeWork):
    async def opened(self) -> None:
        await super().opened()
        self.submissions = _WithoutHistory(self.connection)
        self.usual = _WithoutRows(self.connection)


def begin_without(database: Database, without: Without) -> Callable[[Cause], PostgresIntakeWork]:
    """Opens the unit of work of a variant."""
    lookups = LookupCache()
    made = _WorkWithoutHistory if without.history else PostgresIntakeWork

    def begin(cause: Cause) -> PostgresIntakeWork:
        return made(database, cause, translate=translate, lookups=lookups)

    return begin
