"""Trace context travels in headers, and spans can be read back from a file in OTLP's JSON form."""

import json
from pathlib import Path

import pytest
from opentelemetry import trace

from chassis.logs import blank_personal_fields
from chassis.telemetry import Telemetry, current_trace_headers, current_trace_id, span_from

PARENT = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


@pytest.fixture(scope="module")
def spans_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spans") / "spans.jsonl"
    Telemetry.open(service="probe", role="worker", file=str(file)).install()
    return file


def spans(file: Path) -> list[dict[str, object]]:
    return [
        span
        for line in file.read_text().splitlines()
        for resource in json.loads(line)["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


def test_a_span_continues_the_trace_its_headers_name(spans_file: Path) -> None:
    with span_from(PARENT, "heard"):
        inside = current_trace_headers()
        assert current_trace_id() == "0af7651916cd43dd8448eb211c80319c"

    (span,) = [one for one in spans(spans_file) if one["name"] == "heard"]
    assert span["traceId"] == "0af7651916cd43dd8448eb211c80319c"
    assert span["parentSpanId"] == "b7ad6b7169203331"
    assert inside["traceparent"].split("-")[2] == span["spanId"]


def test_a_span_of_many_causes_links_to_each(spans_file: Path) -> None:
    with span_from({}, "slice", links=[PARENT, {}]):
        pass

    (span,) = [one for one in spans(spans_file) if one["name"] == "slice"]
    links = span["links"]
    assert isinstance(links, list)
    assert [link["spanId"] for link in links] == ["b7ad6b7169203331"]


def test_without_headers_a_span_stands_below_the_one_that_is_open(spans_file: Path) -> None:
    with span_from({}, "outer") as outer, span_from({}, "inner", "client"):
        inner = trace.get_current_span().get_span_context()

    assert inner.trace_id == outer.get_span_context().trace_id


def test_outside_any_span_there_is_nothing_to_tell() -> None:
    assert current_trace_headers() == {}
    assert current_trace_id() is None


def test_fields_that_promise_personal_data_are_blanked_in_logs() -> None:
    event = {"event": "x", "unified_accounts": ["180000000011"], "access_token": "ey", "operation": "listing.read"}

    assert blank_personal_fields(None, "info", event) == {
        "event": "x",
        "unified_accounts": "[blanked]",
        "access_token": "[blanked]",
        "operation": "listing.read",
    }
