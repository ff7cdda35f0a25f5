"""What the environment says to a service. Only `wiring.py` and the launcher read it.

Every setting may be given for one service alone by putting the service's name before it: `LISTING_DATABASE_URL` wins
over `DATABASE_URL`, `REVIEW_HTTP_PORT` over `HTTP_PORT`.
"""

from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

Environment = Literal["local", "test", "staging", "production"]


class ServiceSettings(BaseSettings):
    """What every service reads. A service subclasses it in its `settings.py` and names itself in `service`.

    The environment is `production` unless it says otherwise, so that what only a laptop may do is refused by default.
    """

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True, validate_default=True
    )
    service: ClassVar[str] = "service"

    environment: Environment = "production"

    database_url: SecretStr | None = None
    relay_database_url: SecretStr | None = None
    owner_database_url: SecretStr | None = None
    database_pool_size: int = Field(default=8, ge=1, le=100)

    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_security: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_ca_file: str | None = None
    topic_prefix: str = ""
    consumer_session_timeout_ms: int = Field(default=10_000, ge=500, le=300_000)

    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")

    oidc_issuer: str = "http://127.0.0.1:9000"
    oidc_audience: str = "pledgeboard"
    # Where the provider is asked, where that is not what its tokens call it (an inner name of its own).
    oidc_discovery_url: str | None = None

    account_ref_key: SecretStr | None = None

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65535)
    probe_port: int = Field(default=0, ge=0, le=65535)
    http_body_bytes_max: int = Field(default=1024 * 1024, ge=1)
    drain_seconds_max: float = Field(default=20.0, gt=0)

    otel_exporter_otlp_endpoint: str | None = None
    otel_file: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    fault_points: str = ""
    fault_marks: str = ".local/fault-points"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The service's own variables win over the shared ones; no file is read."""
        del dotenv_settings, file_secret_settings
        own = EnvSettingsSource(settings_cls, env_prefix=f"{cls.service}_")
        return init_settings, own, env_settings

    @model_validator(mode="after")
    def _nothing_for_tests_elsewhere(self) -> Self:
        if self.fault_points and self.environment != "test":
            raise ValueError("FAULT_POINTS is refused outside the test environment")
        return self

    @property
    def may_shift_clock(self) -> bool:
        """Whether the one clock port may follow an offset here. Tokens and sessions never do."""
        return self.environment in {"local", "test"}

    @property
    def oidc_address(self) -> str:
        """Where the provider's discovery document is; its keys and endpoints follow from that."""
        return self.oidc_discovery_url or self.oidc_issuer

    @property
    def kafka_principal(self) -> str:
        """The service's own principal, unless the environment names another."""
        return self.kafka_username or self.service

    def owner_urls(self) -> dict[str, str]:
        """Where the owner of each of the service's schemas connects, as far as it is told; by schema."""
        return {} if self.owner_database_url is None else {self.service: self.required("owner_database_url")}

    def required(self, name: str) -> str:
        """The value of a setting this role cannot do without.

        Raises:
            SettingMissing: it is not set; the message names the variable, never a value.
        """
        value = getattr(self, name)
        if value is None:
            raise SettingMissing(f"{self.service}_{name}".upper())
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class SettingMissing(RuntimeError):
    """A role was started without a setting it needs."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"set {variable}")
