"""What the environment says to review."""

from datetime import date
from typing import ClassVar

from pydantic import Field, SecretStr

from chassis.settings import ServiceSettings

_GIB = 1024 * 1024 * 1024


class Settings(ServiceSettings):
    """`REVIEW_...` wins over the shared variable of the same name.

    `lpr_confirmed_on` is when operators last confirmed the loan prime rate; 40 days later the rate cap asks for a
    person (FIN19). `certifier_key` opens the identity provider's certify door, which is `certification_url` (without
    one, `/certifications` of the issuer).
    """

    service: ClassVar[str] = "review"

    lpr_confirmed_on: date | None = None
    certifier_key: SecretStr | None = None
    certification_url: str | None = None
    reference_upload_bytes_max: int = Field(default=4 * _GIB, ge=1)

    @property
    def certify_door(self) -> str:
        """Where the identity provider certifies applicants."""
        return self.certification_url or f"{self.oidc_issuer.rstrip('/')}/certifications"
