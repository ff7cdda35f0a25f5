"""What a service hears on one domain topic: handlers by event class, declared on a FastStream router.

FastStream holds the declaration (and draws AsyncAPI from it); `chassis.consumer` runs it, because FastStream's own
loop can neither seek to a stored offset nor pause a partition.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from faststream import AckPolicy
from faststream.kafka import KafkaRouter
from pydantic import WithJsonSchema

from chassis.cause import Cause
from events.base import Event
from events.registry import topic as registered

E = TypeVar("E", bound=Event)
Handler = Callable[[E, Cause], Awaitable[object]]


class HandlerTwice(TypeError):
    """An event class has one handler per service: a second would be a second transaction."""


class NotOfThisTopic(TypeError):
    """The class is not said on the topic, or the topic is not registered as heard by this service."""


class Subscriptions:
    """The handlers of one topic. Types without a handler are settled in silence: the topic may say more than we need.

    `consumer` names the position, the inbox and (under the environment's prefix) the consumer group.
    """

    def __init__(self, *, service: str, topic: str) -> None:
        if service not in registered(topic).heard_by:
            raise NotOfThisTopic(f"{topic} is not registered as heard by {service}")
        self.service = service
        self.topic = topic
        self.consumer = f"{service}.{topic}"
        self.router = KafkaRouter()
        self._handlers: dict[str, tuple[type[Event], Handler[Event]]] = {}

    def on(self, event_class: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Declares the handler of one event class; it opens exactly one unit of work with the cause it is given."""
        if event_class.topic != self.topic:
            raise NotOfThisTopic(f"{event_class.__name__} is said on {event_class.topic}")
        if event_class.type in self._handlers:
            raise HandlerTwice(event_class.__name__)

        def declare(handler: Handler[E]) -> Handler[E]:
            self._handlers[event_class.type] = (event_class, handler)  # type: ignore[assignment]  # decoded as its own class
            self._describe(event_class, handler)
            return handler

        return declare

    @property
    def handlers(self) -> Mapping[str, tuple[type[Event], Handler[Event]]]:
        """Event class and handler by event type."""
        return self._handlers

    def _describe(self, event_class: type[E], handler: Handler[E]) -> None:
        async def heard(event: Event) -> None:
            raise NotImplementedError(self.consumer)  # chassis.consumer runs the declaration

        heard.__name__ = heard.__qualname__ = event_class.__name__
        heard.__annotations__["event"] = Annotated[Any, WithJsonSchema(_drawn(event_class))]
        heard.__doc__ = handler.__doc__
        subscriber = self.router.subscriber(
            self.topic,
            group_id=self.consumer,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            title=f"{self.consumer}:{event_class.__name__}",
            description=handler.__doc__ or event_class.__doc__,
        )
        subscriber(heard)


def _drawn(event_class: type[Event]) -> dict[str, Any]:
    # FastStream's AsyncAPI asks pydantic, which does not know msgspec's classes: it is told what msgspec says of them.
    described = msgspec.json.schema(event_class)
    found = _inlined(described, described["$defs"])
    assert isinstance(found, dict)  # noqa: S101  # a struct is described as an object
    return found


def _inlined(part: object, definitions: Mapping[str, object]) -> object:
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
        return {name: _inlined(value, definitions) for name, value in part.items() if name != "$defs"}
    return [_inlined(one, definitions) for one in part] if isinstance(part, list) else part
