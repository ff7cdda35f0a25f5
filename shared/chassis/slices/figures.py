"""Figures about slices, by consumer; a topic is named where one topic's trouble must be seen."""

from prometheus_client import Counter, Gauge, Histogram

from chassis.slices.slice import Slice

MESSAGES = Counter("pledgeboard_slice_messages_total", "Messages applied in slices.", labelnames=("consumer",))
SLICE_MESSAGES = Histogram(
    "pledgeboard_slice_size_messages",
    "Messages in a slice.",
    labelnames=("consumer",),
    buckets=(1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000),
)
HALVED = Counter("pledgeboard_slice_halved_total", "Slices halved because of their data.", labelnames=("consumer",))
REFUSED = Counter(
    "pledgeboard_slice_refused_total",
    "Records the chassis took out: refused by the store, or deadly to the process.",
    labelnames=("consumer", "kind"),
)
DENIED = Counter(
    "pledgeboard_slice_topic_denied_total", "Reads the broker did not authorise.", labelnames=("consumer", "topic")
)
HALTED = Gauge(
    "pledgeboard_slice_partitions_halted",
    "Partitions that wait for a person: this pages.",
    labelnames=("consumer", "topic"),
)


def applied(slice_: Slice) -> None:
    """Counts a committed slice."""
    MESSAGES.labels(slice_.source.consumer).inc(len(slice_.messages))
    SLICE_MESSAGES.labels(slice_.source.consumer).observe(len(slice_.messages))
