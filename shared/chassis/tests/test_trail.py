"""Denials and reads that must leave a trace, in the audit table of a real Postgres."""

import pytest
from sqlalchemy import text

from chassis.cause import Cause, Subject
from chassis.database import Database
from chassis.http import Denial
from chassis.trail import AuditTrail

pytestmark = pytest.mark.integration

PLEDGOR = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="P-1")


async def audit_rows(database: Database) -> list[tuple[object, ...]]:
    query = text("select operation, actor, outcome, details ->> 'slug', details -> 'objects' ->> 'case_id' from audit")
    async with database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def test_a_denial_leaves_a_row_that_names_who_what_and_why(database: Database) -> None:
    denial = Denial(
        subject=PLEDGOR,
        operation="verification_case.decide",
        slug="operation-denied",
        method="GET",
        route="/api/v1/review/cases/{case_id}",
        objects={"case_id": "7"},
    )

    await AuditTrail(database).denied(denial)

    assert await audit_rows(database) == [("verification_case.decide", "u-1", "refused", "operation-denied", "7")]


async def test_a_traced_read_leaves_its_row_and_says_so(database: Database) -> None:
    cause = Cause(subject=PLEDGOR, operation="holding.read", traced=True)

    async with database.reading(cause):
        pass

    assert cause.ticket.traced
    assert await audit_rows(database) == [("holding.read", "u-1", "read", None, None)]


async def test_a_plain_read_leaves_none(database: Database) -> None:
    cause = Cause(subject=PLEDGOR, operation="listing.search")

    async with database.reading(cause):
        pass

    assert not cause.ticket.traced
    assert await audit_rows(database) == []
