"""Dated rules, LPR, codes by board, identifiers (FIN18-FIN20)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from finance.boards import MARKETS, code_ranges, is_a_share, is_known_code, price_limit, segment_of
from finance.identifiers import account_ref, credit_code_check, identity_numbers, is_credit_code, masked
from finance.lpr import LoanPrimeRate, LprRow
from finance.rules import CLASS_OF_GRADE, NoSuchRule, RuleBook

BOOK = RuleBook.bundled()
KEY = b"an account reference key"
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_fin18_a_cap_binds_from_its_date_on() -> None:
    with pytest.raises(NoSuchRule):
        BOOK.get("FR01", date(2018, 3, 11))
    rule = BOOK.get("FR01", date(2018, 3, 12))
    assert rule.holds(Fraction(60, 100))
    assert not rule.holds(Fraction(600001, 1_000_000))
    assert (rule.severity("BP"), rule.severity("SUB"), rule.severity("IND")) == ("refuse", "warn", "indicator")


def test_fin18_every_rule_is_on_file_with_its_evidence() -> None:
    on = date(2026, 1, 1)
    ids = {f"FR{number:02}" for number in range(1, 24)}
    assert {one for one in ids if BOOK.all_of(one, on)} == ids
    assert BOOK.get("FR14", on).status == "judgement"
    assert BOOK.get("FR16", on).status == "to_confirm"
    assert BOOK.get("FR10", on).status == "rule"


def test_fin18_by_scope() -> None:
    on = date(2026, 1, 1)
    refused = {one.id for one in BOOK.in_force(on, "BP") if one.severity("BP") == "refuse"}
    assert refused == {"FR01", "FR06"}
    persons = {one.id for one in BOOK.in_force(on, "BP") if one.severity("BP") == "needs_person"}
    assert persons == {"FR04", "FR08"}
    assert {one.id for one in BOOK.in_force(on, "BE")} == {"FR01", "FR06", "FR07", "FR16", "FR21"}
    # What a firm truly reports is never refused for a broken market rule.
    assert {one.severity("SUB") for one in BOOK.in_force(on, "SUB")} == {"warn"}
    assert not BOOK.get("FR23", on).severities


def test_fr19_by_class() -> None:
    rule = BOOK.get("FR19", date(2026, 1, 1), unit=f"ratio class {CLASS_OF_GRADE['BBB']}")
    assert rule.value == 1
    assert "D" not in CLASS_OF_GRADE
    with pytest.raises(NoSuchRule, match="3 rows"):
        BOOK.get("FR19", date(2026, 1, 1))
    with pytest.raises(NoSuchRule, match="no limit"):
        BOOK.get("FR08", date(2026, 1, 1)).holds(1)


def test_fin19_the_value_of_the_day() -> None:
    lpr = LoanPrimeRate.bundled()
    assert lpr.on(date(2019, 8, 19)) is None
    first = lpr.on(date(2019, 8, 20))
    assert first == LprRow(date(2019, 8, 20), Fraction("0.0425"), "to_confirm")
    assert lpr.cap(date(2020, 8, 19)) is None
    assert lpr.cap(date(2020, 8, 20)) == Fraction("0.154")


def test_fin19_unconfirmed_for_forty_days_is_stale() -> None:
    lpr = LoanPrimeRate.bundled(confirmed_on=date(2026, 1, 1))
    assert not lpr.stale(date(2026, 2, 10))
    assert lpr.stale(date(2026, 2, 11))
    assert LoanPrimeRate([]).stale(date(2026, 1, 1))


@pytest.mark.parametrize("code", ["91110000600037341L", "911100006000300020", "MA1100006000373419"[:17] + "?"])
def test_fin20_credit_codes(code: str) -> None:
    whole = code[:17] + credit_code_check(code[:17]) if code.endswith("?") else code
    assert is_credit_code(whole)
    wrong = "0" if whole[-1] != "0" else "1"
    assert not is_credit_code(whole[:-1] + wrong)


@given(st.text(CODE_CHARACTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(CODE_CHARACTERS))
def test_fin20_a_single_wrong_character_is_caught(body: str, at: int, other: str) -> None:
    code = body + credit_code_check(body)
    assert is_credit_code(code)
    if other != code[at]:
        assert not is_credit_code(code[:at] + other + code[at + 1 :])


def test_fin20_short_and_foreign_texts_are_no_credit_codes() -> None:
    assert not is_credit_code("")
    assert not is_credit_code("91110000600037341I")
    assert not is_credit_code("91110000600037341l")


@pytest.mark.parametrize(
    ("market", "code", "segment"),
    [
        ("SSE", "600000", "main"),
        ("SSE", "605001", "main"),
        ("SSE", "688001", "star"),
        ("SZSE", "001979", "main"),
        ("SZSE", "002594", "former_sme"),
        ("SZSE", "302132", "chinext"),
        ("BSE", "920001", "beijing"),
        ("NEEQ", "430001", "neeq"),
        ("SSE", "900901", "b"),
        ("SSE", "510300", "etf"),
    ],
)
def test_fin20_codes_by_board(market: str, code: str, segment: str) -> None:
    assert segment_of(market, code, date(2026, 1, 5)) == segment


def test_fin20_codes_are_dated() -> None:
    assert is_known_code("BSE", "830799", date(2025, 10, 8))
    assert not is_known_code("BSE", "830799", date(2025, 10, 9))
    assert is_known_code("NEEQ", "830799", date(2025, 10, 9))
    for wrong in ("60000", "6000000", "60000A!", "６０００００"):
        assert not is_known_code("SSE", wrong, date(2026, 1, 5))
    assert not is_known_code("SSE", "000001", date(2026, 1, 5))
    assert is_a_share("SSE", "600000", date(2026, 1, 5))
    assert not is_a_share("SSE", "900901", date(2026, 1, 5))
    assert {one.market for one in code_ranges()} == MARKETS


def test_fin20_price_limits_are_dated() -> None:
    assert price_limit("chinext", date(2020, 8, 23)) == Fraction("0.1")
    assert price_limit("chinext", date(2020, 8, 24)) == Fraction("0.2")
    assert price_limit("main", date(2024, 1, 2), special_treatment=True) == Fraction("0.05")
    assert price_limit("neeq", date(2024, 1, 2)) is None


def test_identity_numbers_in_clear_are_found_and_codes_are_not() -> None:
    body = "11010519491231002"
    number = body + ric.calc_check_digit(body + "0")
    assert list(identity_numbers(f"holder {number}, tel 13800000000")) == [number]
    assert list(identity_numbers(number.lower())) == [number]
    assert list(identity_numbers("91110000600037341L 123456789012345678")) == []


def test_an_account_travels_as_a_keyed_hash() -> None:
    first = account_ref("180000000001", KEY)
    assert len(first) == 32
    assert first == account_ref("180000000001", KEY)
    assert first != account_ref("180000000002", KEY)
    assert first != account_ref("180000000001", KEY + b"!")
    for number, key in (("18000000001", KEY), ("18000000000x", KEY), ("180000000001", b"short")):
        with pytest.raises(ValueError, match=r"account|key"):
            account_ref(number, key)


def test_a_masked_value_shows_its_last_places_only() -> None:
    assert masked("180000000001") == "********0001"
    assert masked("123") == "***"
