"""What the environment says to the board."""

from typing import ClassVar

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`LISTING_...` wins over the shared variable of the same name."""

    service: ClassVar[str] = "listing"
