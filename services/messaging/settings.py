"""What the environment says to messaging."""

from typing import ClassVar

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`MESSAGING_...` wins over the shared variable of the same name."""

    service: ClassVar[str] = "messaging"
