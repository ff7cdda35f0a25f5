"""BX7, issue D1 and E: reference files through the front door."""

import asyncio
import json
from datetime import date

from chassis.kernel import new_id
from events.reference import v1 as reference
from review.tests.harness import ACCOUNT, FRIDAY, MONDAY, REF, STEWARD, Review, Story

PRICES = ["market,security,close", "SSE,600000,10.00", "SZSE,000001,12.34"]


async def test_a_load_is_said_as_a_snapshot_with_count_hash_and_revision(review: Review) -> None:
    answer = await Story(review=review).load("price", MONDAY, PRICES)

    load = answer.json()
    assert answer.status_code == 201
    assert (load["state"], load["row_count"], load["block_count"], load["revision"]) == ("completed", 2, 1, 1)
    started, rows, completed = await review.said()
    assert isinstance(started, reference.SnapshotStarted)
    assert isinstance(rows, reference.SnapshotRows)
    assert isinstance(completed, reference.SnapshotCompleted)
    assert (started.loaded_by, completed.row_count, completed.rows_hash) == ("ds-1", 2, load["rows_hash"])
    total = sum(reference.row_hash(one) for one in reference.decode_rows("price", rows.rows)) % (1 << 64)
    assert f"{total:016x}" == completed.rows_hash


async def test_a_load_of_many_rows_is_said_in_blocks_of_a_thousand(review: Review) -> None:
    lines = ["market,security,close", *(f"SSE,{600000 + one},1.00" for one in range(2500))]

    answer = await Story(review=review).load("price", MONDAY, lines)

    blocks = [one for one in await review.said() if isinstance(one, reference.SnapshotRows)]
    assert [len(reference.decode_rows("price", one.rows)) for one in blocks] == [1000, 1000, 500]
    assert [one.block for one in blocks] == [0, 1, 2]
    assert answer.json()["block_count"] == 3


async def test_account_numbers_leave_as_references_only(review: Review) -> None:
    await Story(review=review).load_holdings(FRIDAY)

    said = await review.said()
    block = next(one for one in said if isinstance(one, reference.SnapshotRows))
    assert [one.account_ref for one in reference.decode_rows("holding", block.rows)  # type: ignore[union-attr]
            ] == [REF]  # fmt: skip
    assert ACCOUNT.encode() not in b"".join(bytes(one.rows) for one in said if isinstance(one, reference.SnapshotRows))


async def test_a_malformed_file_names_line_column_and_rule_and_loads_nothing(review: Review) -> None:
    answer = await Story(review=review).load("price", MONDAY, [*PRICES, "SSE,600001,free", "SSE,600002,-1"])

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "urn:pledgeboard:problem:reference-file-malformed")
    assert problem["faults"] == [
        {"line": 4, "column": "close", "rule": "decimal"},
        {"line": 5, "column": "close", "rule": "not_negative"},
    ]
    assert problem["errors"][0]["message"].startswith("第4行“close”列")
    assert await review.said() == []
    assert (await review.call(STEWARD).get("/api/v1/reference/loads")).json()["items"] == []


async def test_the_words_of_a_malformed_file_come_in_english_where_asked(review: Review) -> None:
    answer = await review.call(STEWARD).post(
        "/api/v1/reference/price/loads?business_date=2026-03-02",
        content=b"market,security,close\nSSE,600000,free\n",
        headers={"Content-Type": "text/csv", "Accept-Language": "en"},
    )

    assert answer.json()["errors"][0]["message"].startswith("line 2, column close: must be a decimal")


async def test_a_file_in_gb18030_is_read_where_it_is_told(review: Review) -> None:
    content = "market,security,name,asset_class,board\nSSE,600000,浦发银行,a_share,main\n".encode("gb18030")
    path = "/api/v1/reference/security/loads?business_date=2026-03-02"

    untold = await review.call(STEWARD).post(path, content=content, headers={"Content-Type": "text/csv"})
    told = await review.call(STEWARD).post(path, content=content, headers={"Content-Type": "text/csv; charset=gb18030"})

    assert (untold.status_code, untold.json()["faults"][0]["rule"]) == (422, "encoding")
    assert told.status_code == 201


async def test_ndjson_is_taken_too(review: Review) -> None:
    line = json.dumps({"market": "SSE", "security": "600000", "close": "10.00"}).encode()

    answer = await review.call(STEWARD).post(
        "/api/v1/reference/price/loads?business_date=2026-03-02",
        content=line + b"\n",
        headers={"Content-Type": "application/x-ndjson"},
    )

    assert answer.status_code == 201


async def test_a_file_above_the_limit_is_refused(review: Review) -> None:
    answer = await review.call(STEWARD).post(
        "/api/v1/reference/price/loads?business_date=2026-03-02",
        content=b"x" * 1_000_001,
        headers={"Content-Type": "text/csv"},
    )

    in_a_form = await review.call(STEWARD).post(
        "/api/v1/reference/price/loads",
        data={"business_date": "2026-03-02"},
        files={"file": ("price.csv", b"x" * 1_000_001, "text/csv")},
    )

    assert [answer.status_code, in_a_form.status_code] == [413, 413]
    assert await review.said() == []


async def test_a_re_issue_is_a_higher_revision_and_gives_its_reason(review: Review) -> None:
    story = Story(review=review)
    await story.load("price", MONDAY, PRICES)

    refused = await story.load("price", MONDAY, PRICES)
    again = await story.load("price", MONDAY, PRICES, reason="the close of 600000 was wrong")

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:pledgeboard:problem:reissue-needs-reason")
    assert (again.json()["revision"], again.json()["reason"]) == (2, "the close of 600000 was wrong")


async def test_what_the_request_says_of_its_file_must_be_right(review: Review) -> None:
    steward = review.call(STEWARD)
    body = {"content": b"x", "headers": {"Content-Type": "text/csv"}}

    no_day = await steward.post("/api/v1/reference/price/loads", **body)  # type: ignore[arg-type]
    no_kind = await steward.post("/api/v1/reference/weather/loads?business_date=2026-03-02", **body)  # type: ignore[arg-type]
    no_file = await steward.post("/api/v1/reference/price/loads", files={"other": ("a.csv", b"x", "text/csv")})
    bad_encoding = await steward.post(
        "/api/v1/reference/price/loads?business_date=2026-03-02",
        content=b"x",
        headers={"Content-Type": "text/csv; charset=utf-16"},
    )
    no_key = await steward.request("POST", "/api/v1/reference/price/loads?business_date=2026-03-02", content=b"x")

    assert (no_day.status_code, no_day.json()["errors"][0]["pointer"]) == (422, "/business_date")
    assert no_kind.status_code == 404
    assert [no_file.json()["errors"][0]["pointer"], bad_encoding.json()["errors"][0]["pointer"]] == [
        "/file",
        "/encoding",
    ]
    assert no_key.status_code == 422


async def test_the_register_shows_totals_newest_first(review: Review) -> None:
    story = Story(review=review)
    await story.load("price", date(2026, 2, 26), PRICES)
    await story.load("price", FRIDAY, PRICES)

    page = (await review.call(STEWARD).get("/api/v1/reference/loads?kind=price&limit=1")).json()
    rest = (await review.call(STEWARD).get("/api/v1/reference/loads", params={"cursor": page["next_cursor"]})).json()
    one = await review.call(STEWARD).get(f"/api/v1/reference/loads/{page['items'][0]['load_id']}")
    none = await review.call(STEWARD).get(f"/api/v1/reference/loads/{new_id()}")

    assert [page["items"][0]["business_date"], rest["items"][0]["business_date"]] == ["2026-02-27", "2026-02-26"]
    assert one.json() == page["items"][0]
    assert none.status_code == 404


async def test_loads_of_one_day_never_share_a_revision(review: Review) -> None:
    story = Story(review=review)

    answers = await asyncio.gather(*(story.load("price", MONDAY, PRICES, reason=f"try {one}") for one in range(3)))

    assert sorted(one.json()["revision"] for one in answers) == [1, 2, 3]


async def test_p11_4_the_register_shows_how_a_loads_snapshot_stands(review: Review) -> None:
    load = (await Story(review=review).load("price", MONDAY, PRICES)).json()

    found = (await review.call(STEWARD).get(f"/api/v1/reference/loads/{load['load_id']}")).json()

    assert found["snapshot"] == {"state": "complete", "seen_rows": 2, "differs": [], "unreadable_records": 0}
