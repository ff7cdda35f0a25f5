"""From the inbox's facts to the public language: ids and times, never a text."""

from collections.abc import Callable, Iterable, Mapping

from chassis.kernel import Fact
from events.base import Event
from events.messaging import v1
from messaging.domain.notification import NotificationCreated, NotificationRead


def translate(fact: Fact) -> Iterable[Event]:
    """The events of one fact.

    Raises:
        KeyError: a fact nobody translates; a test holds the table complete.
    """
    yield TRANSLATIONS[type(fact)](fact)


def _created(fact: NotificationCreated) -> Event:
    return v1.NotificationCreated(
        user_id=fact.user_id, notification_id=fact.notification_id, kind=fact.kind, created_at=fact.created_at
    )


def _read(fact: NotificationRead) -> Event:
    return v1.NotificationRead(user_id=fact.user_id, notification_id=fact.notification_id, read_at=fact.read_at)


TRANSLATIONS: Mapping[type[Fact], Callable[..., Event]] = {NotificationCreated: _created, NotificationRead: _read}
