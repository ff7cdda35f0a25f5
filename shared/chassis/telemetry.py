"""One connected trace: HTTP, outbox, Kafka, consumer, receipt. W3C trace context travels in headers of every kind."""

import base64
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # it ships no types
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Span, SpanKind

FLUSH_MS_MAX = 3_000
EXPORT_SECONDS_MAX = 3
_HEX_FIELDS = ("traceId", "spanId", "parentSpanId")
_KINDS = {
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
    "internal": SpanKind.INTERNAL,
}


def current_trace_headers() -> dict[str, str]:
    """`traceparent` (and `tracestate`) of the span that is open here; empty where none is."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return {name: value for name, value in carrier.items() if name in {"traceparent", "tracestate"}}


def current_trace_id() -> str | None:
    """The id a user may quote to find this request again, or nothing where no span is open."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


@contextmanager
def span_from(
    headers: Mapping[str, str],
    name: str,
    kind: str = "consumer",
    *,
    links: Sequence[Mapping[str, str]] = (),
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Opens a span below the one `headers` name (a root where they name none), linked to those of `links`.

    Attributes hold topics, offsets and operation ids: never a name, an account or a body.
    """
    linked = [Link(context) for one in links if (context := _context_of(one)).is_valid]
    with trace.get_tracer("chassis").start_as_current_span(
        name,
        context=propagate.extract(dict(headers)) if headers else None,
        kind=_KINDS[kind],
        links=linked,
        attributes=dict(attributes or {}),
    ) as span:
        yield span


def _context_of(headers: Mapping[str, str]) -> trace.SpanContext:
    return trace.get_current_span(propagate.extract(dict(headers))).get_span_context()


class Telemetry:
    """The tracer provider of this process; `close` flushes what is still held."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider

    @classmethod
    def open(cls, *, service: str, role: str, endpoint: str | None = None, file: str | None = None) -> "Telemetry":
        """Builds the provider. Spans go to the collector, to the file, to both, or nowhere (ids are still made)."""
        resource = Resource.create({"service.name": service, "service.instance.role": role})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        if endpoint:
            exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS_MAX)
            provider.add_span_processor(BatchSpanProcessor(exporter))
        if file:
            # One short append per span: a process that is killed leaves behind every span it ended.
            provider.add_span_processor(SimpleSpanProcessor(SpanFile(Path(file))))
        return cls(provider)

    def install(self) -> None:
        """Makes this the provider of the whole process; done once, by `chassis.service`."""
        trace.set_tracer_provider(self.provider)

    def close(self) -> None:
        """Flushes and closes, within its deadline."""
        self.provider.force_flush(FLUSH_MS_MAX)
        self.provider.shutdown()


class SpanFile(SpanExporter):
    """Appends spans to a file as OTLP JSON, one request a line; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Writes one line in one call, so that lines of several processes never mix."""
        request = MessageToDict(encode_spans(spans))
        line = json.dumps(_with_hex_ids(request), separators=(",", ":")).encode() + b"\n"
        written = os.write(self._descriptor, line)
        return SpanExportResult.SUCCESS if written == len(line) else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)


def _with_hex_ids(node: Any) -> Any:  # any JSON
    # OTLP's JSON form writes ids in hex, while protobuf's own writes bytes in base64.
    if isinstance(node, list):
        return [_with_hex_ids(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {name: _hex(value) if name in _HEX_FIELDS else _with_hex_ids(value) for name, value in node.items()}


def _hex(base64_text: str) -> str:
    return base64.b64decode(base64_text).hex()
