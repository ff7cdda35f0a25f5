"""Figures about the running of a service. Labels are operations, topics and partitions: never a person or an object."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

HTTP_SECONDS = Histogram(
    "pledgeboard_http_request_seconds",
    "Time to answer a request, by operation of the authorization matrix.",
    labelnames=("service", "operation", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
DENIALS = Counter(
    "pledgeboard_http_denials_total",
    "Requests refused by identity or by the authorization matrix.",
    labelnames=("service", "operation", "slug"),
)
CLIENT_SECONDS = Histogram(
    "pledgeboard_client_request_seconds",
    "Time a neighbour took to answer.",
    labelnames=("service", "neighbour", "outcome"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)


def exposition() -> tuple[bytes, str]:
    """All metrics of this process in Prometheus' text form, and its content type."""
    return generate_latest(), CONTENT_TYPE_LATEST
