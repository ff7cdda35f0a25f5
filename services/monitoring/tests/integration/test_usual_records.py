"""Usual records go as columns: what is kept and told of them is what the way record by record keeps and tells.

Two firms send the same records. One writes a hyphen as an escape, which only the exact reader takes: its records go
one by one.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from chassis.cause import Subject
from monitoring.tests.intake_world import FirmClient, IntakeWorld, submitted
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract, a_line
from testkit.world import World

pytestmark = pytest.mark.integration
STEWARD = Subject(user_id="ds-1", roles=frozenset({"DS"}))
COLUMNS, ONE_BY_ONE = "F001", "F002"
LOAD = {"load_id": "L-1"}
# What names the firm, the moment or the way; everything else must be the same.
APART = frozenset({"firm_id", "recorded_at", "appended_at", "content", "content_hash", "id", "opened_at"})
Record = Mapping[str, object]


@pytest.fixture
async def intake(world: World) -> AsyncIterator[IntakeWorld]:
    async with IntakeWorld.started(world) as made:
        await made.knows_securities()
        yield made


def contract(number: int, **changes: object) -> dict[str, object]:
    return a_contract(**{"contract_id": f"C-{number}", "sequence": number, **LOAD, **changes})


def line(number: int, **changes: object) -> dict[str, object]:
    return a_line(**{"contract_id": f"C-{number}", "sequence": number, **LOAD, **changes})


FIRST: Sequence[Record] = [contract(1), line(1), contract(2, action="SNAPSHOT"), line(2), contract(3)]
SECOND: Sequence[Record] = [
    contract(1),  # again: known by its content, which is kept with the slice
    contract(2, agreement_no="A-2"),  # another record under a sequence that was used
    contract(4),
    contract(5, contract_id="C-3", action="SNAPSHOT"),  # held, and the same
    contract(6, contract_id="C-2", action="SNAPSHOT", borrower_id="B-2"),  # held, and not the same
    contract(7, warning_line="1.1"),
    contract(8),
    line(3, contract_id="C-4"),
    line(4, contract_id="C-4", line_no=2, current_quantity=5),
    line(6, contract_id="C-8"),
]


def of_firm(records: Sequence[Record], firm_id: str, *, escaped: bool) -> bytes:
    sent = submitted([{**one, "firm_id": firm_id} for one in records])
    return sent.replace(b'"A-', b'"A\\u002d') if escaped else sent


async def kept(intake: IntakeWorld, table: str, firm_id: str) -> list[dict[str, Any]]:
    rows = await intake.rows(f"select * from monitoring.{table} where firm_id = $1", firm_id)  # noqa: S608  # named below
    found = [{name: _unnamed(value, firm_id) for name, value in row.items() if name not in APART} for row in rows]
    return sorted(found, key=str)


def _unnamed(value: object, firm_id: str) -> object:
    # An accession names its firm, and so its check character does.
    named = isinstance(value, str) and value.startswith(f"{firm_id}-")
    return str(value)[len(firm_id) : -1] if named else value


async def outcomes(firm: FirmClient, *, until: int) -> list[tuple[object, ...]]:
    return [
        (one.outcome, one.key, one.sequence, one.errors, one.first_outcome) for one in await firm.items(until=until)
    ]


async def test_both_ways_keep_and_tell_the_same(intake: IntakeWorld) -> None:
    firms = {name: await intake.firm(name) for name in (COLUMNS, ONE_BY_ONE)}
    for at, records in enumerate((FIRST, SECOND), start=1):
        for name, firm in firms.items():
            await firm.send(of_firm(records, name, escaped=name == ONE_BY_ONE))
            await firm.frames(until=at)

    columns, one_by_one = [await outcomes(firm, until=2) for firm in firms.values()]
    assert columns == one_by_one
    assert [outcome for outcome, *_ in columns[5:]] == [
        Outcome.DUPLICATE,
        Outcome.REJECTED,
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.ACCEPTED_WARN,
        Outcome.REJECTED,
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.REJECTED,
        Outcome.ACCEPTED_WARN,
    ]
    for table in ("contract", "collateral_line", "stream_day", "intake_day", "sequence_gap", "submission_record"):
        assert await kept(intake, table, COLUMNS) == await kept(intake, table, ONE_BY_ONE), table
    for table in ("book_change", "intake_slice"):
        assert len(await kept(intake, table, COLUMNS)) == len(await kept(intake, table, ONE_BY_ONE)), table


async def test_the_bytes_of_usual_records_are_kept_with_their_slice_and_shown(intake: IntakeWorld) -> None:
    firm = await intake.firm(COLUMNS)
    await firm.send(contract(1, agreement_no="协议"), [line(1), contract(2)])
    items = await firm.items(until=2)

    ways = await intake.rows("select content is null as with_slice from monitoring.submission_record")
    assert [row["with_slice"] for row in ways] == [True] * 3
    async with intake.caller(STEWARD) as steward:
        shown = [(await steward.get(f"/api/v1/submissions/{one.accession}")).json() for one in items]
    assert [one["content"] for one in shown] == [
        json.loads(submitted(one)) for one in (contract(1, agreement_no="协议"), line(1), contract(2))
    ]
