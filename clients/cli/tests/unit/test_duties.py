"""Operators' duties from the command line, against a platform that is played by a function (P3.3)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pledgeboard.__main__ import main
from pledgeboard.commands.live import read_events
from pledgeboard.exits import exit_codes
from pledgeboard.failures import Failure, Refused
from pledgeboard.session import Tokens, TokenStore

GATEWAY = "http://gateway"
_QUEUED = {"case_id": "C1", "listing_id": "L1", "area": "pledgor", "queued_since": "2026-04-01T10:00:00+08:00"}
_STREAM = (
    "retry: 2000\n\nid: a.1\nevent: here\ndata: {}\n\n: still here\n\n"
    'id: a.2\nevent: monitoring.alert.raised.v1\ndata: {"id":"E1","alert_id":"A1"}\n\n'
)


class FakeGateway:
    """Answers what it was told to, in turn; remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], list[Callable[[], httpx2.Response]]] = {}

    def answer(self, method: str, path: str, *, status: int = 200, **content: Any) -> None:
        self.answers.setdefault((method, path), []).append(lambda: httpx2.Response(status, **content))

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        queued = self.answers[request.method, request.url.path.removeprefix("/api/v1")]
        return (queued.pop(0) if len(queued) > 1 else queued[0])()


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("PLEDGEBOARD_URL", GATEWAY)
    monkeypatch.setenv("PLEDGEBOARD_LANGUAGE", "zh-CN")
    TokenStore(tmp_path, "default").write(
        Tokens(issuer="http://issuer", access_token="a0", refresh_token=None, expires_at=4e9, user="wang")
    )
    return FakeGateway()


@pytest.fixture
def run(gateway: FakeGateway, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words, transport=httpx2.MockTransport(gateway))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


Run = Callable[..., tuple[int, str, str]]


class TestReview:
    def test_p11_9_the_queue_is_read_page_after_page(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("GET", "/review/queue", json={"items": [_QUEUED], "next_cursor": "c"})
        gateway.answer("GET", "/review/queue", json={"items": [_QUEUED | {"case_id": "C2"}], "next_cursor": None})

        code, said, _ = run("--output", "json", "review", "queue")

        assert code == 0
        assert [json.loads(line)["case_id"] for line in said.splitlines()] == ["C1", "C2"]
        assert gateway.requests[1].url.params["cursor"] == "c"

    def test_a_person_reads_columns(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("GET", "/review/queue", json={"items": [_QUEUED], "next_cursor": None})

        header, row = run("review", "queue")[1].splitlines()

        assert header.split()[:2] == ["case_id", "listing_id"]
        assert row.split()[:2] == ["C1", "L1"]

    @pytest.mark.parametrize(("verb", "act"), [("claim", "claim"), ("approve", "approval")])
    def test_p11_9_each_verb_is_one_command_with_a_key(
        self, gateway: FakeGateway, run: Run, verb: str, act: str
    ) -> None:
        settled = {"case_id": "C1", "state": "approved", "until": "2026-04-01T10:30:00+08:00", "waits_for": None}
        gateway.answer("POST", f"/review/cases/C1/{act}", json=settled)

        assert run("review", verb, "C1", "--idempotency-key", "k1")[0] == 0
        assert gateway.requests[0].headers["idempotency-key"] == "k1"

    def test_p11_9_a_return_carries_coded_reasons(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("POST", "/review/cases/C1/return", json={"case_id": "C1", "state": "returned"})

        assert run("review", "return", "C1", "--reason", "content_unclear:/lines/0/quantity")[0] == 0
        assert json.loads(gateway.requests[0].content) == {
            "reasons": [{"code": "content_unclear", "pointer": "/lines/0/quantity"}]
        }

    def test_a_reason_without_a_field_is_wrong_use(self, gateway: FakeGateway, run: Run) -> None:
        code, _, said = run("review", "return", "C1", "--reason", "unclear")

        assert code == 2
        assert "content_unclear:/lines/0/quantity" in said
        assert gateway.requests == []

    def test_somebody_else_s_claim_is_refused_in_the_platform_s_words(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("POST", "/review/cases/C1/claim", status=409, json={"title": "该核验已被他人领取"})

        code, _, said = run("review", "claim", "C1")

        assert code == 1
        assert "该核验已被他人领取" in said


_STANDING = {"application_id": "A1", "id": "N1", "state": "open", "deadline_at": None, "step": "restrict"}


class TestLadder:
    def test_p4_1_a_notice_names_subject_ground_evidence_and_deadline(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("POST", "/notices", status=201, json=_STANDING)
        words = ("--listing", "L1", "--code", "field_untrue", "--pointer", "/purpose", "--evidence", "年报不符")

        assert run("notices", "issue", *words, "--trading-days", "3")[0] == 0
        assert json.loads(gateway.requests[0].content) == {
            "subject": {"kind": "listing", "id": "L1"},
            "ground": {"kind": "field", "code": "field_untrue", "pointer": "/purpose"},
            "evidence": "年报不符",
            "deadline_trading_days": 3,
        }

    def test_p4_2_conduct_of_one_login_is_that_login_s_alone(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("POST", "/notices", status=201, json=_STANDING)
        words = ("--participant", "P1", "--user", "u1", "--ground", "act", "--code", "harassment", "--evidence", "x")

        assert run("notices", "issue", *words)[0] == 0
        assert json.loads(gateway.requests[0].content)["subject"] == {"kind": "user", "id": "P1", "user_id": "u1"}

    def test_a_notice_about_nothing_is_wrong_use(self, gateway: FakeGateway, run: Run) -> None:
        assert run("notices", "issue", "--code", "x", "--evidence", "x")[0] == 2
        assert gateway.requests == []

    @pytest.mark.parametrize(
        ("words", "path", "body"),
        [
            (("notices", "close", "N1", "--reason", "withdrawn"), "/notices/N1/closing", {"reason": "withdrawn"}),
            (
                ("sanctions", "propose", "--notice", "N1", "--step", "restrict", "--statement", "x"),
                "/sanctions",
                {"notice_id": "N1", "step": "restrict", "statement": "x"},
            ),
            (("sanctions", "decide", "S1", "--approve"), "/sanctions/S1/decision", {"approved": True, "reason": ""}),
            (("sanctions", "lift", "propose", "S1", "--reason", "x"), "/sanctions/S1/lift", {"reason": "x"}),
            (("sanctions", "lift", "decide", "S1", "--reject"), "/sanctions/S1/lift/decision", {"approved": False}),
            (
                ("sanctions", "appeal", "propose", "S1", "--outcome", "reversed", "--reason", "x"),
                "/sanctions/S1/appeal/outcome",
                {"outcome": "reversed", "reason": "x"},
            ),
            (("sanctions", "appeal", "decide", "S1", "--approve"), "/sanctions/S1/appeal/decision", {"approved": True}),
            (
                ("applications", "refuse", "A1", "--reason", "data_differ"),
                "/access-applications/A1/refusal",
                {"reasons": ["data_differ"]},
            ),
            (("applications", "ask", "A1", "--question", "x"), "/access-applications/A1/question", {"question": "x"}),
        ],
    )
    def test_p4_3_each_verb_is_one_command(
        self, gateway: FakeGateway, run: Run, words: tuple[str, ...], path: str, body: dict[str, Any]
    ) -> None:
        gateway.answer("POST", path, json=_STANDING)

        assert run(*words)[0] == 0
        assert json.loads(gateway.requests[0].content) == body
        assert gateway.requests[0].headers["idempotency-key"]

    def test_p6_3_an_application_is_claimed_and_approved(self, gateway: FakeGateway, run: Run) -> None:
        row = {"application_id": "A1", "category": "lender", "kind": "person", "filed_at": None, "claimed": False}
        gateway.answer("GET", "/access-applications", json={"items": [row], "next_cursor": None})
        gateway.answer("POST", "/access-applications/A1/claim", json={"until": "2026-04-01T10:30:00+08:00"})
        gateway.answer("POST", "/access-applications/A1/approval", status=202, json=_STANDING)

        assert "A1" in run("applications", "list")[1]
        assert "2026-04-01T10:30" in run("applications", "claim", "A1")[1]
        assert run("applications", "approve", "A1")[0] == 0

    def test_p16_2_a_report_is_claimed_and_decided(self, gateway: FakeGateway, run: Run) -> None:
        claimed = {"case_id": "M1", "report_id": "R1", "until": "2026-04-02T10:00:00+08:00"}
        gateway.answer("POST", "/moderation/cases/M1/claim", json=claimed)
        gateway.answer("POST", "/moderation/cases/M1/decision", json={"case_id": "M1", "outcome": "warning"})

        assert "R1" in run("moderation", "claim", "M1")[1]
        assert run("moderation", "decide", "M1", "--outcome", "warning", "--note", "x")[0] == 0
        assert json.loads(gateway.requests[1].content) == {"outcome": "warning", "note": "x"}

    @pytest.mark.parametrize("noun", ["notices", "sanctions"])
    def test_p3_3_lists_are_asked_for_by_state(self, gateway: FakeGateway, run: Run, noun: str) -> None:
        gateway.answer("GET", f"/{noun}", json={"items": [_STANDING], "next_cursor": None})

        assert "N1" in run(noun, "list", "--state", "open")[1]
        assert gateway.requests[0].url.params["state"] == "open"


class TestMonitor:
    def test_alerts_are_asked_for_by_what_was_named(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("GET", "/alerts", json={"items": [], "next_cursor": None})

        assert run("alerts", "list", "--state", "open", "--firm", "F001")[0] == 0

        asked = dict(gateway.requests[0].url.params)
        assert (asked["state"], asked["firm_id"]) == ("open", "F001")
        assert "level" not in asked

    def test_r10_the_quarantine_shows_size_hash_and_reason(self, gateway: FakeGateway, run: Run) -> None:
        row = {"accession": "F001-0-7-M-K", "firm_id": "F001", "content_bytes": 9, "content_sha256": "ab",
               "reason": "UNREADABLE:codec"}  # fmt: skip
        gateway.answer("GET", "/quarantine", json={"items": [row], "next_cursor": None})

        code, said, _ = run("quarantine", "list")

        assert code == 0
        assert said.splitlines()[1].split() == ["F001-0-7-M-K", "F001", "-", "9", "ab", "UNREADABLE:codec"]


class TestLive:
    def test_events_are_written_as_they_come_and_comments_are_not(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("GET", "/live", text=_STREAM)

        code, said, _ = run("--output", "json", "live", "--events", "2")

        assert code == 0
        assert [json.loads(line)["event"] for line in said.splitlines()] == ["here", "monitoring.alert.raised.v1"]

    def test_a_stream_that_ends_is_taken_up_after_its_last_event(
        self, gateway: FakeGateway, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pledgeboard.commands.live._RETRY_S", 0)
        gateway.answer("GET", "/live", text=_STREAM)
        gateway.answer("GET", "/live", text="id: a.3\nevent: here\ndata: {}\n\n")

        assert run("live", "--events", "3")[0] == 0
        assert gateway.requests[1].headers["last-event-id"] == "a.2"

    def test_not_being_allowed_ends_it_at_once(self, gateway: FakeGateway, run: Run) -> None:
        gateway.answer("GET", "/live", status=403, json={"title": "当前身份无权执行此操作"})

        assert run("live")[0] == 3
        assert len(gateway.requests) == 1

    def test_data_of_several_lines_is_one_document(self) -> None:
        (event,) = read_events(["id:1", "data: {", 'data: "a":1}', ""])

        assert (event.id, event.name, event.data) == ("1", "message", {"a": 1})


class TestExitCodes:
    def test_every_failure_ends_with_a_code_of_the_table(self) -> None:
        names = {one.name for one in exit_codes()}

        kinds: list[type[Failure]] = [Failure, *Failure.__subclasses__()]
        assert {one.exit for one in kinds} <= names
        assert {Refused(status, {}).exit_code for status in (401, 403, 409, 503)} == {1, 3, 4}

    def test_are_listed_for_a_program(self, run: Run) -> None:
        assert [json.loads(line)["code"] for line in run("--output", "json", "exit-codes")[1].splitlines()] == [
            0, 1, 2, 3, 4,
        ]  # fmt: skip
