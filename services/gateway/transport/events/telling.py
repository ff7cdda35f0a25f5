"""From an event of the public language to what clients are told of it: named ids, and nothing else of its content."""

from collections.abc import Callable, Sequence

from chassis.cause import Cause
from chassis.subscriptions import Subscriptions
from events.base import Event
from gateway.application.commands.tell_live import TellLive
from gateway.application.use_cases import UseCases
from gateway.domain.live import LiveEvent


class NotAnId(TypeError):
    """A field that is not an id was named: only ids are told."""


def tell_of(
    hears: Subscriptions,
    event_class: type[Event],
    *,
    use_cases: UseCases,
    ids: Sequence[str],
    audiences: Callable[..., Sequence[str]],
) -> None:
    """Declares that `audiences` are told of each event of a class, by the `ids` it bears.

    Raises:
        NotAnId: a named field is not an id.
    """
    for name in ids:
        if not name.endswith("_id"):
            raise NotAnId(f"{event_class.__name__}.{name}")

    @hears.on(event_class)
    async def tell(event: Event, cause: Cause) -> None:
        assert cause.delivery is not None  # noqa: S101  # it was heard
        said = LiveEvent(
            id=cause.delivery.event_id, type=event.type, ids={name: str(getattr(event, name)) for name in ids}
        )
        await use_cases.tell_live(TellLive(event=said, audiences=frozenset(audiences(event))), cause)
