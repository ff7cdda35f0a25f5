"""What the identity provider says, version 1. It must carry personal data: its topic has an access list of its own."""

from datetime import datetime
from typing import ClassVar

from events.base import Event


class ParticipantChanged(Event, frozen=True, kw_only=True):
    """Basic information, accounts or logins changed (P7.1); the newer of this and the sign-in claims wins."""

    topic: ClassVar[str] = "identity.participant.v1"
    type: ClassVar[str] = "identity.participant.changed.v1"
    key_field: ClassVar[str] = "participant_id"

    participant_id: str
    name: str
    kind: str
    document_type: str
    document_number_masked: str
    registered_contact: str
    unified_accounts: list[str]
    changed_at: datetime
