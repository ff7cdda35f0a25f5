"""Whom to call?"""

from chassis.cause import Cause
from messaging.application.ports import Read
from messaging.domain.hotline import Hotline, hotline


class ReadHotlineHandler:
    """Public: nobody has to sign in to ask."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, cause: Cause) -> Hotline:
        """The number of today."""
        async with self._read(cause) as reading:
            return hotline(reading.now.date())
