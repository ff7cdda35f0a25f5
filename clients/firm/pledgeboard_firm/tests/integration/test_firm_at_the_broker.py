"""A firm's program at the real, secured broker: its own credentials, its own two topics, nothing else."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pledgeboard_firm.__main__ import main
from pledgeboard_firm.tests.builders import a_frame
from pledgeboard_firm.tests.stand_in import StandIn
from submissions.tests.builders import a_contract, as_json
from testkit.world import Stack, World

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(stack: Stack) -> Iterator[World]:
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture(scope="module")
def profile(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What onboarding hands over, in a file of the firm's own."""
    made = world.kafka_admin.onboard_firm("F001")
    assert world.addresses.firms_authority_file
    members = vars(made) | {
        "bootstrap": world.addresses.firms_bootstrap,
        "authority": Path(world.addresses.firms_authority_file).read_text(),
    }
    path = tmp_path_factory.mktemp("firm") / "profile.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(members))
    return path


@pytest.fixture(scope="module")
def platform(world: World, profile: Path) -> Iterator[StandIn]:
    names = json.loads(profile.read_text())
    with StandIn(
        world.connection("monitoring"),
        submissions_topic=names["submissions_topic"],
        receipts_topic=names["receipts_topic"],
    ) as answering:
        yield answering


class Program:
    """Runs the program with one profile; answers exit code and documents."""

    def __init__(self, profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._profile = profile
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, list[dict[str, Any]]]:
        with pytest.raises(SystemExit) as ended:
            main(["--output", "json", "--profile", str(self._profile), *words])
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), [json.loads(line) for line in (said.out or said.err).splitlines()]


@pytest.fixture
def program(profile: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(profile, capsys)


def a_file(folder: Path, *lines: bytes) -> str:
    path = folder / "records.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


@pytest.mark.usefixtures("platform")
class TestInOrder:
    def test_doctor_finds_everything_in_order(self, program: Program) -> None:
        code, found = program("doctor")

        assert [one for one in found if not one["is_well"]] == []
        assert code == 0
        assert {"credentials", "topics", "access: write", "access: groups", "access: read", "clock"} <= {
            one["subject"] for one in found
        }

    def test_r1_every_line_has_its_outcome_and_the_worst_is_the_exit_code(
        self, program: Program, tmp_path: Path
    ) -> None:
        good = as_json(a_contract())
        bad = as_json(a_contract(contract_id="C-2", record_key="C-2", sequence=2, warning_line="1.2"))

        code, told = program("submit", a_file(tmp_path, good, b"", bad, b"no json"))

        *records, summary = told
        assert [one["line"] for one in records] == [1, 3, 4]
        assert records[0]["outcome"].startswith("ACCEPTED")
        assert [one["outcome"] for one in records[1:]] == ["REJECTED", "REJECTED"]
        assert records[1]["errors"][0]["message_zh"]
        assert summary["gapless"]
        assert summary["untold"] == 0
        assert code == 12

    def test_r6_the_same_again_is_a_duplicate_of_the_first_accession(self, program: Program, tmp_path: Path) -> None:
        once = program("submit", a_file(tmp_path, as_json(a_contract(contract_id="C-3", record_key="C-3", sequence=3))))
        again = program(
            "submit", a_file(tmp_path, as_json(a_contract(contract_id="C-3", record_key="C-3", sequence=3)))
        )

        assert (once[0], again[0]) == (0, 0)
        assert again[1][0]["outcome"] == "DUPLICATE"
        assert again[1][0]["first_accession"] == once[1][0]["accession"]

    def test_r2_tail_shows_every_frame_and_proves_that_none_is_missing(self, program: Program) -> None:
        code, told = program("receipts", "tail")

        *frames, proof = told
        assert code == 0
        assert [one["sequence"] for one in frames] == list(range(1, len(frames) + 1))
        assert proof["gapless"]

    def test_r2_tail_sees_a_frame_that_is_missing(self, program: Program, platform: StandIn) -> None:
        last = program("receipts", "tail")[1][-1]
        platform.say(a_frame(last["last_sequence"] + 2, last["next_offset"], last["next_offset"] + 1))

        code, told = program("receipts", "tail")

        assert code == 6
        assert told[-1]["breaks"][0]["kind"] == "sequence"


class TestRefused:
    """Last, because the firm loses its access."""

    def test_t3_another_firm_s_topics_are_not_there(
        self, world: World, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        other = vars(world.kafka_admin.onboard_firm("F002"))
        members = json.loads(profile.read_text())
        mixed = tmp_path / "mixed.json"
        mixed.write_text(json.dumps(members | {"submissions_topic": other["submissions_topic"]}))

        code, told = Program(mixed, capsys)("submit", a_file(tmp_path, b"{}"))

        assert code == 3
        assert other["submissions_topic"] in told[0]["title"]

    def test_t3_a_wrong_password_is_told_from_a_broken_network(
        self, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        wrong = tmp_path / "wrong.json"
        wrong.write_text(json.dumps(json.loads(profile.read_text()) | {"password": "not-this"}))

        code, told = Program(wrong, capsys)("submit", a_file(tmp_path, b"{}"))

        assert (code, told[0]["failure"]) == (3, "not_admitted")

    def test_an_authority_of_somebody_else_s_is_told_as_such(
        self, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        untrusting = tmp_path / "untrusting.json"
        untrusting.write_text(json.dumps(json.loads(profile.read_text()) | {"authority": None}))

        code, told = Program(untrusting, capsys)("submit", a_file(tmp_path, b"{}"))

        assert code == 4
        assert "TLS" in told[0]["title"]

    def test_t3_a_revoked_firm_is_told_so_and_sends_nothing(
        self, world: World, program: Program, tmp_path: Path
    ) -> None:
        world.kafka_admin.revoke_firm("F001")
        deadline = time.monotonic() + 30
        while (answer := program("submit", a_file(tmp_path, b"{}"), "--wait-seconds", "1"))[0] != 3:
            assert time.monotonic() < deadline, answer

        code, found = program("doctor")

        assert code == 5
        assert not all(one["is_well"] for one in found)
