"""Receipt frames (R2-R4): what a firm hears of its records.

A *slice frame* lists the outcome of every record of one slice, and the slice frames of a topic tile its offsets:
[from, to) follows the last one's without gap or overlap. An *update frame* tells outcomes that changed later. Both
share one sequence per firm, 1..n. A frame above a mebibyte goes in parts, each a message of its own with the frame's
sequence. Bytes are a pure function of what they say: a frame made again is identical.

Whether an accepted record found the others it names (M4.3) is told later, in update frames: `linked` is a run of
offsets, and every accepted record in it is LINKED, but for those an item of the frame calls UNLINKED. A record that
finds what it waited for is told LINKED by an item of its own. Control records have no such stage.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from submissions.accession import UNREADABLE
from submissions.judge import SliceOutcome
from submissions.outcome import Finding, Gap, Outcome, Received
from submissions.rules.table import rules

PART_BYTES_MAX = 1024 * 1024
FRAME_VERSION = "1.0"
_ENVELOPE_BYTES = 1024  # what stands around the items of a part, its texts apart
_encoder = msgspec.json.Encoder(order="deterministic")


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record's outcome, or an unreadable message's (`type` absent, `reason` says why).

    A DUPLICATE names the first accession and its outcome. `link` stands in update frames alone; `waits_for` names what
    an UNLINKED record has not found.
    """

    accession: str
    offset: int
    index: int
    outcome: Outcome
    type: str | None = None
    key: str | None = None
    sequence: int | None = None
    errors: tuple[Finding, ...] = ()
    first_accession: str | None = None
    first_outcome: Outcome | None = None
    reason: str | None = None
    link: Literal["LINKED", "UNLINKED"] | None = None
    waits_for: tuple[str, ...] = ()


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """Offsets [from, to) of which every accepted record is linked, but for the items that say otherwise."""

    start: int = msgspec.field(name="from")
    end: int = msgspec.field(name="to")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says, once per part (R4)."""

    category: str
    severity: str
    message_zh: str
    message_en: str
    example: str


class SkippedRange(msgspec.Struct, frozen=True, kw_only=True):
    """Offsets of a batch that the inflation guard refused to open: unreadable, both ends included."""

    first: int
    last: int
    reason: str


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a frame. `start` and `end` are the offsets [from, to) of a slice frame; an update frame has none."""

    kind: Literal["slice", "update"]
    version: str
    firm_id: str
    environment: Literal["PROD", "TEST"]
    sequence: int
    part: int
    parts: int
    issued_at: datetime
    start: int | None = msgspec.field(name="from", default=None)
    end: int | None = msgspec.field(name="to", default=None)
    items: tuple[Item, ...] = ()
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[SkippedRange, ...] = ()
    linked: Linked | None = None
    texts: dict[str, Text] = {}


class Listed(NamedTuple):
    """Items as they stand in a frame, in order, and by place the rules whose texts they need there."""

    bodies: Sequence[bytes]
    broken: Mapping[int, frozenset[str]] = {}


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame bears beside its items. `issued_at` is the transaction's time, kept with the frame's bytes."""

    firm_id: str
    environment: Literal["PROD", "TEST"]
    sequence: int
    issued_at: datetime


_decoder = msgspec.json.Decoder(Frame)


def item_of(one: Received) -> Item:
    """The receipt item of a judged record."""
    if one.outcome is None:
        raise ValueError(f"{one.accession} has no outcome yet")
    return Item(
        accession=one.accession,
        offset=one.offset,
        index=one.index,
        outcome=one.outcome,
        type=one.record_type,
        key=one.record_key,
        sequence=one.sequence,
        errors=tuple(one.findings),
        first_accession=one.first_accession,
        first_outcome=one.first_outcome,
        reason=_reason(one),
    )


def _reason(one: Received) -> str | None:
    """Why a message, or a line that was taken out of one, is quarantined unread."""
    if one.unreadable is None:
        return None
    return f"UNREADABLE:{one.unreadable}" if one.index == UNREADABLE else f"REFUSED:{one.unreadable}"


def slice_frame(
    outcome: SliceOutcome, *, start: int, end: int, issued: Issued, skipped: Sequence[SkippedRange] = ()
) -> list[bytes]:
    """The messages of one slice's frame: the outcomes of every record with an offset in [start, end).

    Raises:
        ValueError: a record of the slice lies outside its offsets.
    """
    if any(not start <= one.offset < end for one in outcome.received):
        raise ValueError(f"a record lies outside the slice [{start}, {end})")
    blank = _blank("slice", issued, start=start, end=end, gaps=tuple(outcome.gaps), skipped=tuple(skipped))
    return _parts(blank, listed([item_of(one) for one in outcome.received]))


def slice_frame_of(
    items: Listed,
    *,
    start: int,
    end: int,
    issued: Issued,
    gaps: Sequence[Gap] = (),
    skipped: Sequence[SkippedRange] = (),
) -> list[bytes]:
    """The same of items that are bytes already, in the order of their records."""
    blank = _blank("slice", issued, start=start, end=end, gaps=tuple(gaps), skipped=tuple(skipped))
    return _parts(blank, items)


def update_frame(
    items: Iterable[Item], *, issued: Issued, gaps: Sequence[Gap] = (), linked: Linked | None = None
) -> list[bytes]:
    """The messages of a frame that tells outcomes changed, and links found, after their slice's frame."""
    blank = msgspec.structs.replace(_blank("update", issued, gaps=tuple(gaps)), linked=linked)
    return _parts(blank, listed(items))


def read_frame(value: bytes) -> Frame:
    """Reads one part; raises `msgspec.MsgspecError` for what is none."""
    return _decoder.decode(value)


def _blank(
    kind: Literal["slice", "update"],
    issued: Issued,
    *,
    start: int | None = None,
    end: int | None = None,
    gaps: tuple[Gap, ...] = (),
    skipped: tuple[SkippedRange, ...] = (),
) -> Frame:
    return Frame(
        kind=kind,
        version=FRAME_VERSION,
        firm_id=issued.firm_id,
        environment=issued.environment,
        sequence=issued.sequence,
        part=1,
        parts=1,
        issued_at=issued.issued_at,
        start=start,
        end=end,
        gaps=gaps,
        skipped=skipped,
    )


def listed(items: Iterable[Item]) -> Listed:
    """Items as their bytes."""
    every = list(items)
    broken = {at: frozenset(finding.rule for finding in one.errors) for at, one in enumerate(every) if one.errors}
    return Listed([_encoder.encode(one) for one in every], broken)


def _parts(blank: Frame, items: Listed) -> list[bytes]:
    """Gaps, skipped and linked ranges stand in the first part; the texts of a part's rules in that part."""
    whole = _encoded(blank, items, range(len(items.bodies)), part=1, parts=1)
    if len(whole) <= PART_BYTES_MAX:
        return [whole]
    groups = _grouped(items, first_spent=len(_encoder.encode((blank.gaps, blank.skipped))))
    later = msgspec.structs.replace(blank, gaps=(), skipped=(), linked=None)
    return [
        _encoded(later if number else blank, items, group, part=number + 1, parts=len(groups))
        for number, group in enumerate(groups)
    ]


def _grouped(items: Listed, *, first_spent: int) -> list[range]:
    room = PART_BYTES_MAX - _ENVELOPE_BYTES - len(_encoder.encode(_texts(rules())))
    starts = [0]
    spent = first_spent
    for at, body in enumerate(items.bodies):
        size = len(body) + 1
        if at > starts[-1] and spent + size > room:
            starts.append(at)
            spent = 0
        spent += size
    return [range(*bounds) for bounds in pairwise([*starts, len(items.bodies)])]


def _encoded(blank: Frame, items: Listed, group: range, *, part: int, parts: int) -> bytes:
    broken = frozenset[str]().union(*(rules for at, rules in items.broken.items() if at in group))
    # As they are: their bytes were made once, many of them at a time.
    bodies = items.bodies[group.start : group.stop]
    body = {"items": msgspec.Raw(b"[%s]" % b",".join(bodies))} if bodies else {}
    return _encoder.encode(msgspec.structs.replace(blank, part=part, parts=parts, texts=_texts(sorted(broken)), **body))


def _texts(rule_ids: Iterable[str]) -> dict[str, Text]:
    known = rules()
    return {
        one: Text(
            category=known[one].category,
            severity=known[one].severity,
            message_zh=known[one].message_zh,
            message_en=known[one].message_en,
            example=known[one].example,
        )
        for one in rule_ids
    }
