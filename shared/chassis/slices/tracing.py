"""One span per slice, tied to every trace its messages bear: firms send W3C trace context, or nothing."""

from contextlib import AbstractContextManager

from opentelemetry.trace import Span

from chassis.slices.slice import Slice
from chassis.telemetry import span_from

# More links than these say no more about a slice, and each one is kept by the collector.
LINKS_MAX = 32
_HEADER = "traceparent"


def slice_span(slice_: Slice) -> AbstractContextManager[Span]:
    """A consumer's span: below the one trace all messages share, or linked to each of several."""
    traces = traces_of(slice_)
    parent = {_HEADER: traces[0]} if len(traces) == 1 else {}
    links = [] if parent else [{_HEADER: one} for one in traces]
    attributes: dict[str, str | int] = {
        "messaging.destination.name": slice_.source.topic,
        "messaging.kafka.offset": slice_.start,
    }
    return span_from(parent, f"{slice_.source.consumer} slice", links=links, attributes=attributes)


def traces_of(slice_: Slice) -> list[str]:
    """The different trace contexts of the messages, in their order, up to the most a span takes."""
    found: dict[str, None] = {}
    for message in slice_.messages:
        for name, value in message.headers:
            if name == _HEADER:
                found.setdefault(value.decode("ascii", "replace"))
    return list(found)[:LINKS_MAX]
