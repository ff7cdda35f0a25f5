"""Records and what became of them, by firm or by accession."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from chassis.cause import Cause
from chassis.kernel import Refusal
from monitoring.application.submission_reading import (
    KeptSubmission,
    ReadingSubmissions,
    SubmissionFilter,
    SubmissionPlace,
)
from monitoring.domain.firm import FirmEnvironment
from submissions.accession import AccessionInvalid, Origin, origin


class SubmissionNotFound(Refusal):
    """No record has that accession, or it is another firm's."""

    slug: ClassVar[str] = "submission-not-found"
    title_zh: ClassVar[str] = "没有这个受理编号"
    title_en: ClassVar[str] = "There is no such accession"


@dataclass(frozen=True, kw_only=True)
class ReadSubmissions:
    """Which records, after which, and how many at most."""

    firm_id: str
    only: SubmissionFilter
    after: SubmissionPlace | None
    most: int
    environment: FirmEnvironment = "PROD"


@dataclass(frozen=True, kw_only=True)
class SubmissionPage:
    """Some records; whether there are more."""

    records: Sequence[KeptSubmission]
    more: bool
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class ReadSubmission:
    """Which accession."""

    accession: str


class ReadSubmissionsHandler:
    """Lists a firm's records."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadSubmissions, cause: Cause) -> SubmissionPage:
        """A page of records, the newest first."""
        async with self._reading(cause, question.environment) as reads:
            found = await reads.submissions(
                question.firm_id, question.only, after=question.after, most=question.most + 1
            )
            shown = found[: question.most]
            links = await reads.records.links(question.firm_id, [(one.place.offset, one.place.line) for one in shown])
            return SubmissionPage(
                records=[replace(one, link=links.get((one.place.offset, one.place.line))) for one in shown],
                more=len(found) > question.most,
                as_of=reads.as_of,
            )


class ReadSubmissionHandler:
    """Opens one record."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadSubmission, cause: Cause) -> KeptSubmission:
        """The record.

        Raises:
            SubmissionNotFound: the accession is none, or not the reader's.
        """
        where = _origin(question.accession)
        environment: FirmEnvironment = "TEST" if where and where.topic.startswith("test.") else "PROD"
        async with self._reading(cause, environment) as reads:
            if where is None:
                raise SubmissionNotFound
            firm_id = where.topic.rpartition(".")[2]
            found = await reads.submission(firm_id, SubmissionPlace(offset=where.offset, line=where.index))
            if found is None:
                raise SubmissionNotFound
            links = await reads.records.links(firm_id, [(where.offset, where.index)])
            return replace(found, link=links.get((where.offset, where.index)))


def _origin(accession: str) -> Origin | None:
    try:
        return origin(accession)
    except AccessionInvalid:
        return None
