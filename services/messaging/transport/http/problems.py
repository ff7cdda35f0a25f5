"""What messaging refuses, and with which status."""

from collections.abc import Mapping

from chassis.idempotency import IdempotencyKeyReused
from chassis.kernel import Refusal
from messaging.domain.notification import NotificationNotFound

STATUS: Mapping[type[Refusal], int] = {
    NotificationNotFound: 404,
    IdempotencyKeyReused: 409,
}
