"""Records and their outcomes. Every read leaves its trace; personal fields are masked (M19.1)."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final

import msgspec
from fastapi import Path, Query
from pydantic import BaseModel, Field

from chassis.http import Page, PageRequest, QueryCause, Routes, encode_cursor
from monitoring.application.intake import Intake
from monitoring.application.queries.read_submissions import ReadSubmission, ReadSubmissions, SubmissionPage
from monitoring.application.record_reading import Link
from monitoring.application.submission_reading import KeptSubmission, SubmissionFilter, SubmissionPlace
from monitoring.transport.http.firms import Environment
from monitoring.transport.http.numbers import defined, place
from submissions.dictionary import fields, taken_types
from submissions.outcome import Outcome

READ: Final = "submission.read"
MASK: Final = "***"


class FindingShown(BaseModel):
    """A rule that does not hold: where, and what stood there."""

    rule: str
    path: str
    value: str | None


class SubmissionShown(BaseModel):
    """One record and what became of it."""

    accession: str
    firm_id: str
    offset: Annotated[int, place()]
    index: Annotated[int, place()]
    record_type: str | None
    record_key: str | None
    sequence: Annotated[int | None, place()]
    action: str | None
    business_date: date | None
    load_id: str | None
    appended_at: datetime
    recorded_at: datetime
    outcome: Outcome
    findings: list[FindingShown]
    reason: str | None
    first_accession: str | None
    frame: Annotated[int, place(description="The receipt frame that last told its outcome")]
    link: Link | None = Field(description="Whether an accepted record found those it names; null until that is known")
    waits_for: list[str]

    @classmethod
    def of(cls, one: KeptSubmission) -> "SubmissionShown":
        """From what is kept."""
        return cls(**_shown(one))


class SubmissionOpened(SubmissionShown):
    """One record with its content; an unreadable one shows its size and hash alone."""

    content_bytes: Annotated[int | None, defined("submission.content_bytes")]
    content_sha256: str | None
    content: Annotated[dict[str, Any] | None, defined("{record_type}.{key}")]

    @classmethod
    def opened(cls, one: KeptSubmission) -> "SubmissionOpened":
        """From what is kept, with its bytes."""
        raw = one.content
        return cls(
            **_shown(one),
            content_bytes=None if raw is None else len(raw),
            content_sha256=None if raw is None else sha256(raw).hexdigest(),
            content=None if raw is None or one.outcome is Outcome.QUARANTINED else _members(raw, one.record_type),
        )


def submission_routes(intake: Intake) -> Routes:
    """The routes of submissions."""
    routes = Routes(service="monitoring", tags=["submissions"])

    @routes.get("/firms/{firm_id}/submissions", operation=READ)
    async def read_submissions(  # FastAPI reads the query's parameters here
        cause: QueryCause,
        page: PageRequest,
        firm_id: Annotated[str, Path(max_length=16)],
        outcome: Annotated[Outcome | None, Query()] = None,
        record_type: Annotated[str | None, Query(max_length=20)] = None,
        environment: Environment = "PROD",
    ) -> Page[SubmissionShown]:
        """Records of a firm, the newest first."""
        only = SubmissionFilter(outcome=outcome, record_type=record_type)
        after = page.after(SubmissionPlace)
        question = ReadSubmissions(firm_id=firm_id, environment=environment, only=only, after=after, most=page.limit)
        return _page(await intake.read_submissions(question, cause))

    @routes.get("/submissions/{accession}", operation=READ)
    async def read_submission(
        cause: QueryCause, accession: Annotated[str, Path(max_length=64, examples=["F001-0-1234-5-K"])]
    ) -> SubmissionOpened:
        """One record by its accession."""
        return SubmissionOpened.opened(await intake.read_submission(ReadSubmission(accession=accession), cause))

    return routes


def _page(found: SubmissionPage) -> Page[SubmissionShown]:
    last = found.records[-1] if found.more else None
    return Page(
        items=[SubmissionShown.of(one) for one in found.records],
        next_cursor=None if last is None else encode_cursor(last.place),
        as_of=found.as_of,
    )


def _shown(one: KeptSubmission) -> dict[str, Any]:
    return {
        "accession": one.accession,
        "firm_id": one.firm_id,
        "offset": one.place.offset,
        "index": one.place.line,
        "record_type": one.record_type,
        "record_key": one.record_key,
        "sequence": one.sequence,
        "action": one.action,
        "business_date": one.business_date,
        "load_id": one.load_id,
        "appended_at": one.appended_at,
        "recorded_at": one.recorded_at,
        "outcome": one.outcome,
        "findings": [FindingShown(rule=each.rule, path=each.path, value=each.value) for each in one.findings],
        "reason": one.reason,
        "first_accession": one.first_accession,
        "frame": one.frame_sequence,
        "link": None if one.link is None else one.link.link,
        "waits_for": [] if one.link is None else list(one.link.waits_for),
    }


def _members(raw: bytes, record_type: str | None) -> dict[str, Any] | None:
    try:
        members = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
    if not isinstance(members, dict):
        return None
    if record_type not in taken_types():
        # Which of its fields are personal nobody knows.
        return dict.fromkeys(members, MASK)
    personal = {one.name for one in fields(record_type or "") if one.personal}
    known = {one.name for one in fields(record_type or "")}
    return {name: MASK if name in personal or name not in known else value for name, value in members.items()}
