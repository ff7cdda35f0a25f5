"""A firm whose records are applied to the real database, slice by slice, without a broker."""

from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from chassis.cause import SYSTEM, Cause
from chassis.database import Database
from monitoring.application.commands.apply_slice import ApplySlice, ApplySliceHandler
from monitoring.application.commands.link_records import LinkRecords, LinkRecordsHandler
from monitoring.application.commands.release_pending import RELEASE_PENDING, ReleasePending, ReleasePendingHandler
from monitoring.tests.intake_world import insert_securities
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.wiring import begin_intake
from submissions.accession import Accessions
from submissions.decode import decode
from submissions.frames import Frame, read_frame
from submissions.outcome import Message, Outcome, Received
from submissions.tests.builders import APPENDED, as_json

Record = dict[str, object]


@dataclass
class SubmittingFirm:
    """What a firm sends, and what stands in the database afterwards."""

    database: Database
    book: StoredBook
    firm_id: str = "F001"
    next_offset: int = 0
    sequences: dict[str, int] = field(default_factory=dict)

    async def submit(self, *records: Record, appended_at: datetime = APPENDED) -> list[Received]:
        """Applies one slice of a message for each record, numbered within its stream; answers them with outcomes."""
        messages = [
            Message(self.next_offset + at, as_json(self._numbered(one)), appended_at) for at, one in enumerate(records)
        ]
        received = decode(messages, Accessions(f"submissions.{self.firm_id}", 0))
        command = ApplySlice(
            firm_id=self.firm_id,
            start=self.next_offset,
            end=self.next_offset + len(records),
            received=received,
        )
        async with begin_intake(self.database)(Cause(subject=SYSTEM, operation="monitoring.apply_slice")) as work:
            outcome = await ApplySliceHandler()(command, work)
        self.next_offset += len(records)
        return outcome.received

    async def outcomes(self, *records: Record) -> list[Outcome | None]:
        """The same; answers the outcomes alone."""
        return [one.outcome for one in await self.submit(*records)]

    async def broken(self, *records: Record) -> list[tuple[str, str]]:
        """The same; answers rule and path of what is wrong with the last of them."""
        return [(one.rule, one.path) for one in (await self.submit(*records))[-1].findings]

    async def release(self) -> int:
        """Has waiting records judged again."""
        handler = ReleasePendingHandler(begin=begin_intake(self.database))
        return await handler(ReleasePending(firm_id=self.firm_id), Cause(subject=SYSTEM, operation=RELEASE_PENDING))

    async def link(self) -> int:
        """Links until nothing is left to do; says how many steps it took."""
        handler = LinkRecordsHandler(begin=begin_intake(self.database))
        steps = 0
        while await handler(
            LinkRecords(firm_id=self.firm_id), Cause(subject=SYSTEM, operation="monitoring.link_records")
        ):
            steps += 1
        return steps

    async def told(self) -> Frame:
        """The newest frame: of the last step of linking, say."""
        return (await self.frames())[-1]

    async def waiting(self) -> dict[tuple[str, str], set[str]]:
        """What each key still waits for."""
        waiting: dict[tuple[str, str], set[str]] = {}
        for row in await self.book.rows("select record_type, record_key, wanted from awaited_record"):
            waiting.setdefault((str(row["record_type"]), str(row["record_key"])), set()).add(str(row["wanted"]))
        return waiting

    async def frames(self) -> list[Frame]:
        """Every receipt frame, in order."""
        rows = await self.book.rows("select body from receipt_frame order by sequence, part")
        return [read_frame(bytes(row["body"])) for row in rows]  # type: ignore[call-overload]  # bytea

    async def knows_securities(self, *codes: str) -> None:
        """A complete security master."""
        connection = await asyncpg.connect(self.book.owner_url)
        await insert_securities(connection, *codes)
        await connection.close()

    def _numbered(self, record: Record) -> Record:
        stream = str(record["record_type"])
        self.sequences[stream] = self.sequences.get(stream, 0) + 1
        return {**record, "sequence": self.sequences[stream]}
