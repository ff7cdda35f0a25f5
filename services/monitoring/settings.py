"""What the environment says to the monitor."""

from typing import ClassVar, Final

from pydantic import Field, SecretStr

from chassis.settings import ServiceSettings

# The schema of what firms try out, and of the roles that may enter it.
TEST_SCHEMA: Final = "monitoring_test"


class Settings(ServiceSettings):
    """`MONITORING_...` wins over the shared variable of the same name.

    `kafka_admin_*` is the principal that may create firms' topics and credentials, `firms_*` what firms are told about
    the way in. `test_*` lead to the schema of what firms try out (T1); without them that environment is not served.
    """

    service: ClassVar[str] = "monitoring"

    kafka_admin_username: str | None = None
    kafka_admin_password: SecretStr | None = None
    firms_bootstrap: str | None = None
    firms_ca_file: str | None = None

    test_database_url: SecretStr | None = None
    test_relay_database_url: SecretStr | None = None
    test_owner_database_url: SecretStr | None = None

    intake_messages_max: int = Field(default=5_000, ge=1, le=50_000)
    topic_discovery_ms: int = Field(default=3_000, ge=100)

    @property
    def serves_test(self) -> bool:
        """Whether there is a place for what firms try out."""
        return self.test_database_url is not None

    def owner_urls(self) -> dict[str, str]:
        """Where the owners of both schemas connect."""
        own = super().owner_urls()
        if self.test_owner_database_url is not None:
            own[TEST_SCHEMA] = self.required("test_owner_database_url")
        return own
