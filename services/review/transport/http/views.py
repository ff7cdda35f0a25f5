"""How cases, decisions and loads look over HTTP. Decimals travel as strings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from review.application.commands.approve_case import CaseSettled
from review.application.ports import CaseView, Projected, QueueItem
from review.application.queries.list_loads import LoadsPage
from review.application.queries.own_case import OwnCase
from review.application.queries.read_case import CaseFile
from review.domain.case import VerificationCase
from review.domain.decision import Decision
from review.domain.holdings import Holding
from review.domain.live_listing import LiveListing
from review.domain.reference_load import ReferenceLoad
from review.domain.reviewer import ReturnReason
from review.domain.verification import RuleResult


class RuleResultView(BaseModel):
    """What one rule found about one field. `status` is the rule's evidence: rule, to_confirm or judgement."""

    rule_id: str
    rule_version: str
    clause: str
    severity: str = Field(examples=["refuse"])
    status: str = Field(examples=["rule"])
    answer: str = Field(examples=["fail"], description="pass, fail, unknown or not_applicable")
    pointer: str = Field(examples=["/lines/0/quantity"])
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str
    held: Decimal | None
    available: Decimal | None
    asked: Decimal | None
    deductions: dict[str, Decimal]

    @classmethod
    def of(cls, result: RuleResult) -> "RuleResultView":
        """One result."""
        return cls(**vars(result))


class SnapshotView(BaseModel):
    """As of which snapshot a figure speaks."""

    kind: str
    snapshot_id: UUID
    business_date: date
    revision: int


class DecisionView(BaseModel):
    """A decision with every rule's result, and the snapshots it stands on."""

    decision_id: UUID
    day: date
    decided_at: datetime
    outcome: str
    results: list[RuleResultView]
    snapshots: list[SnapshotView]

    @classmethod
    def of(cls, decision: Decision) -> "DecisionView":
        """One decision."""
        return cls(
            decision_id=decision.decision_id,
            day=decision.day,
            decided_at=decision.decided_at,
            outcome=decision.outcome,
            results=[RuleResultView.of(one) for one in decision.verification.results],
            snapshots=[SnapshotView(**vars(one)) for one in decision.snapshots],
        )


class ReasonView(BaseModel):
    """A reviewer's coded reason, with the way out."""

    code: str
    pointer: str
    version: str
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str

    @classmethod
    def of(cls, reason: ReturnReason) -> "ReasonView":
        """One reason."""
        return cls(**vars(reason))


class HoldingView(BaseModel):
    """One position with each P10.1 deduction."""

    account_ref: str
    market: str
    security: str
    share_class: str | None
    held: Decimal
    available: Decimal
    deductions: dict[str, Decimal]
    release_date: date | None

    @classmethod
    def of(cls, holding: Holding) -> "HoldingView":
        """One position."""
        return cls(
            **vars(holding.key),
            held=holding.held,
            available=holding.available,
            deductions=holding.deductions,
            release_date=holding.release_date,
        )


class CaseStatusView(BaseModel):
    """Where a case stands."""

    case_id: UUID
    listing_id: UUID
    version: int
    state: str = Field(examples=["needs_person"])
    submitted_at: datetime
    waits_for: date | None
    publishable_on: date | None
    decided_at: datetime | None
    reasons: list[ReasonView]

    @classmethod
    def of(cls, case: VerificationCase) -> "CaseStatusView":
        """One case."""
        return cls(
            case_id=case.case_id,
            listing_id=case.listing_id,
            version=case.version,
            state=case.state,
            submitted_at=case.submitted_at,
            waits_for=case.waits_for,
            publishable_on=case.publishable_on,
            decided_at=case.decided_at,
            reasons=[ReasonView.of(one) for one in case.reasons],
        )


class QueueItemView(BaseModel):
    """A case in the queue: metadata only."""

    case_id: UUID
    listing_id: UUID
    version: int
    area: str
    submitted_at: datetime
    queued_since: datetime
    rule_ids: list[str]
    claimed_by: str | None
    claimed_until: datetime | None

    @classmethod
    def of(cls, item: QueueItem) -> "QueueItemView":
        """One item."""
        return cls(**{**vars(item), "rule_ids": list(item.rule_ids)})


class CaseFileView(BaseModel):
    """What a reviewer decides from: listing, holdings and rule results side by side."""

    case: CaseStatusView
    claimed_until: datetime | None
    content: dict[str, Any]
    decision: DecisionView | None
    holdings: list[HoldingView]
    reproduced: list[RuleResultView] | None = Field(
        description="The decision made once more from what it recorded; only where asked"
    )
    reproduces: bool | None = Field(description="Whether the two agree in every result")
    as_of: datetime

    @classmethod
    def of(cls, file: CaseFile) -> "CaseFileView":
        """One file."""
        again = file.reproduced
        return cls(
            case=CaseStatusView.of(file.case),
            claimed_until=file.case.claim.until if file.case.claim else None,
            content=msgspec.to_builtins(file.case.content),
            decision=DecisionView.of(file.decision) if file.decision else None,
            holdings=[HoldingView.of(one) for one in file.holdings],
            reproduced=[RuleResultView.of(one) for one in again.results] if again else None,
            reproduces=again == file.decision.verification if again and file.decision else None,
            as_of=file.as_of,
        )


class OwnCaseView(BaseModel):
    """One version's case, for its owner."""

    case: CaseStatusView
    decision: DecisionView | None

    @classmethod
    def of(cls, view: CaseView) -> "OwnCaseView":
        """One version."""
        return cls(
            case=CaseStatusView.of(view.case), decision=DecisionView.of(view.decision) if view.decision else None
        )


class ShortfallView(BaseModel):
    """A failed daily check that stands until one passes (P4.1)."""

    since: datetime
    snapshot_date: date
    snapshot_revision: int
    results: list[RuleResultView]


class DailyCheckView(BaseModel):
    """The last daily check of a published listing."""

    version: int
    state: str
    checked_on: date | None
    revision: int | None
    result: str | None
    shortfall: ShortfallView | None

    @classmethod
    def of(cls, live: LiveListing) -> "DailyCheckView":
        """One listing's check."""
        checked, shortfall = live.checked, live.shortfall
        return cls(
            version=live.version,
            state=live.state,
            checked_on=checked.snapshot_date if checked else None,
            revision=checked.revision if checked else None,
            result=checked.result if checked else None,
            shortfall=ShortfallView(
                since=shortfall.since,
                snapshot_date=shortfall.snapshot_date,
                snapshot_revision=shortfall.snapshot_revision,
                results=[RuleResultView.of(one) for one in shortfall.results],
            )
            if shortfall
            else None,
        )


class OwnCasesView(BaseModel):
    """Everything review says about one listing of its owner."""

    cases: list[OwnCaseView]
    daily_check: DailyCheckView | None
    as_of: datetime

    @classmethod
    def of(cls, own: OwnCase) -> "OwnCasesView":
        """One listing."""
        return cls(
            cases=[OwnCaseView.of(one) for one in own.cases],
            daily_check=DailyCheckView.of(own.live) if own.live else None,
            as_of=own.as_of,
        )


class SettledView(BaseModel):
    """Where a case stands after a reviewer's word."""

    case_id: UUID
    listing_id: UUID
    version: int
    state: str
    publishable_on: date | None
    waits_for: date | None

    @classmethod
    def of(cls, settled: CaseSettled) -> "SettledView":
        """One case."""
        return cls(**vars(settled))


class ProjectedView(BaseModel):
    """How the load's snapshot stands with its readers' twin, review itself (P11.4)."""

    state: str = Field(examples=["complete"], description="receiving, complete or partial")
    seen_rows: int
    differs: list[str] = Field(examples=[["count", "hash"]], description="What does not match the marker")
    unreadable_records: int

    @classmethod
    def of(cls, projected: Projected) -> "ProjectedView":
        """One snapshot."""
        return cls(**{**vars(projected), "differs": list(projected.differs)})


class LoadView(BaseModel):
    """One row of the register: file and totals, never rows."""

    load_id: UUID
    kind: str
    business_date: date
    revision: int
    state: str = Field(examples=["completed"], description="saying, interrupted or completed")
    row_count: int
    block_count: int
    said_rows: int
    rows_hash: str
    file_hash: str
    file_bytes: int
    loaded_by: str
    reason: str | None
    registered_at: datetime
    completed_at: datetime | None
    snapshot: ProjectedView | None

    @classmethod
    def of(cls, load: ReferenceLoad, projected: Projected | None = None) -> "LoadView":
        """One load."""
        return cls(
            load_id=load.load_id,
            kind=load.kind,
            business_date=load.business_date,
            revision=load.revision,
            state=load.state,
            row_count=load.row_count,
            block_count=load.said_blocks,
            said_rows=load.said_rows,
            rows_hash=f"{load.said_hash:016x}",
            file_hash=load.file_hash,
            file_bytes=load.file_bytes,
            loaded_by=load.loaded_by,
            reason=load.reason,
            registered_at=load.registered_at,
            completed_at=load.completed_at,
            snapshot=ProjectedView.of(projected) if projected else None,
        )


class LoadsView(BaseModel):
    """A page of the register; `unverified_days` are those whose holdings are late (P11.4)."""

    items: list[LoadView]
    next_cursor: str | None
    unverified_days: list[date]
    as_of: datetime

    @classmethod
    def of(cls, page: LoadsPage, *, next_cursor: str | None) -> "LoadsView":
        """One page."""
        return cls(
            items=[LoadView.of(one, page.projected.get(one.load_id)) for one in page.items],
            next_cursor=next_cursor,
            unverified_days=list(page.unverified_days),
            as_of=page.as_of,
        )
