"""The status of each refusal of review; a test holds the table complete."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from chassis.unit_of_work import IdempotencyKeyReused, VersionConflict
from review.domain.case import CaseClaimedByAnother, CaseNotClaimed, CaseNotFound, CaseNotInQueue
from review.domain.reference_files import KindUnknown, ReferenceFileMalformed
from review.domain.reference_load import LoadMoved, LoadNotFound, ReissueNeedsReason
from review.domain.reviewer import OwnOrRelatedMatter, ReturnReasonUnknown
from review.transport.http.upload import UploadInvalid

STATUS: Mapping[type[Refusal], int] = {
    CaseNotClaimed: 403,
    OwnOrRelatedMatter: 403,
    CaseNotFound: 404,
    KindUnknown: 404,
    LoadNotFound: 404,
    CaseClaimedByAnother: 409,
    CaseNotInQueue: 409,
    LoadMoved: 409,
    ReissueNeedsReason: 409,
    VersionConflict: 409,
    IdempotencyKeyReused: 422,
    ReferenceFileMalformed: 422,
    ReturnReasonUnknown: 422,
    UploadInvalid: 422,
}
