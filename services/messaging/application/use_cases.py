"""Everything messaging does."""

from dataclasses import dataclass

from messaging.application.commands.mark_read import MarkReadHandler
from messaging.application.commands.note_owner import NoteOwnerHandler
from messaging.application.commands.note_user import NoteUserHandler
from messaging.application.commands.tell_owner import TellOwnerHandler
from messaging.application.ports import Begin, Read
from messaging.application.queries.list_notifications import ListNotificationsHandler


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """The table of contents."""

    tell_owner: TellOwnerHandler
    note_owner: NoteOwnerHandler
    note_user: NoteUserHandler
    mark_read: MarkReadHandler
    list_notifications: ListNotificationsHandler

    @classmethod
    def build(cls, *, begin: Begin, read: Read) -> "UseCases":
        """All of them around the same doors."""
        return cls(
            tell_owner=TellOwnerHandler(begin=begin),
            note_owner=NoteOwnerHandler(begin=begin),
            note_user=NoteUserHandler(begin=begin),
            mark_read=MarkReadHandler(begin=begin),
            list_notifications=ListNotificationsHandler(read=read),
        )
