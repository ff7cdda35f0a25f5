"""What the environment says, and where it is not believed."""

from typing import ClassVar

import pytest
from pydantic import ValidationError

from chassis.settings import ServiceSettings, SettingMissing


class Settings(ServiceSettings):
    service: ClassVar[str] = "probe"


def test_a_services_own_variable_wins_over_the_shared_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://shared/db")
    monkeypatch.setenv("PROBE_DATABASE_URL", "postgresql://own/db")
    monkeypatch.setenv("HTTP_PORT", "8001")

    settings = Settings()

    assert settings.required("database_url") == "postgresql://own/db"
    assert settings.http_port == 8001


def test_an_unnamed_environment_counts_as_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVIRONMENT", raising=False)

    assert Settings().environment == "production"
    assert not Settings().may_shift_clock


@pytest.mark.parametrize("environment", ["local", "staging", "production"])
def test_fault_points_are_refused_outside_tests(environment: str) -> None:
    with pytest.raises(ValidationError, match="FAULT_POINTS"):
        Settings.model_validate({"environment": environment, "fault_points": "relay.after_send"})


def test_a_missing_setting_is_named_without_its_value() -> None:
    with pytest.raises(SettingMissing, match="PROBE_RELAY_DATABASE_URL"):
        Settings().required("relay_database_url")


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", "hunter2")

    assert "hunter2" not in repr(Settings())


def test_the_principal_is_the_services_name_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().kafka_principal == "probe"
    monkeypatch.setenv("PROBE_KAFKA_USERNAME", "w1.probe")
    assert Settings().kafka_principal == "w1.probe"


def test_the_provider_may_be_asked_under_another_name_than_its_tokens_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://sign-in.example")
    assert ServiceSettings().oidc_address == "https://sign-in.example"

    monkeypatch.setenv("OIDC_DISCOVERY_URL", "http://provider:8080")
    settings = ServiceSettings()

    assert (settings.oidc_address, settings.oidc_issuer) == ("http://provider:8080", "https://sign-in.example")
