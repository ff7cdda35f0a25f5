"""What review says: reviewers are told of their queue, participants of what is decided or demanded of them."""

from chassis.subscriptions import Subscriptions
from events.review import v1
from gateway.application.use_cases import UseCases
from gateway.domain.live import Audience
from gateway.transport.events.telling import tell_of

REVIEWERS = (Audience.operation("verification_queue.read"),)
ACCESS = Audience.operation("access_application.decide")
MODERATORS = (Audience.operation("moderation_case.read"),)


def cases(use_cases: UseCases) -> Subscriptions:
    """`review.case.v1`: the queue has changed; owners hear of their listings from the board."""
    hears = Subscriptions(service="gateway", topic="review.case.v1")
    ids = ("case_id", "listing_id")
    for event_class in (v1.CaseNeedsPerson, v1.CaseApproved, v1.CaseReturned):
        tell_of(hears, event_class, use_cases=use_cases, ids=ids, audiences=lambda _: REVIEWERS)
    return hears


def accesses(use_cases: UseCases) -> Subscriptions:
    """`review.access.v1`: what a participant may do has changed; reviewers see who waits for them (P6.3)."""
    hears = Subscriptions(service="gateway", topic="review.access.v1")
    for decided in (v1.AccessApplied, v1.AccessMoreAsked, v1.AccessGranted, v1.AccessRefused):
        tell_of(
            hears,
            decided,
            use_cases=use_cases,
            ids=("participant_id", "application_id"),
            audiences=lambda event: (Audience.participant(event.participant_id), ACCESS),
        )
    for step in (v1.AccessSuspended, v1.AccessReinstated, v1.AccessTerminated):
        tell_of(hears, step, use_cases=use_cases, ids=("participant_id", "sanction_id"), audiences=_participant)
    return hears


def notices(use_cases: UseCases) -> Subscriptions:
    """`review.notice.v1`: what is demanded of a participant, and what became of it (P4.2)."""
    hears = Subscriptions(service="gateway", topic="review.notice.v1")
    for notice in (v1.NoticeIssued, v1.NoticeAnswered, v1.NoticeOverdue, v1.NoticeClosed):
        tell_of(hears, notice, use_cases=use_cases, ids=("notice_id",), audiences=_participant)
    for step in (v1.RestrictionOrdered, v1.RestrictionLifted, v1.StepAppealed, v1.AppealDecided):
        tell_of(hears, step, use_cases=use_cases, ids=("sanction_id",), audiences=_participant)
    return hears


def moderation(use_cases: UseCases) -> Subscriptions:
    """`review.moderation.v1`: the moderators' queue has changed."""
    hears = Subscriptions(service="gateway", topic="review.moderation.v1")
    for event_class in (v1.ModerationOpened, v1.ModerationClaimed, v1.ModerationClosed):
        tell_of(hears, event_class, use_cases=use_cases, ids=("case_id",), audiences=lambda _: MODERATORS)
    return hears


def _participant(event: v1.NoticeEvent | v1.AccessEvent) -> tuple[str, ...]:
    return (Audience.participant(event.participant_id),)
