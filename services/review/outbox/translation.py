"""Facts to events: the one place where review's words become the public language."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from chassis.kernel import Fact
from events.base import Event
from events.reference import v1 as reference
from events.review import v1 as said
from review.domain.case import CaseApproved, CaseNeedsPerson, CaseReturned, CaseWaits
from review.domain.live_listing import ReverificationFailed, Reverified
from review.domain.reference_load import BlockSaid, LoadCompleted, LoadStarted
from review.domain.reviewer import ReturnReason
from review.domain.verification import RuleResult
from review.outbox.access import ACCESS
from review.outbox.ladder import LADDER
from review.outbox.moderation import MODERATION


def translate(fact: Fact) -> Iterable[Event]:
    """The events of a fact.

    Raises:
        KeyError: a fact nobody decided how to say.
    """
    return (TRANSLATIONS[type(fact)](fact),)


def _approved(fact: CaseApproved) -> Event:
    return said.CaseApproved(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        by=fact.by,
        publishable_on=fact.publishable_on,
        snapshot_date=fact.snapshot_date,
        snapshot_revision=fact.snapshot_revision,
        decided_at=fact.at,
    )


def _returned(fact: CaseReturned) -> Event:
    return said.CaseReturned(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        by=fact.by,
        reasons=[*_reasons(fact.results), *(_coded(one) for one in fact.reasons)],
        snapshot_date=fact.snapshot_date,
        snapshot_revision=fact.snapshot_revision,
        decided_at=fact.at,
    )


def _needs_person(fact: CaseNeedsPerson) -> Event:
    return said.CaseNeedsPerson(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        reasons=_reasons(fact.results),
        since=fact.since,
    )


def _waits(fact: CaseWaits) -> Event:
    return said.CaseWaits(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        snapshot_date=fact.snapshot_date,
        since=fact.since,
    )


def _reverified(fact: Reverified) -> Event:
    return said.CaseReverified(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        snapshot_date=fact.snapshot_date,
        snapshot_revision=fact.snapshot_revision,
        checked_at=fact.at,
    )


def _reverification_failed(fact: ReverificationFailed) -> Event:
    return said.CaseReverificationFailed(
        listing_id=fact.listing_id,
        case_id=fact.case_id,
        version=fact.version,
        snapshot_date=fact.snapshot_date,
        snapshot_revision=fact.snapshot_revision,
        reasons=_reasons(fact.results),
        checked_at=fact.at,
    )


def _load_started(fact: LoadStarted) -> Event:
    return reference.SnapshotStarted(
        snapshot_id=fact.load_id,
        kind=_kind(fact.kind),
        business_date=fact.business_date,
        revision=fact.revision,
        loaded_by=fact.loaded_by,
        started_at=fact.at,
    )


def _block(fact: BlockSaid) -> Event:
    return reference.SnapshotRows(
        snapshot_id=fact.load_id, kind=_kind(fact.kind), block=fact.block, rows=msgspec.Raw(fact.rows)
    )


def _load_completed(fact: LoadCompleted) -> Event:
    return reference.SnapshotCompleted(
        snapshot_id=fact.load_id,
        kind=_kind(fact.kind),
        business_date=fact.business_date,
        revision=fact.revision,
        block_count=fact.block_count,
        row_count=fact.row_count,
        rows_hash=f"{fact.rows_hash:016x}",
        completed_at=fact.at,
    )


def _kind(kind: str) -> reference.Kind:
    return next(one for one in reference.KINDS if one == kind)


def _reasons(results: Iterable[RuleResult]) -> list[said.Reason]:
    return [
        said.Reason(
            code=one.rule_id,
            pointer=one.pointer,
            rule_id=one.rule_id,
            rule_version=one.rule_version,
            message_zh=_with_way_out(one.message_zh, one.fix_zh, "；"),
            message_en=_with_way_out(one.message_en, one.fix_en, ". "),
            held=one.held,
            available=one.available,
            asked=one.asked,
            deductions=one.deductions,
        )
        for one in results
    ]


def _coded(reason: ReturnReason) -> said.Reason:
    return said.Reason(
        code=reason.code,
        pointer=reason.pointer,
        rule_id="P11.9",
        rule_version=reason.version,
        message_zh=_with_way_out(reason.message_zh, reason.fix_zh, "；"),
        message_en=_with_way_out(reason.message_en, reason.fix_en, ". "),
    )


def _with_way_out(message: str, fix: str, joint: str) -> str:
    return f"{message}{joint}{fix}" if fix else message


TRANSLATIONS: dict[type[Fact], Callable[[Any], Event]] = {
    CaseApproved: _approved,
    CaseReturned: _returned,
    CaseNeedsPerson: _needs_person,
    CaseWaits: _waits,
    Reverified: _reverified,
    ReverificationFailed: _reverification_failed,
    LoadStarted: _load_started,
    BlockSaid: _block,
    LoadCompleted: _load_completed,
    **ACCESS,
    **LADDER,
    **MODERATION,
}
