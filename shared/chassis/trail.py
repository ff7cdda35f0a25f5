"""Denials in the audit table. Reads that must leave a trace write theirs with the read itself."""

from chassis.audit import Entry, write_entry
from chassis.cause import Cause
from chassis.database import Database
from chassis.http.edge import Denial
from chassis.telemetry import current_trace_headers


class AuditTrail:
    """Writes each denial in a transaction of its own: what was asked for has none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def denied(self, denial: Denial) -> None:
        """Leaves one row; within the database's deadlines."""
        cause = Cause(subject=denial.subject, operation=denial.operation, trace=current_trace_headers())
        details = {
            "slug": denial.slug,
            "method": denial.method,
            "route": denial.route,
            "objects": dict(denial.objects),
        }
        async with self._database.engine.begin() as connection:
            await write_entry(connection, Entry(cause=cause, outcome="refused", details=details))
