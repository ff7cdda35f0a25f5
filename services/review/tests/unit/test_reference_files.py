"""BX7, issue E: a malformed reference file names line, column and rule, and loads nothing."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from review.domain.reference_columns import KINDS
from review.domain.reference_files import (
    ERRORS_MAX,
    LINE_BYTES_MAX,
    Fault,
    FileFormat,
    KindUnknown,
    NumberedRow,
    ReferenceFileMalformed,
    check_file,
    read_rows,
)

CSV = FileFormat(syntax="csv")
NDJSON = FileFormat(syntax="ndjson")
HOLDING_HEADER = "unified_account,market,security,share_class,held,frozen_quantity\n"
PRICE_HEADER = "market,security,close\n"


def lines(text: str, encoding: str = "utf-8") -> list[bytes]:
    return text.encode(encoding).splitlines(keepends=True)


def faults(kind: str, content: list[bytes], file_format: FileFormat = CSV) -> list[tuple[int, str, str]]:
    with pytest.raises(ReferenceFileMalformed) as refused:
        check_file(kind, lambda: content, file_format)
    found = refused.value.details["faults"]
    assert isinstance(found, list)
    return [(one["line"], one["column"], one["rule"]) for one in found]


def rows(kind: str, content: list[bytes], file_format: FileFormat = CSV) -> list[NumberedRow | Fault]:
    return list(read_rows(kind, iter(content), file_format))


def test_a_good_file_is_read_with_its_types() -> None:
    content = lines(HOLDING_HEADER + "123456789012,SSE,600000,unrestricted,1000.50,\n")

    [found] = rows("holding", content)

    assert found == NumberedRow(
        2,
        {
            "unified_account": "123456789012",
            "market": "SSE",
            "security": "600000",
            "share_class": "unrestricted",
            "held": Decimal("1000.50"),
        },
    )
    assert check_file("holding", lambda: content, CSV) == 1


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("12345678901,SSE,600000,,1,", "unified_account", "unified_account"),
        ("123456789012,sse,600000,,1,", "market", "code"),
        ("123456789012,SSE,600000,,,", "held", "required"),
        ("123456789012,SSE,600000,,1e5,", "held", "decimal"),
        ("123456789012,SSE,600000,,NaN,", "held", "decimal"),
        ("123456789012,SSE,600000,,-1,", "held", "not_negative"),
        ("123456789012,SSE,600000,Unrestricted,1,", "share_class", "word"),
    ],
)
def test_a_bad_cell_is_named_by_line_column_and_rule(row: str, column: str, rule: str) -> None:
    content = lines(HOLDING_HEADER + "123456789012,SSE,600000,,1,\n" + row + "\n")

    assert faults("holding", content) == [(3, column, rule)]


def test_the_words_are_in_both_languages() -> None:
    with pytest.raises(ReferenceFileMalformed) as refused:
        check_file("price", lambda: lines(PRICE_HEADER + "SSE,600000,0\n"), CSV)

    error = refused.value.errors[0]
    assert (error.pointer, error.rule) == ("/lines/2/close", "positive")
    assert (error.message_zh, error.message_en) == ("第2行“close”列应大于0", "line 2, column close: must be above zero")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("market,security\nSSE,600000\n", [(1, "close", "header_missing")]),
        ("market,security,close,colour\nSSE,600000,1,red\n", [(1, "colour", "header_unknown")]),
        ("market,security,close,close\nSSE,600000,1,1\n", [(1, "close", "header_twice")]),
        (PRICE_HEADER + "SSE,600000\n", [(2, "", "cells")]),
        (PRICE_HEADER, [(1, "", "empty")]),
        (PRICE_HEADER + 'SSE,"600000,1\n', [(2, "", "csv")]),
    ],
)
def test_a_bad_form_is_named(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert faults("price", lines(text)) == expected


def test_a_repeated_key_is_named_where_it_repeats() -> None:
    content = lines(PRICE_HEADER + "SSE,600000,1\nSZSE,600000,1\nSSE,600000,2\n")

    assert faults("price", content) == [(4, "market", "duplicate_key")]


def test_utf_8_is_the_default_and_gb18030_is_told_as_such() -> None:
    header = "market,security,name,asset_class,board\n"
    content = lines(header + "SSE,600000,浦发银行,a_share,main\n", "gb18030")

    assert faults("security", content)[0][2] == "encoding"
    assert check_file("security", lambda: content, FileFormat(syntax="csv", encoding="gb18030")) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert check_file("price", lambda: lines("\ufeff" + PRICE_HEADER + "SSE,600000,1\n"), CSV) == 1


def test_a_line_without_end_is_refused_and_not_held_in_memory() -> None:
    content = [PRICE_HEADER.encode(), b"S" * (LINE_BYTES_MAX + 1)]

    assert faults("price", content) == [(2, "", "line_too_long")]


def test_at_most_twenty_faults_are_named() -> None:
    content = lines(PRICE_HEADER + "SSE,600000,x\n" * 100)

    assert len(faults("price", content)) == ERRORS_MAX


def test_ndjson_rows_are_read_like_csv_rows() -> None:
    content = lines('{"market":"SSE","security":"600000","close":10.10,"traded":true}\n\n')

    assert rows("price", content, NDJSON) == [
        NumberedRow(1, {"market": "SSE", "security": "600000", "close": Decimal("10.10"), "traded": True})
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[]", (1, "", "json")),
        ('{"market":', (1, "", "json")),
        ('{"market":"SSE","security":"600000","close":1,"colour":1}', (1, "colour", "header_unknown")),
        ('{"market":"SSE","security":["600000"],"close":1}', (1, "security", "scalar")),
        ('{"market":"SSE","security":"600000"}', (1, "close", "required")),
    ],
)
def test_a_bad_ndjson_line_is_named(line: str, expected: tuple[int, str, str]) -> None:
    assert faults("price", lines(line + "\n"), NDJSON) == [expected]


def test_a_calendar_with_a_hole_is_refused() -> None:
    content = lines("day,is_trading_day\n2026-03-02,true\n2026-03-04,true\n")

    assert faults("calendar", content) == [(3, "day", "calendar_gap")]


def test_a_day_without_corporate_actions_is_news_too() -> None:
    assert check_file("corporate_action", lambda: lines("market,security,ex_date\n"), CSV) == 0


def test_ten_thousand_rows_are_checked_without_being_held() -> None:
    def content() -> Iterator[bytes]:
        yield PRICE_HEADER.encode()
        for number in range(10_000):
            yield f"SSE,{600000 + number},1.00\n".encode()

    assert check_file("price", content, CSV) == 10_000


def test_there_are_no_other_kinds() -> None:
    with pytest.raises(KindUnknown):
        check_file("weather", list, CSV)
    assert set(KINDS) == {"calendar", "security", "price", "corporate_action", "holding", "registration"}


REGISTRATION = "number,venue,unified_account,market,security,share_class,quantity,pledgee_account,registered_on\n"


def test_p12_3_a_registration_names_its_number_both_accounts_and_where_it_was_made() -> None:
    line = "ZY-2026-0001,off_exchange,180000000011,SSE,600000,unrestricted,400000,180000000041,2026-03-02\n"

    [found] = rows("registration", lines(REGISTRATION + line))

    assert isinstance(found, NumberedRow)
    assert (found.row["number"], found.row["venue"], found.row["quantity"]) == (
        "ZY-2026-0001", "off_exchange", Decimal(400000),
    )  # fmt: skip
    assert faults("registration", lines(REGISTRATION + line.replace("ZY-2026-0001", "zy 1"))) == [
        (2, "number", "registration_number")
    ]


def test_dates_are_days() -> None:
    [found] = rows("corporate_action", lines("market,security,ex_date\nSSE,600000,2026-03-02\n")[0:2])

    assert isinstance(found, NumberedRow)
    assert found.row["ex_date"] == date(2026, 3, 2)
