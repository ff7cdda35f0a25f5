"""The status of each refusal of the monitor; a test holds the table complete."""

from collections.abc import Mapping

from chassis.kafka_access import FirmIdInvalid
from chassis.kernel import Refusal
from monitoring.application.queries.read_submissions import SubmissionNotFound
from monitoring.domain.firm import FirmExists, FirmNotFound
from monitoring.transport.http.problems_of_valuation import STATUS as VALUATION

STATUS: Mapping[type[Refusal], int] = {
    FirmIdInvalid: 422,
    FirmNotFound: 404,
    FirmExists: 409,
    SubmissionNotFound: 404,
    **VALUATION,
}
