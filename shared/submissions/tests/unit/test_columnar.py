"""The usual record as columns: exactly what the way record by record makes of it, or not usual."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from submissions.accession import Accessions
from submissions.columnar.admit import admit
from submissions.columnar.forms import form_of
from submissions.columnar.sift import sift
from submissions.columnar.wire import COLUMNAR_TYPES, USUAL_ACTIONS
from submissions.decode import decode
from submissions.outcome import Message
from submissions.rules.case import KnownMarket, References
from submissions.rules.table import checks_on
from submissions.tests.both_ways import by_column, by_record, canonical_rows, names_of
from submissions.tests.builders import (
    APPENDED,
    TOPIC,
    TUESDAY,
    WEEKDAYS,
    Known,
    a_closed_contract,
    a_contract,
    a_declaration,
    a_line,
    as_json,
    messages,
)
from submissions.tests.unit.test_v_rules_of_records import CONTRACTS, LINES

Record = dict[str, object]
MARKET = KnownMarket(WEEKDAYS, frozenset({("SSE", "600000"), ("SSE", "600001")}))
OFFLINE = References()


def contract(number: int, **changes: object) -> Record:
    return a_contract(**{"contract_id": f"C-{number}", "sequence": number, **changes})


def line(number: int, **changes: object) -> Record:
    return a_line(**{"contract_id": f"C-{number}", "sequence": number, **changes})


def same_both_ways(sent: Sequence[Message], references: References = MARKET, **last: int) -> set[int]:
    """Asserts it; the rows that went as columns."""
    columnar, admitted = by_column(sent, references, last)

    assert columnar == by_record(sent, references, last)

    rows = canonical_rows(admitted)
    records = decode(sent, Accessions(TOPIC, 0))
    for row, values in rows.items():
        one = records[row]
        assert values == tuple(getattr(one.record, name) for name in names_of(one.record_type or ""))
    return set(rows)


class TestTheUsualRecord:
    def test_goes_as_columns(self) -> None:
        sent = messages(contract(1), line(1), contract(2, action="SNAPSHOT"), line(2, initial_quantity="1000000.0000"))

        assert same_both_ways(sent) == {0, 1, 2, 3}

    def test_in_envelopes_with_texts_of_any_language(self) -> None:
        lines = [
            contract(1, agreement_no="协议-甲"),
            line(1),
            contract(2, fund_use="other", fund_use_text="补充流动资金"),
        ]
        sent = [Message(0, b"\n".join(map(as_json, lines)) + b"\n", APPENDED), *messages(contract(3), start=1)]

        assert same_both_ways(sent) == {0, 1, 2, 3}

    def test_every_rule_it_meets_has_a_form(self) -> None:
        for record_type in COLUMNAR_TYPES:
            for action in USUAL_ACTIONS:
                met = [one.rule.id for one in checks_on(record_type, action, TUESDAY)]
                assert len(met) == len(set(met))
                assert [one for one in met if form_of(record_type, one) is None] == []

    def test_without_lookups_the_same_is_not_checked(self) -> None:
        assert same_both_ways(messages(contract(1), line(1)), OFFLINE) == {0, 1}

    def test_lookups_that_a_slice_may_change_are_for_the_other_way(self) -> None:
        assert same_both_ways(messages(contract(1), line(1)), Known()) == set()

    def test_goes_on_where_its_stream_stands(self) -> None:
        assert same_both_ways(messages(contract(8), contract(9)), contract=7) == {0, 1}


class TestWhatIsNotUsual:
    @pytest.mark.parametrize(("changes", "rule", "path"), CONTRACTS)
    def test_a_contract_that_breaks_a_rule(self, changes: Record, rule: str, path: str) -> None:
        assert same_both_ways(messages(contract(1, **changes), contract(2))) <= {1}, (rule, path)

    @pytest.mark.parametrize(("changes", "rule", "path"), LINES)
    def test_a_line_that_breaks_a_rule(self, changes: Record, rule: str, path: str) -> None:
        usual = same_both_ways(messages(line(1, **changes), line(2)))

        # What a price or a register would tell is not at hand here: those rules are not checked either way.
        assert 0 not in usual or rule in {"V063", "V066", "V067"}, path

    @pytest.mark.parametrize(
        "record",
        [
            pytest.param(contract(1, record_key="C-7"), id="v010_another_key"),
            pytest.param(contract(1, rate="0.155", payable="4049260.27"), id="v058_above_the_cap"),
            pytest.param(line(1, business_date="2026-03-29", price_date="2026-03-27"), id="v009_a_sunday"),
            pytest.param(line(1, registration_no="11010519491231002X"), id="v017_identity_in_clear"),
        ],
    )
    def test_a_record_that_breaks_one_rule_alone(self, record: Record) -> None:
        assert same_both_ways(messages(record)) == set()

    def test_a_record_that_comes_late(self) -> None:
        late = APPENDED + timedelta(hours=1)

        assert same_both_ways(messages(line(1), line(2, load_id="L-1"), appended_at=late)) == {1}

    @pytest.mark.parametrize(
        "raw",
        [
            as_json(contract(1)).replace(b'"sequence":1', b'"sequence":1,"sequence":1'),
            as_json(contract(1)).replace(b'"sequence":1', b'"sequence":1,"sequence" :1'),
            as_json(contract(1)).replace(b'"A-1"', b'"A-1","agreement_no" :":"'),
            as_json(contract(1)).replace(b'"A-1"', b'"A\\u002d1"'),
            as_json(contract(1)).replace(b'"A-1"', b'"A\t1"'),
            as_json(contract(1)).replace(b'"4000000.00"', b"4000000.00"),
            as_json(contract(1)).replace(b'"4000000.00"', b'"4e6"'),
            as_json(contract(1, release_line=10**30)),
            as_json(contract(1, release_line=-(10**30))),
            as_json(contract(1, release_line=-1)),
            as_json(contract(1, no_data={"release_line": "NA"})),
            as_json(contract(1, reported_at="2026-03-31T12:15:00Z")),
            as_json(contract(1, corrects="F001-0-0-0-0")),
            as_json(contract(1)) + as_json(contract(2)),
            b"[" + as_json(contract(1)) + b"]",
            b"\xff",
            b"",
        ],
    )
    def test_text_that_only_the_exact_reader_can_judge(self, raw: bytes) -> None:
        assert 0 not in same_both_ways(messages(raw, line(1)))

    def test_a_closed_contract(self) -> None:
        assert same_both_ways(messages(a_closed_contract(), contract(2))) == {1}

    def test_a_name_apart_from_its_colon_is_no_reason(self) -> None:
        spaced = as_json(contract(1)).replace(b'"sequence":1', b'"sequence" : 1')

        assert same_both_ways(messages(spaced)) == {0}


class TestWhoElseSpeaksOfIt:
    def test_a_contract_and_its_lines_go_one_way(self) -> None:
        sent = messages(contract(1), line(1), contract(2), line(2, current_quantity=5))

        assert same_both_ways(sent) == {0, 1}

    def test_a_key_that_comes_twice(self) -> None:
        sent = messages(contract(1), a_contract(contract_id="C-1", sequence=2, action="SNAPSHOT"), contract(3))

        assert same_both_ways(sent) == {2}

    def test_a_sequence_that_comes_twice(self) -> None:
        assert same_both_ways(messages(contract(1), contract(1), contract(2))) == {2}
        assert same_both_ways(messages(contract(1), a_contract(contract_id="C-9", sequence=1), contract(2))) == {2}

    def test_a_gap_and_what_closes_it(self) -> None:
        assert same_both_ways(messages(contract(1), contract(4), contract(5), contract(2), contract(6))) == {0, 2, 4}

    def test_a_sequence_long_past(self) -> None:
        assert same_both_ways(messages(contract(3), contract(8)), contract=7) == {1}

    def test_a_declaration_counts_what_came_before_it(self) -> None:
        assert same_both_ways(messages(contract(1), a_declaration(), line(1))) == set()

    def test_another_firms_record_takes_no_place(self) -> None:
        assert same_both_ways(messages(contract(1), contract(2, firm_id="F002"), contract(2), contract(3))) == {0, 3}

    def test_a_key_that_is_held(self) -> None:
        sifted = sift(messages(contract(1), line(1), contract(2)), Accessions(TOPIC, 0))

        admitted = admit(sifted, {}, MARKET, taken={"collateral": frozenset({"C-1/1"})})

        assert set(canonical_rows(admitted)) == {2}
        assert [one.record_key for one in admitted.others] == ["C-1", "C-1/1"]


MAKERS: tuple[Callable[..., Record], ...] = (contract, line)


@pytest.mark.parametrize("seed", range(12))
def test_slices_of_everything_at_once_have_the_same_frames(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same every time
    changes = {contract: [one.values[0] for one in CONTRACTS], line: [one.values[0] for one in LINES]}
    sent: list[Record | bytes] = []
    reached = {contract: 3, line: 0}
    for _ in range(60):
        maker = chance.choice(MAKERS)
        reached[maker] += chance.choices([1, 0, 2, -2], [20, 1, 1, 1])[0]
        number = max(1, reached[maker])
        changed = chance.choice(changes[maker]) if chance.random() < 0.15 else {}
        action = chance.choices(["NEW", "SNAPSHOT", "MODIFY", "CANCEL"], [10, 10, 2, chance.random() < 0.3])[0]
        sent.append(b"no json" if chance.random() < 0.02 else maker(number, **{"action": action, **changed}))

    same_both_ways(messages(*sent), contract=3)
