"""A slice is tied to every trace its messages bear."""

from dataclasses import dataclass, field, replace

import pytest

from chassis.slices.tracing import LINKS_MAX, slice_span, traces_of
from testkit.slices import a_slice

ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-1bf7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01"


@dataclass
class Told:
    offset: int
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    timestamp: int = 0
    key: bytes | None = None
    value: bytes | None = b""


def told(*traces: str | None) -> Told:
    return Told(0, [("traceparent", one.encode()) for one in traces if one])


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([told(None)], []),
        ([told(ONE), told(ONE)], [ONE]),
        ([told(ONE), told(None), told(OTHER)], [ONE, OTHER]),
    ],
)
def test_each_trace_is_found_once(messages: list[Told], found: list[str]) -> None:
    assert traces_of(replace(a_slice(b"a"), messages=tuple(messages))) == found


def test_links_have_a_maximum() -> None:
    many = tuple(told(f"00-{number:032x}-{number:016x}-01") for number in range(1, 100))

    assert len(traces_of(replace(a_slice(b"a"), messages=many))) == LINKS_MAX


def test_a_shared_trace_is_continued_and_several_are_linked() -> None:
    with slice_span(replace(a_slice(b"a"), messages=(told(ONE),))) as continued:
        assert f"{continued.get_span_context().trace_id:032x}" == ONE.split("-")[1]
    with slice_span(replace(a_slice(b"a"), messages=(told(ONE), told(OTHER)))) as linked:
        traces = {ONE.split("-")[1], OTHER.split("-")[1]}
        assert f"{linked.get_span_context().trace_id:032x}" not in traces
