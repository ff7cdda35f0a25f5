"""How a broker is reached, and as whom."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class KafkaConnection:
    """How to reach a broker, and as whom. Without `username` the broker must be an open one (`PLAINTEXT`)."""

    bootstrap: str
    security: str = "SASL_PLAINTEXT"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    authority_file: str | None = None

    def client_settings(self) -> dict[str, Any]:
        """The connection in librdkafka's words."""
        settings: dict[str, Any] = {"bootstrap.servers": self.bootstrap, "security.protocol": self.security}
        if self.security.startswith("SASL"):
            settings |= {
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": self.username,
                "sasl.password": self.password,
            }
        if self.authority_file:
            settings["ssl.ca.location"] = self.authority_file
        return settings
