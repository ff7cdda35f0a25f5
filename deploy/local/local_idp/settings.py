"""What the local provider reads from the environment, and where it refuses to run."""

import ipaddress
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`IDP_PORT`, `IDP_STATE_DIR` and so on. The environment counts as production unless it says otherwise."""

    model_config = SettingsConfigDict(env_prefix="IDP_", extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["local", "test", "staging", "production"] = Field(
        default="production", validation_alias="ENVIRONMENT"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    issuer: str | None = None
    audience: str = "pledgeboard"
    client_id: str = "pledgeboard-web"
    state_dir: Path = Path(".local/idp")
    users_file: Path | None = None
    certifier_key: SecretStr | None = None
    access_seconds: int = Field(default=900, ge=1, le=3600)

    @model_validator(mode="after")
    def _only_here(self) -> Self:
        if self.environment not in {"local", "test"}:
            raise ValueError(f"the local OpenID provider refuses to start where ENVIRONMENT is {self.environment}")
        if not is_loopback(self.host):
            raise ValueError("the local OpenID provider listens on loopback addresses only")
        return self


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
