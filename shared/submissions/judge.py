"""From typed records to outcomes: sequence, duplicates, rules, and what the firm's book holds afterwards.

`needs` says what the book must hold before a slice is judged; `judge` gives every record its outcome, in order, and
changes the book as it goes. Rules and deadlines are chosen by append time. Pure apart from the book it is given.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from operator import attrgetter

from submissions.book import Book, Key, KeyState, Slot, State, Used
from submissions.decode import missing_fields
from submissions.dictionary import columns, field_of, value_text
from submissions.exact import shown
from submissions.outcome import Finding, Gap, Outcome, Received
from submissions.rules.case import NOT_CHECKED, Case, References
from submissions.rules.every_record import SHANGHAI
from submissions.rules.table import Registered, checks_on, functions_on, rules

FINDINGS_MAX = 20  # of one record in a receipt
# Rules about what came before: a superseded or waiting record is not held to them.
_HISTORY = frozenset({"V021", "V022", "V023", "V024", "V025", "V026", "V027", "V032"})
_Asked = tuple[str, str | None, date]
# Records whose rules ask for their contract.
_OF_A_CONTRACT = frozenset({"collateral", "disposal", "trade"})
_ENDED: dict[str, State] = {"TERMINATE": "closed", "CANCEL": "cancelled", "MERGE": "merged"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What the book must hold of a firm before a slice is judged."""

    streams: frozenset[str]
    slots: frozenset[Slot]
    keys: frozenset[Key]
    accessions: frozenset[str]


@dataclass(slots=True)
class SliceOutcome:
    """What became of a slice: every record in order, gap notices, and how often a rule could not be checked."""

    firm_id: str
    received: list[Received]
    gaps: list[Gap] = field(default_factory=list)
    not_checked: Counter[str] = field(default_factory=Counter)

    def counts(self) -> Counter[Outcome]:
        """How many records (and unreadable messages) are in each outcome."""
        return Counter(one.outcome for one in self.received if one.outcome is not None)

    def of(self, *outcomes: Outcome) -> list[Received]:
        """The records in some outcomes."""
        return [one for one in self.received if one.outcome in outcomes]

    def rows(self, record_type: str, *outcomes: Outcome) -> list[tuple[object, ...]]:
        """Accession and canonical values (in the order of `dictionary.columns`) of one type, for a bulk copy."""
        wanted = set(outcomes or (Outcome.ACCEPTED, Outcome.ACCEPTED_WARN))
        values = attrgetter(*columns(record_type)[1:])
        return [
            (one.accession, record_type, *values(one.record))
            for one in self.received
            if one.record_type == record_type and one.outcome in wanted
        ]

    @property
    def foreign(self) -> list[Received]:
        """Records that named another firm: each raises a security alert (T3)."""
        return [one for one in self.received if any(finding.rule == "V014" for finding in one.findings)]


def needs(received: Iterable[Received]) -> Needs:
    """What to look up for these records."""
    typed = [one for one in received if one.record is not None and one.record_type is not None]
    keys = {(one.record_type, one.record_key) for one in typed if one.record_type and one.record_key}
    keys |= {(one.record_type, one.record.merged_into) for one in typed if one.record_type and one.record.merged_into}
    keys |= {("contract", one.record.contract_id) for one in typed if one.record_type in _OF_A_CONTRACT}
    keys |= {("trade", one.record.refers_to) for one in typed if one.record_type == "trade" and one.record.refers_to}
    return Needs(
        streams=frozenset(one.record_type for one in typed if one.record_type),
        slots=frozenset((one.record_type, one.sequence) for one in typed if one.record_type and one.sequence),
        keys=frozenset(keys),
        accessions=frozenset(one.record.corrects for one in typed if one.record.corrects),
    )


def judge(
    firm_id: str,
    received: Sequence[Received],
    book: Book,
    references: References,
    *,
    reached: Sequence[int | None] | None = None,
) -> SliceOutcome:
    """Gives every record its outcome, in order.

    `reached` says how far each record's stream had come before it, where records between these went another way.
    """
    outcome = SliceOutcome(firm_id, list(received))
    judging = _Judging(outcome, book, references)
    for one, last in zip(received, reached or repeat(None, len(received)), strict=True):
        if last is not None and one.record_type is not None:
            book.last_sequence[one.record_type] = last
        one.outcome = judging.arrived(one)
    return judging.done()


def judge_again(firm_id: str, waiting: Sequence[Received], book: Book, references: References) -> SliceOutcome:
    """Judges records that already took their place in the sequence: pending ones at a reference load, redriven ones.

    They keep accession and append time. The caller leaves them out of the book's `pending` before.
    """
    outcome = SliceOutcome(firm_id, list(waiting))
    judging = _Judging(outcome, book, references)
    for one in waiting:
        one.findings = [finding for finding in one.findings if finding.rule != "V033"]
        one.outcome = judging.typed(one)
    return judging.done()


class _Judging:
    """One pass over a slice."""

    def __init__(self, outcome: SliceOutcome, book: Book, references: References) -> None:
        self.outcome = outcome
        self.book = book
        self.references = references
        self._case: Case | None = None
        self._unbroken: Counter[tuple[_Asked, tuple[str | None, ...]]] = Counter()
        self._severities = {one.id: one.severity for one in rules().values()}

    def arrived(self, one: Received) -> Outcome:
        if one.unreadable is not None:
            return Outcome.QUARANTINED
        if one.fatal or one.record is None or one.record_type is None:
            return Outcome.REJECTED
        if one.record.firm_id is not None and one.record.firm_id != self.outcome.firm_id:
            one.findings = [Finding("V014", "firm_id", shown(one.record.firm_id))]
            return Outcome.QUARANTINED
        used = self.book.used.get((one.record_type, one.sequence)) if one.sequence else None
        if used is None:
            return self.typed(one)
        if used.content_hash == one.content_hash and used.record_key == one.record_key:
            one.first_accession, one.first_outcome, one.findings = used.accession, used.outcome, []
            return Outcome.DUPLICATE
        one.findings = [*one.findings, Finding("V020", "sequence", str(one.sequence))]
        return Outcome.REJECTED

    def typed(self, one: Received) -> Outcome:
        record_type = one.record_type or ""
        key = (record_type, one.record_key or "")
        found = [] if one.whole else self._missing(one)
        if one.sequence:
            found += self._take_sequence(record_type, one.sequence)
        held = self.book.keys.get(key)
        older = held is not None and one.sequence is not None and one.sequence < held.sequence
        waits = bool(self.book.pending.get(key))
        case = self._case_of(one)
        case.held = held
        found += self._broken(one, case, without_history=older or waits)
        if found:
            one.findings = _cut([*one.findings, *found])
        outcome = self._decide(one, older=older, waits=waits)
        self._enter(one, key, outcome)
        return outcome

    def done(self) -> SliceOutcome:
        """The slice's outcome, once every record was judged: what was not checked in unbroken records is counted."""
        for (asked, paths), records in self._unbroken.items():
            for registered, path in zip(checks_on(*asked), paths, strict=True):
                if path is NOT_CHECKED:
                    self.outcome.not_checked[registered.rule.id] += records
        return self.outcome

    def _missing(self, one: Received) -> list[Finding]:
        told = {finding.path for finding in one.findings}
        missing = missing_fields(one.record, one.record_type or "", one.action or "NEW")
        return [Finding("V004", name) for name in missing if name not in told]

    def _case_of(self, one: Received) -> Case:
        case = self._case
        if case is None or case.appended_at is not one.appended_at:
            day = one.appended_at.astimezone(SHANGHAI).date()
            case = self._case = Case(self.outcome.firm_id, one.appended_at, day, self.book, self.references)
        case.raw = one.raw
        return case

    def _broken(self, one: Received, case: Case, *, without_history: bool) -> list[Finding]:
        record, asked = one.record, (one.record_type or "", one.action, case.append_day)
        if one.whole:
            # The usual record breaks nothing: one pass over the functions, and nothing else to do.
            paths = tuple([check(record, case) for check in functions_on(*asked)])
            if paths.count(None) + paths.count(NOT_CHECKED) == len(paths):
                self._unbroken[asked, paths] += 1
                return []
            checks = checks_on(*asked)
        else:
            checks = tuple(registered for registered in checks_on(*asked) if registered.asked(record))
            paths = tuple(registered.check(record, case) for registered in checks)
        return self._found(one, checks, paths, without_history=without_history)

    def _found(
        self, one: Received, checks: Sequence[Registered], paths: Sequence[str | None], *, without_history: bool
    ) -> list[Finding]:
        found: list[Finding] = []
        for registered, path in zip(checks, paths, strict=True):
            rule_id = registered.rule.id
            if path is None or (without_history and rule_id in _HISTORY):
                continue
            if path is NOT_CHECKED:
                self.outcome.not_checked[rule_id] += 1
            else:
                found.append(_finding(rule_id, path, one))
        return found

    def _decide(self, one: Received, *, older: bool, waits: bool) -> Outcome:
        if not (one.findings or waits or older):
            return Outcome.ACCEPTED
        severities = {self._severities[finding.rule] for finding in one.findings}
        if severities & {"F", "E"}:
            return Outcome.REJECTED
        if waits or "N" in severities:
            return Outcome.PENDING_REFERENCE
        if older:
            return Outcome.SUPERSEDED
        return Outcome.ACCEPTED_WARN if severities else Outcome.ACCEPTED

    def _take_sequence(self, stream: str, sequence: int) -> list[Finding]:
        """Moves the stream on (R7): a jump opens a gap and never waits, a late one closes its place."""
        if (stream, sequence) in self.book.used:
            return []
        last = self.book.last_sequence.get(stream, 0)
        if sequence <= last:
            self._close_gap(stream, sequence)
            return []
        self.book.last_sequence[stream] = sequence
        if sequence == last + 1:
            return []
        insort(self.book.gaps.setdefault(stream, []), (last + 1, sequence - 1))
        self.outcome.gaps.append(Gap("GAP", stream, last + 1, sequence - 1, last + 1, sequence))
        return [Finding("V019", "sequence", str(sequence))]

    def _close_gap(self, stream: str, sequence: int) -> None:
        left: list[tuple[int, int]] = []
        for first, last in self.book.gaps.get(stream, []):
            if not first <= sequence <= last:
                left.append((first, last))
                continue
            if first < sequence:
                left.append((first, sequence - 1))
            if sequence < last:
                left.append((sequence + 1, last))
            self.outcome.gaps.append(Gap("GAP_CLOSED", stream, sequence, sequence))
        self.book.gaps[stream] = left

    def _enter(self, one: Received, key: Key, outcome: Outcome) -> None:
        """What the book holds after this record."""
        book = self.book
        if one.sequence:
            book.used.setdefault((key[0], one.sequence), Used(key[1], one.content_hash, one.accession, outcome))
        if outcome is Outcome.PENDING_REFERENCE:
            book.pending[key] = book.pending.get(key, 0) + 1
        if not outcome.applied and outcome is not Outcome.SUPERSEDED:
            return
        book.accessions[one.accession] = key
        if outcome.applied:
            book.keys[key] = state_after(one, book.keys.get(key))


def state_after(one: Received, held: KeyState | None) -> KeyState:
    """The state of a key once a record of it is applied: a record that leaves values out keeps what was held."""
    record, sequence = one.record, one.sequence or 0
    state: State = _ENDED.get(one.action or "", "open")
    if getattr(record, "status", None) == "closed" or (one.record_type == "account" and record.closed is not None):
        state = "closed"
    if not one.whole and held is not None and held.record is not None:
        record = _completed(record, one.record_type or "", held.record)
    closed_on: date | None = one.business_date if state == "closed" else None
    return KeyState(sequence, state, record, closed_on, one.record.merged_into if state == "merged" else None)


def _completed(record: object, record_type: str, held: object) -> object:
    """The record with what it leaves out taken from what was held."""
    known = {name: getattr(held, name, None) for name in columns(record_type)[1:]}
    known.update((name, value) for name in known if (value := getattr(record, name)) is not None)
    return type(record)(**known)


def _finding(rule_id: str, path: str, one: Received) -> Finding:
    field = field_of(one.record_type or "", path)
    value = getattr(one.record, field.column) if field else None
    text = value if value is None else value_text(field, value)
    return Finding(rule_id, path, shown(text, personal=rule_id == "V017" or (field is not None and field.personal)))


def _cut(findings: list[Finding]) -> list[Finding]:
    return findings if len(findings) <= FINDINGS_MAX else findings[:FINDINGS_MAX]
