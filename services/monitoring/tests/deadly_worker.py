"""The monitor as a process in which one record is deadly: whoever decodes it ends at once, without a word.

`python -m monitoring.tests.deadly_worker {worker|all}`: the service itself, but for that.
"""

import os
import signal
from typing import Final

from chassis.service import main
from chassis.slices import Place, Slice
from monitoring import wiring
from monitoring.transport.events.intake import DecodedSlice, IntakeHandler

DEADLY: Final = b"deadly"


class DeadlyHandler(IntakeHandler):
    """The handler, which a line that says so kills."""

    def decode(self, slice_: Slice) -> DecodedSlice:
        for message in slice_.messages:
            if Place(message.offset, None) in slice_.refused:
                continue
            for number, line in enumerate((message.value or b"").split(b"\n")):
                if DEADLY in line and Place(message.offset, number) not in slice_.refused:
                    os.kill(os.getpid(), signal.SIGKILL)
        return super().decode(slice_)


if __name__ == "__main__":
    wiring.IntakeHandler = DeadlyHandler  # type: ignore[attr-defined]  # the one difference
    main(wiring.build)
