"""The status of each refusal of review; a test holds the table complete."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from chassis.unit_of_work import IdempotencyKeyReused, VersionConflict
from review.application.commands.issue_notice import SubjectUnknown
from review.domain.access_application import (
    AccessAlreadyOpen,
    ApplicationIncomplete,
    ApplicationNotFound,
    ApplicationNotOpen,
)
from review.domain.access_terms import RefusalReasonUnknown
from review.domain.appeal import AlreadyAppealed, AppealNotOpen, AppealTooLate, TookPart
from review.domain.attachment import AttachmentRefused
from review.domain.case import CaseClaimedByAnother, CaseNotClaimed, CaseNotFound, CaseNotInQueue
from review.domain.ladder import DeadlineInvalid, GroundUnknown
from review.domain.moderation import (
    DecisionNoteInvalid,
    ModerationClaimedByAnother,
    ModerationIsClosed,
    ModerationNotClaimed,
    ModerationNotFound,
)
from review.domain.notice import NoticeIsClosed, NoticeNotFound, NotTheIssuer, TooManyAnswers
from review.domain.reference_files import KindUnknown, ReferenceFileMalformed
from review.domain.reference_load import LoadMoved, LoadNotFound, ReissueNeedsReason
from review.domain.reviewer import OwnOrRelatedMatter, ReturnReasonUnknown
from review.domain.sanction import SamePerson, SanctionNotFound, StepNotPending
from review.domain.step import EndInvalid, NoticeNotOverdue, StepNotAllowed
from review.transport.http.upload import UploadInvalid

STATUS: Mapping[type[Refusal], int] = {
    CaseNotClaimed: 403,
    ModerationNotClaimed: 403,
    NotTheIssuer: 403,
    OwnOrRelatedMatter: 403,
    SamePerson: 403,
    TookPart: 403,
    ApplicationNotFound: 404,
    CaseNotFound: 404,
    KindUnknown: 404,
    LoadNotFound: 404,
    ModerationNotFound: 404,
    NoticeNotFound: 404,
    SanctionNotFound: 404,
    AccessAlreadyOpen: 409,
    AlreadyAppealed: 409,
    AppealNotOpen: 409,
    AppealTooLate: 409,
    ApplicationIncomplete: 409,
    ApplicationNotOpen: 409,
    CaseClaimedByAnother: 409,
    CaseNotInQueue: 409,
    LoadMoved: 409,
    ModerationClaimedByAnother: 409,
    ModerationIsClosed: 409,
    NoticeIsClosed: 409,
    NoticeNotOverdue: 409,
    ReissueNeedsReason: 409,
    StepNotAllowed: 409,
    StepNotPending: 409,
    TooManyAnswers: 409,
    VersionConflict: 409,
    AttachmentRefused: 422,
    DeadlineInvalid: 422,
    DecisionNoteInvalid: 422,
    EndInvalid: 422,
    GroundUnknown: 422,
    IdempotencyKeyReused: 422,
    ReferenceFileMalformed: 422,
    RefusalReasonUnknown: 422,
    ReturnReasonUnknown: 422,
    SubjectUnknown: 422,
    UploadInvalid: 422,
}
