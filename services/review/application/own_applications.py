"""Whose application it is: the first thing every command of an applicant asks."""

from chassis.cause import Cause
from review.application.ports import Work
from review.domain.access_application import AccessApplication, ApplicationNotFound


async def own_application(work: Work, cause: Cause) -> AccessApplication:
    """The latest application of the participant who asks.

    Raises:
        ApplicationNotFound: there is none.
    """
    participant_id = cause.subject.participant_id
    found = await work.applications.current(participant_id) if participant_id else None
    if found is None:
        raise ApplicationNotFound
    return found
