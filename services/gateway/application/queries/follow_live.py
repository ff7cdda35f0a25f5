"""What a signed-in client is told live: what concerns its user, its participant, and what the matrix allows it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from chassis.cause import Cause, Subject
from gateway.application.live_hub import Connection, LiveHub
from gateway.application.ports import May
from gateway.domain.live import Audience

# Who may do one of these is told what happens to it: the board, the reviewers' queues, the regulator's alerts.
LIVE_OPERATIONS = (
    "listing.search",
    "verification_queue.read",
    "access_application.decide",
    "moderation_case.read",
    "indicator.read",
)


@dataclass(frozen=True, kw_only=True)
class FollowLive:
    """`last_event_id`: where the client's connection before this one had come to, if it had one."""

    last_event_id: str | None


class FollowLiveHandler:
    """The matrix decides at the moment of connecting; a connection ends with the session it was made in."""

    def __init__(self, *, hub: LiveHub, may: May) -> None:
        self._hub = hub
        self._may = may

    def __call__(self, query: FollowLive, cause: Cause) -> AbstractAsyncContextManager[Connection]:
        """The connection, for as long as the client keeps it.

        Raises:
            TooManyConnections: of this login, or altogether.
            MemoryAway: live updates cannot be had now.
        """
        subject = cause.subject
        return self._hub.connected(
            user_id=subject.user_id, audiences=self._audiences(subject), last=query.last_event_id
        )

    def _audiences(self, subject: Subject) -> frozenset[str]:
        allowed = {Audience.operation(one) for one in LIVE_OPERATIONS if self._may(subject, one)}
        if subject.participant_id is not None:
            allowed.add(Audience.participant(subject.participant_id))
        return frozenset({Audience.user(subject.user_id), *allowed})
