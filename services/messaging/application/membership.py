"""Who acts in a conversation: a login for its participant, a member or nobody."""

from chassis.cause import Cause
from messaging.domain.conversation import ConversationNotFound, Writer


def participant_of(cause: Cause) -> str:
    """The participant the subject acts for.

    Raises:
        ConversationNotFound: it acts for none, so no conversation is its own.
    """
    if cause.subject.participant_id is None:
        raise ConversationNotFound
    return cause.subject.participant_id


def writer_of(cause: Cause) -> Writer:
    """The login that writes, and whose side it shares (P15.2).

    Raises:
        ConversationNotFound: it acts for no participant.
    """
    return Writer(participant_id=participant_of(cause), user_id=cause.subject.user_id)
