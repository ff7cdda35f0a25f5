"""Questions about submissions in one traced snapshot; whose rows it sees is row-level security's."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.cause import Cause
from chassis.database import Database
from chassis.problems import TraceUnavailable
from chassis.reading import ReadingSession
from monitoring.application.quarantine_reading import QuarantineReads
from monitoring.application.record_reading import RecordReads
from monitoring.application.submission_reading import (
    DayLedger,
    IntakeLedger,
    KeptSubmission,
    SubmissionFilter,
    SubmissionPlace,
)
from monitoring.domain.firm import EnvironmentNotServed, Firm, FirmEnvironment, FirmNotFound, submissions_topic
from monitoring.persistence.firms import firm_of
from monitoring.persistence.quarantine_reads import PostgresQuarantineReads
from monitoring.persistence.record_reads import PostgresRecordReads
from monitoring.persistence.slice_content import kept_lines
from monitoring.persistence.tables import intake as tables
from submissions.accession import Accessions
from submissions.conservation import Ledger
from submissions.outcome import Finding, Outcome

OWN_ROLES: Final = frozenset({"FM", "FC"})
_RECORD = tables.record
_LISTED = [column for column in _RECORD.c if column.name != "content"]
_APPLIED = text("select next from consumer_offset where consumer = :consumer and topic = :topic and partition = 0")
_TILED = text(
    "select coalesce(bool_and(before is null or before = start), true) as tiled, min(start) as first, "
    'max("end") as last from (select start, "end", lag("end") over (order by start) as before '
    "from intake_slice where firm_id = :firm_id) as slices"
)
CONSUMERS: Final[Mapping[FirmEnvironment, str]] = {"PROD": "monitoring.intake", "TEST": "monitoring_test.intake"}


class PostgresSubmissionReads:
    """`SubmissionReads` on Postgres."""

    def __init__(self, session: ReadingSession, environment: FirmEnvironment) -> None:
        self._session = session
        self._connection = session.connection
        self._environment = environment
        self.records: RecordReads = PostgresRecordReads(session.connection, environment)
        self.quarantine: QuarantineReads = PostgresQuarantineReads(session.connection, environment)

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""
        return self._session.as_of

    async def firms(self) -> list[Firm]:
        """Firms on board."""
        rows = await self._connection.execute(select(tables.firm).order_by(tables.firm.c.firm_id))
        return [firm_of(row) for row in rows]

    async def submissions(
        self, firm_id: str, only: SubmissionFilter, *, after: SubmissionPlace | None, most: int
    ) -> list[KeptSubmission]:
        """Records of a firm, the newest first."""
        await self._firm(firm_id)
        query = select(*_LISTED).where(_RECORD.c.firm_id == firm_id)
        for column, wanted in (
            (_RECORD.c.outcome, only.outcome),
            (_RECORD.c.record_type, only.record_type),
        ):
            if wanted is not None:
                query = query.where(column == str(wanted))
        if after is not None:
            query = query.where(tuple_(_RECORD.c.offset, _RECORD.c.line) < tuple_(after.offset, after.line))
        ordered = query.order_by(_RECORD.c.offset.desc(), _RECORD.c.line.desc()).limit(most)
        accessions = self._accessions(firm_id)
        return [_kept(row, accessions) for row in await self._connection.execute(ordered)]

    async def submission(self, firm_id: str, place: SubmissionPlace) -> KeptSubmission | None:
        """One record with its bytes."""
        query = select(_RECORD).filter_by(firm_id=firm_id, offset=place.offset, line=place.line)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        content = row.content
        if content is None and Outcome(row.outcome) is not Outcome.DUPLICATE:
            at = (place.offset, place.line)
            content = (await kept_lines(self._connection, firm_id, [at]))[at]
        return _kept(row, self._accessions(firm_id), content=content)

    async def ledger(self, firm_id: str, *, day: date | None) -> IntakeLedger:
        """What arrived and what became of it."""
        firm = await self._firm(firm_id)
        topic = {
            "consumer": CONSUMERS[self._environment],
            "topic": submissions_topic(firm_id, self._environment),
        }
        applied = (await self._connection.execute(_APPLIED, topic)).scalar_one_or_none() or 0
        tiles = (await self._connection.execute(_TILED, {"firm_id": firm_id})).one()
        tiled = bool(tiles.tiled) and (tiles.last is None or tiles.last == applied)
        return IntakeLedger(
            firm_id=firm_id,
            environment=self._environment,
            applied_to=applied,
            tiled=tiled,
            days=await self._days(firm_id, day),
            open_gaps=firm.open_gaps,
        )

    def _accessions(self, firm_id: str) -> Accessions:
        return Accessions(submissions_topic(firm_id, self._environment), 0)

    async def _firm(self, firm_id: str) -> Row[Any]:
        row = (await self._connection.execute(select(tables.firm).filter_by(firm_id=firm_id))).one_or_none()
        if row is None:
            raise FirmNotFound(firm_id=firm_id)
        return row

    async def _days(self, firm_id: str, day: date | None) -> list[DayLedger]:
        append_day = cast(func.timezone("Asia/Shanghai", _RECORD.c.appended_at), DATE)
        counted = select(append_day.label("day"), _RECORD.c.outcome, func.count().label("records"))
        counted = counted.where(_RECORD.c.firm_id == firm_id).group_by(append_day, _RECORD.c.outcome)
        arrived = select(tables.day).where(tables.day.c.firm_id == firm_id).order_by(tables.day.c.day)
        if day is not None:
            counted, arrived = counted.where(append_day == day), arrived.where(tables.day.c.day == day)
        outcomes: defaultdict[date, Counter[Outcome]] = defaultdict(Counter)
        for row in await self._connection.execute(counted):
            outcomes[row.day][Outcome(row.outcome)] = row.records
        return [
            DayLedger(
                day=row.day,
                ledger=Ledger(
                    messages=row.messages,
                    unreadable=row.unreadable,
                    records=row.records,
                    outcomes=outcomes[row.day],
                ),
            )
            for row in await self._connection.execute(arrived)
        ]


class SubmissionReading:
    """`ReadingSubmissions`: opens the snapshot; its trace is written before anything is read (M18.1).

    A firm's own people see their firm alone; the regulator and the data steward see all of them. Each environment has
    a database of its own: its schema, its role, its trail.
    """

    def __init__(self, databases: Mapping[FirmEnvironment, Database]) -> None:
        self._databases = databases

    @asynccontextmanager
    async def __call__(self, cause: Cause, environment: FirmEnvironment) -> AsyncIterator[PostgresSubmissionReads]:
        """One snapshot.

        Raises:
            EnvironmentNotServed: this platform was given no place for it.
        """
        database = self._databases.get(environment)
        if database is None:
            raise EnvironmentNotServed(environment=environment)
        is_own = cause.subject.roles <= OWN_ROLES
        try:
            async with database.reading(cause, scope="own" if is_own else "all") as session:
                yield PostgresSubmissionReads(session, environment)
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise TraceUnavailable from error


def _kept(row: Row[Any], accessions: Accessions, *, content: bytes | None = None) -> KeptSubmission:
    return KeptSubmission(
        firm_id=row.firm_id,
        accession=accessions.of(row.offset, row.line),
        place=SubmissionPlace(offset=row.offset, line=row.line),
        record_type=row.record_type,
        record_key=row.record_key,
        sequence=row.sequence,
        action=row.action,
        business_date=row.business_date,
        load_id=row.load_id,
        appended_at=row.appended_at,
        recorded_at=row.recorded_at,
        outcome=Outcome(row.outcome),
        findings=msgspec.convert(row.findings or [], list[Finding]),
        reason=row.reason,
        first_accession=None if row.first_offset is None else accessions.of(row.first_offset, row.first_line),
        frame_sequence=row.frame_sequence,
        content=content,
    )
