"""The synthetic market: reproducible, complete, and judged as it says it must be."""

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from finance.boards import segment_of
from finance.coverage import Level
from market.days import calendar
from market.expected import coverage_on
from market.files import COLUMNS, read_manifest
from market.story import (
    AT_THE_LINE,
    CLEAN,
    CROWDED,
    LINE_CONTRACT,
    PLAIN,
    WITH_BONUS,
    actions,
)
from market.synthetic import Market, Size, draw, generate
from submissions.accession import Accessions
from submissions.book import Book
from submissions.decode import decode
from submissions.dictionary import taken_types
from submissions.judge import SliceOutcome, judge, judge_again
from submissions.outcome import Message
from submissions.rules.case import KnownMarket
from submissions.validate import validate_file

SIZE = Size(quiet_days=30, fall_days=9, contracts=60)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> Market:
    return draw(7, size=SIZE)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("market")
    generate(7, root, size=SIZE)
    return root


def securities_of(root: Path, name: str) -> frozenset[tuple[str, str]]:
    with (root / "reference" / "security" / name).open(encoding="utf-8") as file:
        return frozenset((row["market"], row["security"]) for row in csv.DictReader(file))


def judged(root: Path, stream: dict[str, Any], book: Book) -> SliceOutcome:
    lines = (root / stream["file"]).read_bytes().splitlines()
    messages = [Message(at, line, NOW) for at, line in enumerate(lines)]
    known = KnownMarket(calendar(), securities_of(root, "2026-03-31.csv"))
    received = decode(messages, Accessions(f"submissions.{stream['firm_id']}", 0))
    return judge(stream["firm_id"], received, book, known)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(written: Path, tmp_path: Path) -> None:
    generate(7, tmp_path / "again", size=SIZE)
    generate(8, tmp_path / "other", size=SIZE)
    names = sorted(path.relative_to(written) for path in written.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    assert all((written / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    stream = "submissions/F001.ndjson"
    assert (written / stream).read_bytes() != (tmp_path / "other" / stream).read_bytes()


def test_every_board_and_class_is_there(market: Market) -> None:
    on = market.reported_on
    segments = {segment_of(one.market, one.code, on) for one in market.master}
    assert segments == {
        "main", "former_sme", "chinext", "star", "beijing", "neeq", "b", "bond", "etf", "fund", "plan"
    }  # fmt: skip
    assert {one.asset_class for one in market.master} == {
        "a_share", "b_share", "neeq_share", "bond", "etf", "fund_unit", "plan_unit"
    }  # fmt: skip
    assert any(one.special_treatment == "star_st" for one in market.master)
    assert any(one.suspended for one in market.master)
    assert any((one.net_income_last_year or 0) < 0 for one in market.master)
    by_key = {one.key: one for one in market.master}
    assert all(by_key[key].special_treatment is None and not by_key[key].suspended for key in PLAIN)


def test_closes_stay_within_the_price_limits_and_the_market_falls(market: Market) -> None:
    days = [*market.quiet, *market.fall]
    apart = {key for key, _ in actions(tuple(market.fall))} | {AT_THE_LINE}
    for one in market.master:
        segment = segment_of(one.market, one.code, days[0]) or ""
        limit = {"star": 20, "chinext": 20, "beijing": 30}.get(segment, 5 if one.special_treatment else 10)
        for before, day in pairwise(days):
            close, last = market.closes[day][one.key].close, market.closes[before][one.key].close
            if one.key not in apart:
                assert abs(close - last) <= last * limit / 100 + Decimal("0.01"), (one.key, day)
    first, last_day = market.plain_closes(market.reported_on), market.plain_closes(market.fall[-1])
    shares = [one.key for one in market.master if one.is_a_share and one.key not in apart and not one.suspended]
    fallen = sum(last_day[key] < first[key] for key in shares)
    assert fallen > len(shares) * 0.75


def test_a_suspended_share_keeps_its_close_without_a_trade(market: Market) -> None:
    suspended = [one.key for one in market.master if one.suspended]
    for key in suspended:
        quotes = [market.closes[day][key] for day in market.fall]
        assert {(one.close, one.traded, one.volume) for one in quotes} == {(quotes[0].close, False, 0)}


@pytest.mark.parametrize("firm_id", ["F001", "F002"])
def test_the_platforms_rules_agree_with_the_counts_made_by_construction(written: Path, firm_id: str) -> None:
    stream = next(one for one in read_manifest(written)["streams"] if one["firm_id"] == firm_id)
    outcome = judged(written, stream, Book())
    planted = {one["line"]: one for one in stream["planted"]}
    for at, one in enumerate(outcome.received, 1):
        expected = planted.get(at, {"case": "clean", "outcome": "ACCEPTED", "rules": []})
        found = {finding.rule for finding in one.findings}
        assert (one.outcome, set(expected["rules"]) <= found) == (expected["outcome"], True), (expected, one.findings)
        if one.outcome in {"ACCEPTED", "ACCEPTED_WARN"}:
            assert found == set(expected["rules"]), expected
    assert {str(name): count for name, count in outcome.counts().items()} == stream["expected"]
    assert [[gap.kind, gap.stream, gap.first, gap.last] for gap in outcome.gaps] == stream["gaps"]
    assert set(stream["expected"]) == {
        "ACCEPTED", "ACCEPTED_WARN", "REJECTED", "PENDING_REFERENCE", "DUPLICATE", "SUPERSEDED", "QUARANTINED"
    }  # fmt: skip


def test_the_revised_security_file_releases_what_waits(written: Path) -> None:
    book = Book()
    stream = read_manifest(written)["streams"][0]
    waiting = [one for one in judged(written, stream, book).received if one.outcome == "PENDING_REFERENCE"]
    known = KnownMarket(calendar(), securities_of(written, "2026-04-01-revised.csv"))
    book.pending.clear()
    released = judge_again("F001", waiting, book, known)
    assert Counter(str(one.outcome) for one in released.received) == {"ACCEPTED": 2}


def test_the_declarations_say_what_was_sent(written: Path) -> None:
    stream = read_manifest(written)["streams"][0]
    count = min(one["line"] for one in stream["planted"] if one["case"] != "declaration") - 1
    records = [json.loads(line) for line in (written / stream["file"]).read_bytes().splitlines()[:count]]
    said = {one["stream"]: one for one in records if one["record_type"] == "declaration"}
    sent = [one for one in records if one["record_type"] == "contract" and one["action"] == "SNAPSHOT"]
    assert said["contract"]["count"] == len(sent)
    assert Decimal(said["contract"]["amount_sum"]) == sum(Decimal(one["initial_amount"]) for one in sent)
    lines = [one for one in records if one["record_type"] == "collateral" and one["action"] == "SNAPSHOT"]
    assert said["collateral"]["count"] == len(lines)
    assert said["collateral"]["quantity_sum"] == sum(one["current_quantity"] for one in lines)
    assert Decimal(said["collateral"]["amount_sum"]) == sum(Decimal(one["market_value"]) for one in lines)


def test_b11_2a_one_contract_meets_its_lines_exactly(market: Market) -> None:
    contract = next(one for one in market.books["F001"] if one.contract_id == LINE_CONTRACT)
    planned = actions(tuple(market.fall))
    positions = [
        coverage_on(contract, market.plain_closes(day), day, reported_on=market.reported_on, actions=planned)
        for day in market.fall
    ]
    assert positions[3].ratio == Fraction(3, 2)
    assert positions[5].ratio == Fraction(13, 10)
    levels = [one.level(contract.lines_of_contract) for one in positions]
    w, t, n = Level.WARNING, Level.TRIGGERED, Level.NORMAL
    assert levels == [n, n, n, w, w, t, w, n, n]


def test_i7_nothing_falls_for_nothing_on_an_ex_date(market: Market) -> None:
    ex_date = market.fall[2]
    before, on = market.plain_closes(market.fall[1]), market.plain_closes(ex_date)
    whole = before[WITH_BONUS] - Decimal("0.20")
    assert on[WITH_BONUS] * Decimal("1.5") > whole * Decimal("0.89")
    assert on[WITH_BONUS] < before[WITH_BONUS] * Decimal("0.75")


def test_the_columns_are_those_of_the_reference_rows(written: Path) -> None:
    manifest = read_manifest(written)
    for one in manifest["reference"]:
        with (written / one["file"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert tuple(rows[0]) == COLUMNS[one["kind"]]
        assert len(rows) - 1 == one["rows"] > 0
    days = [one["business_date"] for one in manifest["reference"] if one["kind"] == "price"]
    assert manifest["missing_price_day"] not in days
    assert len(days) == SIZE.quiet_days + SIZE.fall_days - 1
    assert days == sorted(days)


def test_the_holdings_hold_what_the_story_needs(written: Path, market: Market) -> None:
    def holdings(day: date) -> dict[tuple[str, str, str], dict[str, str]]:
        with (written / "reference" / "holding" / f"{day}.csv").open(encoding="utf-8") as file:
            return {(one["unified_account"], one["market"], one["security"]): one for one in csv.DictReader(file)}

    today, last = holdings(market.fall[0]), holdings(market.reported_on)
    assert last["180000000012", "SSE", "600101"]["held"] == "2500000"
    assert today["180000000012", "SSE", "600101"]["held"] == "500000"
    assert last["180000000011", *CLEAN]["pledged"] == "400000"
    capital = next(one.a_capital for one in market.master if one.key == CROWDED)
    pledged = sum(int(one["pledged"]) for key, one in last.items() if key[1:] == CROWDED)
    assert capital
    assert 2 * pledged > capital
    for one in last.values():
        parts = ("frozen_quantity", "pledged", "settlement_collateral", "other_restricted")
        assert int(one["held"]) >= sum(int(one[part]) for part in parts)


def test_the_listings_fit_the_holdings(written: Path) -> None:
    listings = {one["name"]: one for one in read_manifest(written)["listings"]}
    short = listings["over_available"]
    assert short["lines"][0]["quantity"] - short["deductions"]["available"] == short["deductions"]["short"]
    assert {one["expected"] for one in listings.values()} == {
        "published", "returned", "needs_person", "waits_then_published", "fails_next_day", "published_then_expired"
    }  # fmt: skip
    assert listings["expires_today"]["terms"]["valid_until"] == "2026-04-01"


def test_another_today_moves_everything() -> None:
    later = draw(7, today=date(2026, 9, 1), size=Size(quiet_days=10, fall_days=3, contracts=40))
    assert later.reported_on == date(2026, 8, 31)
    assert later.fall[0] == date(2026, 9, 1)
    assert later.fall[-1] - later.fall[0] == timedelta(days=2)


def test_a_handful_of_every_other_record_type_passes_the_offline_rules_as_stated(written: Path) -> None:
    manifest = read_manifest(written)
    (stream,) = manifest["type_streams"]
    lines = [json.loads(line) for line in (written / stream["file"]).read_bytes().splitlines()]

    report = validate_file(written / stream["file"], firm_id=stream["firm_id"], now=NOW)

    assert {one["record_type"] for one in lines} == set(taken_types()) - {"contract", "collateral"}
    assert stream["expected"] == {"ACCEPTED": 14, "DUPLICATE": 1, "REJECTED": 2}
    # Offline nobody knows what was declared before (a gap), nor what arrived (the declaration that does not agree).
    assert report.outcomes == {"ACCEPTED": 14, "ACCEPTED_WARN": 1, "DUPLICATE": 1, "REJECTED": 1}
