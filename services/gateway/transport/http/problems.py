"""What the gateway itself refuses, and with which status."""

from collections.abc import Mapping

from chassis.kernel import Refusal
from gateway.application.ports import NeighbourUnavailable, SignInRefused

STATUS: Mapping[type[Refusal], int] = {
    SignInRefused: 401,
    NeighbourUnavailable: 503,
}
