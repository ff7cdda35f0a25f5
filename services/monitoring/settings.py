"""What the environment says to the monitor."""

from typing import ClassVar

from pydantic import Field, SecretStr

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`MONITORING_...` wins over the shared variable of the same name.

    `kafka_admin_*` is the principal that may create firms' topics and credentials, `firms_*` what firms are told about
    the way in.
    """

    service: ClassVar[str] = "monitoring"

    kafka_admin_username: str | None = None
    kafka_admin_password: SecretStr | None = None
    firms_bootstrap: str | None = None
    firms_ca_file: str | None = None

    intake_messages_max: int = Field(default=5_000, ge=1, le=50_000)
    topic_discovery_ms: int = Field(default=3_000, ge=100)
