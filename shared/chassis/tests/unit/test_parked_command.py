import pytest

from chassis import parked_command
from chassis.settings import ServiceSettings

WHERE = ["--topic", "t", "--key", "k"]
WHY = ["--reason", "mended", "--by", "duty"]


class Probe(ServiceSettings):
    service = "probe"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["forget"],
        ["release", "--what", "relay", *WHERE, "--by", "duty"],
        ["release", "--what", "relay", *WHERE, "--reason", "mended"],
        ["release", "--what", "relay", *WHERE, "--by", "duty", "--reason", "  "],
        ["release", "--what", "relay", "--topic", "t", *WHY],
        ["release", "--what", "relay", *WHERE, "--all-keys", *WHY],
        ["release", "--what", "relay", "--consumer", "c", *WHERE, *WHY],
        ["release", "--what", "consumer", *WHERE, *WHY],
        ["discard", "--what", "relay", "--topic", "t", "--all-keys", *WHY],
    ],
)
def test_a_decision_names_its_place_its_reason_and_who_takes_it(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parked_command.run(words, settings=Probe)

    assert ended.value.code == parked_command.WRONG_WORDS
    assert capsys.readouterr().err


@pytest.mark.parametrize(("language", "words"), [("zh", "缺少设置"), ("en", "A setting is missing")])
def test_without_a_database_it_says_which_setting(
    language: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "PROBE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    assert parked_command.run(["list", "--language", language], settings=Probe) == parked_command.WRONG_WORDS

    assert words in (told := capsys.readouterr().err)
    assert "PROBE_DATABASE_URL" in told


def test_a_database_that_is_away_is_told_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE_DATABASE_URL", "postgresql://probe@127.0.0.1:1/probe")

    asked = ["release", "--what", "relay", *WHERE, *WHY, "--language", "en"]
    assert parked_command.run(asked, settings=Probe) == parked_command.AWAY

    assert "nothing was changed" in capsys.readouterr().err
