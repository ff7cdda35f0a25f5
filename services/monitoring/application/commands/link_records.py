"""Accepted records find the firm's other records that they name (M4.3), in steps that follow the slices."""

from dataclasses import dataclass
from typing import Final

from chassis.cause import Cause
from monitoring.application.intake_ports import BeginIntake, IntakeWork, ReceiptFrame
from monitoring.application.link_ports import Arrivals, Arrived, LinkChanges
from monitoring.domain.firm import FirmCounters, FirmEnvironment, submissions_topic
from monitoring.domain.linking import Name, offers, wants
from submissions.accession import Accessions
from submissions.frames import Issued, Item, Linked, update_frame

# So few that the firm's row, which its next slice needs, is held for about a tenth of a second where all of them wait.
RECORDS_MAX: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class LinkRecords:
    """Link a firm's next accepted records."""

    firm_id: str


class LinkRecordsHandler:
    """Holds the firm's row like a slice does. What was found, and what is missing, is told in an update frame."""

    def __init__(self, *, begin: BeginIntake, environment: FirmEnvironment = "PROD") -> None:
        self._begin = begin
        self._environment = environment

    async def __call__(self, command: LinkRecords, cause: Cause) -> bool:
        """Takes one step; says whether another one is due."""
        async with self._begin(cause) as work:
            await work.scope(firm_id=command.firm_id)
            counters = await work.firms.lock(command.firm_id)
            arrivals = await work.links.arrived(command.firm_id, most=RECORDS_MAX)
            if arrivals is None:
                return False
            changes = await _linking(work, command.firm_id, arrivals)
            found = await work.links.keep(changes)
            await self._tell(work, counters, changes, found)
            await work.firms.save(counters)
            work.note(
                linked_from=arrivals.start, linked_to=arrivals.end, unlinked=len(changes.unlinked), found=len(found)
            )
            return True

    async def _tell(self, work: IntakeWork, counters: FirmCounters, changes: LinkChanges, found: list[Arrived]) -> None:
        firm_id, sequence = counters.firm_id, counters.next_receipt()
        accessions = Accessions(submissions_topic(firm_id, self._environment), 0)
        items = [
            *(_item(one, accessions, changes.missing[one.key]) for one in changes.unlinked),
            *(_item(one, accessions, ()) for one in found),
        ]
        issued = Issued(firm_id=firm_id, environment=self._environment, sequence=sequence, issued_at=work.said_at)
        run = changes.arrivals
        linked = Linked(start=run.start, end=run.end) if run.start < run.end else None
        parts = update_frame(items, issued=issued, linked=linked)
        await work.receipts.say(
            ReceiptFrame(firm_id=firm_id, sequence=sequence, kind="update", parts=parts), at=work.said_at
        )


async def _linking(work: IntakeWork, firm_id: str, arrivals: Arrivals) -> LinkChanges:
    """What the arrivals wait for, and whom they were waited for by."""
    standings = await work.links.standings(firm_id, {one.key for one in arrivals.records})
    wanted = {key: wants(key[0], one) for key, one in standings.items()}
    offered = frozenset(name for key, one in standings.items() for name in offers(key, one))
    present = await work.links.present(firm_id, {name for names in wanted.values() for name in names})
    missing = {key: tuple(name for name in names if name not in present) for key, names in wanted.items()}
    texts = {str(name) for name in offered}
    awaiting = await work.links.awaiting(firm_id, offered)
    linked = {key for key, names in awaiting.items() if key not in missing and names <= texts}
    linked |= {key for key, names in missing.items() if not names}
    return LinkChanges(
        firm_id=firm_id, arrivals=arrivals, at=work.said_at, missing=missing, offered=offered, linked=linked
    )


def _item(one: Arrived, accessions: Accessions, missing: tuple[Name, ...]) -> Item:
    return Item(
        accession=accessions.of(one.offset, one.line),
        offset=one.offset,
        index=one.line,
        outcome=one.outcome,
        type=one.record_type,
        key=one.record_key,
        sequence=one.sequence,
        link="UNLINKED" if missing else "LINKED",
        waits_for=tuple(map(str, missing)),
    )
