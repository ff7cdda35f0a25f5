"""What the monitor takes in, and answers about it: the table of contents of firms, submissions and receipts."""

from dataclasses import dataclass

from monitoring.application.commands.apply_slice import ApplySliceHandler
from monitoring.application.commands.release_pending import ReleasePendingHandler
from monitoring.application.intake_ports import BeginIntake
from monitoring.application.queries.read_conservation import ReadConservationHandler, TopicEnd
from monitoring.application.queries.read_firms import ReadFirmsHandler
from monitoring.application.queries.read_quarantine import ReadQuarantineHandler
from monitoring.application.queries.read_submissions import ReadSubmissionHandler, ReadSubmissionsHandler
from monitoring.application.submission_reading import ReadingSubmissions


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Every use case of the intake."""

    apply_slice: ApplySliceHandler
    release_pending: ReleasePendingHandler
    read_firms: ReadFirmsHandler
    read_submissions: ReadSubmissionsHandler
    read_submission: ReadSubmissionHandler
    read_conservation: ReadConservationHandler
    read_quarantine: ReadQuarantineHandler

    @classmethod
    def over(cls, *, begin: BeginIntake, reading: ReadingSubmissions, topic_end: TopicEnd) -> "Intake":
        """All of them on the same ports."""
        return cls(
            apply_slice=ApplySliceHandler(),
            release_pending=ReleasePendingHandler(begin=begin),
            read_firms=ReadFirmsHandler(reading=reading),
            read_submissions=ReadSubmissionsHandler(reading=reading),
            read_submission=ReadSubmissionHandler(reading=reading),
            read_conservation=ReadConservationHandler(reading=reading, topic_end=topic_end),
            read_quarantine=ReadQuarantineHandler(reading=reading),
        )
