"""What the environment says to review."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from chassis.settings import ServiceSettings

_GIB = 1024 * 1024 * 1024


class Settings(ServiceSettings):
    """`REVIEW_...` wins over the shared variable of the same name.

    `lpr_confirmed_on` is when operators last confirmed the loan prime rate; 40 days later the rate cap asks for a
    person (FIN19).
    """

    service: ClassVar[str] = "review"

    lpr_confirmed_on: date | None = None
    reference_upload_bytes_max: int = Field(default=4 * _GIB, ge=1)
