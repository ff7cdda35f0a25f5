"""What the gateway itself refuses, and with which status."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from gateway.application.live_hub import TooManyConnections
from gateway.application.ports import MemoryAway, NeighbourUnavailable, SignInRefused

STATUS: Mapping[type[Refusal], int] = {
    SignInRefused: 401,
    NeighbourUnavailable: 503,
    MemoryAway: 503,
    TooManyConnections: 429,
}
