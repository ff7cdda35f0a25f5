"""How everybody who acts for a participant is told that something happened."""

from uuid import UUID

from chassis.kernel import new_id
from messaging.application.ports import Work
from messaging.domain.notification import Kind, Notification


async def tell(
    work: Work,
    participant_id: str | None,
    kind: Kind,
    *,
    listing_id: UUID | None = None,
    conversation_id: UUID | None = None,
) -> None:
    """Puts one notification in the inbox and says so for each user; with nobody known yet it waits for its owner.

    The transaction has to see the participant's rows.
    """
    notification = Notification(
        id=new_id(),
        participant_id=participant_id,
        kind=kind,
        created_at=work.now,
        listing_id=listing_id,
        conversation_id=conversation_id,
    )
    await work.notifications.add(notification)
    if participant_id is None:
        return
    told = work.directory.users_of if conversation_id is None else work.directory.members_of
    work.record(*(notification.for_user(user_id) for user_id in await told(participant_id)))


async def users_of_both(work: Work, sides: tuple[str, str]) -> tuple[str, ...]:
    """Everybody who takes part for either side: who is shown at once what happens between them."""
    one, other = sides
    return (*await work.directory.members_of(one), *await work.directory.members_of(other))
