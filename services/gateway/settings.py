"""What the gateway reads from the environment."""

from typing import ClassVar

from pydantic import Field, SecretStr

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where the neighbours are, which client the identity provider knows, and how much one caller may ask."""

    service: ClassVar[str] = "gateway"

    listing_url: str = "http://127.0.0.1:8001"
    review_url: str = "http://127.0.0.1:8002"
    messaging_url: str = "http://127.0.0.1:8003"
    monitoring_url: str = "http://127.0.0.1:8004"

    oidc_client_id: str = "pledgeboard-web"

    # They win over the dated table of limits.
    requests_per_minute_signed_in: int | None = Field(default=None, ge=1)
    requests_per_minute_anonymous: int | None = Field(default=None, ge=1)
    # Keys of the shared memory are hashed with it; without one, each process shares its memory with nobody.
    memory_key: SecretStr | None = None

    @property
    def neighbours(self) -> dict[str, str]:
        """Address by name."""
        return {
            "listing": self.listing_url,
            "review": self.review_url,
            "messaging": self.messaging_url,
            "monitoring": self.monitoring_url,
        }
