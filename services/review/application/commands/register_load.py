"""A reference file is checked whole and registered; nothing of a malformed one is loaded (BX7)."""

import asyncio
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.ports import Begin, UploadedFile, Work
from review.domain.reference_files import check_file, file_kind
from review.domain.reference_load import STALLED_AFTER, ReferenceLoad, next_revision

LOAD_STALLED = "review.load_stalled"


@dataclass(frozen=True, kw_only=True)
class RegisterLoad:
    """A file of one kind and day; `reason` where the day is complete already."""

    kind: str
    business_date: date
    reason: str | None
    file: UploadedFile


@dataclass(frozen=True, kw_only=True)
class LoadRegistered:
    """The load's place in the register."""

    load_id: UUID
    revision: int


class RegisterLoadHandler:
    """Validates first, registers second; the rows are said by `SayLoad`."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: RegisterLoad, cause: Cause) -> LoadRegistered:
        """Checks and registers."""
        file_kind(command.kind)
        # A file of ten million rows takes minutes: other requests go on meanwhile.
        row_count = await asyncio.to_thread(check_file, command.kind, command.file.lines, command.file.file_format)
        async with self._begin(cause) as work:
            load = await self._load(work, command, cause, row_count)
            await work.loads.add(load)
            work.record(*load.facts)
            work.schedule(kind=LOAD_STALLED, key=str(load.load_id), due_at=work.now + STALLED_AFTER)
            work.note(kind=load.kind, business_date=load.business_date.isoformat(), revision=load.revision)
            return work.answer(LoadRegistered(load_id=load.load_id, revision=load.revision))

    async def _load(self, work: Work, command: RegisterLoad, cause: Cause, row_count: int) -> ReferenceLoad:
        previous = await work.loads.of_day(command.kind, command.business_date)
        load = ReferenceLoad(
            load_id=new_id(),
            kind=command.kind,
            business_date=command.business_date,
            revision=next_revision(list(previous), reason=command.reason),
            file_hash=command.file.digest,
            file_bytes=command.file.size,
            row_count=row_count,
            loaded_by=cause.subject.user_id,
            registered_at=work.now,
            reason=command.reason,
        )
        load.start()
        return load
