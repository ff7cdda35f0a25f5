"""The offline validator (R12): the service's own rules over a file of JSON lines, before anything is sent.

What only the platform knows (its reference data, what the firm reported before) is not checked, and counted as such.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from submissions.accession import Accessions
from submissions.book import Book
from submissions.decode import decode
from submissions.judge import judge
from submissions.outcome import Finding, Gap, Message, Outcome, Received
from submissions.rules.case import References

LINE_BYTES_MAX = 1024 * 1024
SLICE_LINES = 5000


@dataclass(slots=True)
class Report:
    """What the file's records would meet. `problems` pairs a line number (from 1) with a finding."""

    lines: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[tuple[int, Finding]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    not_checked: Counter[str] = field(default_factory=Counter)

    @property
    def passes(self) -> bool:
        """Whether every record would be accepted."""
        return not self.outcomes.keys() - {Outcome.ACCEPTED, Outcome.ACCEPTED_WARN}


def validate_file(path: Path, *, firm_id: str, now: datetime, references: References | None = None) -> Report:
    """Validates a file of JSON lines as if it were appended now, as the first of the firm's streams."""
    with path.open("rb") as file:
        return validate_lines(iter(file), firm_id=firm_id, now=now, references=references)


def validate_lines(
    lines: Iterable[bytes], *, firm_id: str, now: datetime, references: References | None = None
) -> Report:
    """Validates records, one a line; memory stays bounded by the slice and the firm's keys."""
    report, book = Report(), Book()
    accessions = Accessions(f"submissions.{firm_id}", 0)
    for messages in _slices(lines, now):
        outcome = judge(firm_id, decode(messages, accessions), book, references or References())
        report.lines += len(messages)
        report.outcomes += outcome.counts()
        report.gaps += outcome.gaps
        report.not_checked += outcome.not_checked
        report.problems += [(one.offset + 1, finding) for one in outcome.received for finding in _findings(one)]
    return report


def _findings(one: Received) -> list[Finding]:
    return [Finding("V001", value=one.unreadable)] if one.unreadable else one.findings


def _slices(lines: Iterable[bytes], now: datetime) -> Iterator[list[Message]]:
    messages: list[Message] = []
    for offset, line in enumerate(lines):
        messages.append(Message(offset, line.rstrip(b"\r\n")[: LINE_BYTES_MAX + 1], now))
        if len(messages) == SLICE_LINES:
            yield messages
            messages = []
    if messages:
        yield messages
