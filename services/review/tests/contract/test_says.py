"""What review says, message by message: the bodies its facts become, held against what was agreed."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from chassis.kernel import Fact
from events.base import decode, encode, event_classes
from events.reference.v1 import RegistrationRow, SnapshotRows, decode_rows, row_hash
from finance.identifiers import account_ref
from review.domain.access_application import Applied, Granted, MoreAsked, Refused
from review.domain.case import CaseApproved, CaseNeedsPerson, CaseReturned, CaseWaits
from review.domain.live_listing import ReverificationFailed, Reverified
from review.domain.reference_columns import Row
from review.domain.reference_load import BlockSaid, LoadCompleted, LoadStarted
from review.domain.reviewer import return_reasons
from review.domain.verification import RuleResult
from review.outbox.blocks import BlockEncoder
from review.outbox.translation import translate
from review.tests.builders import FRIDAY, MONDAY, TODAY
from review.tests.harness import ACCOUNT, ACCOUNT_KEY, OTHER_ACCOUNT, REF

SAID = Path(__file__).parent / "said"
CLASSES = {one.type: one for one in event_classes()}
CASE = {"case_id": UUID(int=101), "listing_id": UUID(int=7), "version": 1}
SNAPSHOT = {"snapshot_date": FRIDAY, "snapshot_revision": 1}
LOAD = {"load_id": UUID(int=3), "kind": "price"}
RESULT = RuleResult(
    rule_id="B-AVAIL",
    rule_version="1",
    clause="P10.1",
    severity="refuse",
    status="rule",
    answer="fail",
    pointer="/lines/0/quantity",
    title_zh="可用数量充足",
    title_en="quantity is available",
    message_zh="申请质押1000000，可用仅950000",
    message_en="1000000 offered but only 950000 available",
    fix_zh="请将数量减少到可用数量以内",
    fix_en="Reduce the quantity to what is available",
    held=Decimal(2000000),
    available=Decimal(950000),
    asked=Decimal(1000000),
    deductions={"frozen": Decimal(1050000)},
)
APPLICATION = {"application_id": UUID(int=9), "participant_id": "p-sun"}
FACTS: dict[str, Fact] = {
    "review.access.applied.v1": Applied(**APPLICATION, at=MONDAY),  # type: ignore[arg-type]  # named apart
    "review.access.more_asked.v1": MoreAsked(**APPLICATION, at=MONDAY),  # type: ignore[arg-type]  # the same
    "review.access.refused.v1": Refused(**APPLICATION, codes=("data_differ",), at=MONDAY),  # type: ignore[arg-type]  # the same
    "review.access.granted.v1": Granted(**APPLICATION, kind="institution", user_id="sun", at=MONDAY),  # type: ignore[arg-type]  # the same
    "review.case.approved.v1": CaseApproved(**CASE, **SNAPSHOT, by="rules", publishable_on=TODAY, at=MONDAY),  # type: ignore[arg-type]  # named apart
    "review.case.returned.v1": CaseReturned(
        **CASE,  # type: ignore[arg-type]  # named apart
        **SNAPSHOT,  # type: ignore[arg-type]  # the same
        by="reviewer",
        results=(RESULT,),
        reasons=return_reasons([("content_unclear", "/purpose")], on=TODAY),
        at=MONDAY,
    ),
    "review.case.needs_person.v1": CaseNeedsPerson(**CASE, results=(RESULT,), since=MONDAY),  # type: ignore[arg-type]  # named apart
    "review.case.waits.v1": CaseWaits(**CASE, snapshot_date=FRIDAY, since=MONDAY),  # type: ignore[arg-type]  # named apart
    "review.case.reverified.v1": Reverified(**CASE, **SNAPSHOT, at=MONDAY),  # type: ignore[arg-type]  # named apart
    "review.case.reverification_failed.v1": ReverificationFailed(**CASE, **SNAPSHOT, results=(RESULT,), at=MONDAY),  # type: ignore[arg-type]  # named apart
    "reference.snapshot_started.v1": LoadStarted(
        **LOAD,  # type: ignore[arg-type]  # named apart
        business_date=date(2026, 3, 2),
        revision=1,
        loaded_by="ds-1",
        at=MONDAY,
    ),
    "reference.rows.v1": BlockSaid(**LOAD, block=0, rows=b'[{"market":"SSE","security":"600000","close":"10.00"}]'),  # type: ignore[arg-type]  # named apart
    "reference.snapshot_completed.v1": LoadCompleted(
        **LOAD,  # type: ignore[arg-type]  # named apart
        business_date=date(2026, 3, 2),
        revision=1,
        block_count=1,
        row_count=1,
        rows_hash=255,
        at=MONDAY,
    ),
}


@pytest.mark.parametrize("message", sorted(FACTS))
def test_a_fact_becomes_the_message_that_was_agreed(message: str) -> None:
    (event,) = translate(FACTS[message])

    agreed = (SAID / f"{message}.json").read_bytes().strip()
    assert type(event).type == message
    assert encode(event) == agreed
    assert encode(decode(CLASSES[message], agreed)) == agreed


def test_every_agreed_message_is_said() -> None:
    assert {one.stem for one in SAID.glob("*.json")} == set(FACTS)


def test_p12_3_a_registration_leaves_with_references_in_place_of_both_accounts() -> None:
    row: Row = {
        "number": "ZY-2026-0001", "venue": "off_exchange", "unified_account": ACCOUNT, "market": "SSE",
        "security": "600000", "quantity": Decimal(400000), "pledgee_account": OTHER_ACCOUNT,
        "registered_on": date(2026, 3, 2),
    }  # fmt: skip

    block = BlockEncoder(ACCOUNT_KEY)("registration", [row])

    [read] = decode_rows("registration", msgspec.Raw(block.rows))
    assert isinstance(read, RegistrationRow)
    assert (read.account_ref, read.pledgee_ref) == (REF, account_ref(OTHER_ACCOUNT, ACCOUNT_KEY))
    assert row_hash(read) == block.hash
    assert not [one for one in (ACCOUNT, OTHER_ACCOUNT) if one.encode() in block.rows]


def test_a_block_is_hashed_as_its_readers_will_hash_it() -> None:
    row: Row = {"unified_account": ACCOUNT, "market": "SSE", "security": "600000", "held": Decimal("1.50")}

    block = BlockEncoder(ACCOUNT_KEY)("holding", [row])

    (event,) = translate(BlockSaid(load_id=UUID(int=3), kind="holding", block=0, rows=block.rows))
    assert isinstance(event, SnapshotRows)
    (read,) = decode_rows("holding", decode(SnapshotRows, encode(event)).rows)
    assert (row_hash(read), block.count) == (block.hash, 1)
    assert getattr(read, "account_ref", None) == REF
    assert ACCOUNT.encode() not in block.rows
