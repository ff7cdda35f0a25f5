"""The quarantine on Postgres: bytes are measured where they lie and stay there."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.quarantine_reading import Quarantined, QuarantinePlace
from monitoring.domain.firm import FirmEnvironment, submissions_topic
from monitoring.persistence.tables import intake as tables
from submissions.accession import UNREADABLE, Accessions
from submissions.outcome import Outcome

_RECORD: Final = tables.record
_PLACE: Final = (_RECORD.c.recorded_at, _RECORD.c.firm_id, _RECORD.c.offset, _RECORD.c.line)
_SEEN: Final = (
    *_PLACE,
    _RECORD.c.appended_at,
    _RECORD.c.reason,
    _RECORD.c.findings,
    func.octet_length(_RECORD.c.content).label("size"),
    func.encode(func.sha256(_RECORD.c.content), "hex").label("hash"),
)


class PostgresQuarantineReads:
    """`QuarantineReads` on a connection."""

    def __init__(self, connection: AsyncConnection, environment: FirmEnvironment) -> None:
        self._connection = connection
        self._environment = environment

    async def quarantined(
        self, firm_id: str | None, *, after: QuarantinePlace | None, most: int
    ) -> Sequence[Quarantined]:
        """The latest first."""
        query = select(*_SEEN).where(_RECORD.c.outcome == Outcome.QUARANTINED.value)
        if firm_id is not None:
            query = query.where(_RECORD.c.firm_id == firm_id)
        if after is not None:
            query = query.where(tuple_(*_PLACE) < tuple_(*after))
        ordered = query.order_by(*(column.desc() for column in _PLACE)).limit(most)
        rows = await self._connection.execute(ordered)
        return [self._shown(row) for row in rows]

    def _shown(self, row: Row[*tuple[Any, ...]]) -> Quarantined:
        return Quarantined(
            place=QuarantinePlace(row.recorded_at, row.firm_id, row.offset, row.line),
            accession=Accessions(submissions_topic(row.firm_id, self._environment), 0).of(row.offset, row.line),
            appended_at=row.appended_at,
            content_bytes=row.size,
            content_sha256=row.hash,
            reason=_reason(row),
        )


def _reason(row: Row[*tuple[Any, ...]]) -> str:
    """As the firm's receipt says it, or the rules that are broken."""
    if row.reason is None:
        return " ".join(sorted({one["rule"] for one in row.findings or []}))
    return f"{'UNREADABLE' if row.line == UNREADABLE else 'REFUSED'}:{row.reason}"
