"""The program without a broker: profile, validation, what it refuses before anything is sent."""

import json
from pathlib import Path

import pytest

from pledgeboard_firm.__main__ import main
from pledgeboard_firm.broker import found_below
from pledgeboard_firm.exits import Unreachable, WrongUse
from pledgeboard_firm.profile import read_profile
from pledgeboard_firm.streaming import LINE_BYTES_MAX, lines_of
from submissions.tests.builders import a_contract, as_json

_PROFILE = {
    "firm_id": "F001",
    "name": "甲证券",
    "bootstrap": "127.0.0.1:1",
    "username": "firm.F001",
    "password": "secret-of-f001",
    "submissions_topic": "submissions.F001",
    "receipts_topic": "receipts.F001",
    "group_prefix": "firm.F001.",
}


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "profile.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(_PROFILE))
    monkeypatch.setenv("PLEDGEBOARD_FIRM_PROFILE", str(path))
    monkeypatch.setenv("PLEDGEBOARD_LANGUAGE", "zh-CN")
    return path


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def a_file(folder: Path, *lines: bytes) -> Path:
    path = folder / "records.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


class TestProfile:
    def test_is_what_onboarding_handed_over_and_shows_no_password(self, profile: Path) -> None:
        made = read_profile(profile)

        assert made.servers == [("127.0.0.1", 1)]
        assert "secret-of-f001" not in repr(made)

    @pytest.mark.parametrize("member", ["password", "receipts_topic"])
    def test_a_missing_member_is_named(self, profile: Path, member: str) -> None:
        profile.write_text(json.dumps({name: value for name, value in _PROFILE.items() if name != member}))

        with pytest.raises(WrongUse, match=member):
            read_profile(profile)

    def test_without_one_the_program_says_where_it_looks(
        self, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        profile.unlink()

        assert _run("submit", str(a_file(tmp_path, b"{}"))) == 2
        assert "PLEDGEBOARD_FIRM_PROFILE" in capsys.readouterr().err


@pytest.mark.usefixtures("profile")
class TestValidate:
    def test_r12_is_the_platform_s_own_rules_for_the_profile_s_firm(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good = a_file(tmp_path, as_json(a_contract()))
        assert _run("validate", str(good)) == 0

        bad = a_file(tmp_path, as_json(a_contract(warning_line="1.2", load_id="L")))
        capsys.readouterr()
        assert _run("--output", "json", "validate", str(bad)) == 1

        first, *_, summary = map(json.loads, capsys.readouterr().out.splitlines())
        assert (first["line"], first["rule"], first["path"]) == (1, "V048", "warning_line")
        assert summary["outcomes"] == {"REJECTED": 1}

    def test_v014_another_firm_s_record_would_be_quarantined(self, tmp_path: Path) -> None:
        assert _run("validate", str(a_file(tmp_path, as_json(a_contract()))), "--firm", "F002") == 1


@pytest.mark.usefixtures("profile")
class TestSubmit:
    def test_t2_a_line_above_a_mebibyte_is_named_before_anything_is_sent(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run("submit", str(a_file(tmp_path, b"{}", b"x" * (LINE_BYTES_MAX + 1)))) == 2
        assert "第 2 行" in capsys.readouterr().err

    def test_t2_one_of_exactly_a_mebibyte_is_taken(self, tmp_path: Path) -> None:
        file = a_file(tmp_path, b"x" * LINE_BYTES_MAX, b"", b"{}")

        assert [(number, len(line)) for number, line in lines_of(file)] == [(1, LINE_BYTES_MAX), (3, 2)]

    def test_an_empty_file_is_wrong_use(self, tmp_path: Path) -> None:
        assert _run("submit", str(a_file(tmp_path, b"", b""))) == 2


class TestFailures:
    def test_an_address_where_nobody_listens_ends_with_4_and_is_named(
        self, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert _run("--output", "json", "submit", str(a_file(tmp_path, b"{}"))) == 4

        said = json.loads(capsys.readouterr().err)
        assert said["failure"] == "unreachable"
        assert "127.0.0.1:1" in said["title"]

    def test_the_layer_that_fails_is_told_apart(self, profile: Path) -> None:
        assert isinstance(found_below(read_profile(profile)), Unreachable)

    def test_doctor_names_what_is_ill_and_looks_no_further(
        self, profile: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        profile.chmod(0o644)

        assert _run("--output", "json", "doctor") == 5

        found = {one["subject"]: one["is_well"] for one in map(json.loads, capsys.readouterr().out.splitlines())}
        assert found == {"profile": False, "network 127.0.0.1:1": False}
